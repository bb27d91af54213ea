package io.muster.exec;

import io.muster.message.Bytes;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A program to start: never a shell line.
 *
 * @param arguments the program's absolute path, then its arguments; at least the former
 * @param environment added to the fixed minimal one (PATH, LANG=C.UTF-8, HOME=/)
 * @param input what it reads on its standard input, then end of file
 * @param limit how long it may take before its whole process tree is killed; more than nothing, at
 *     most a day
 * @param outputLimit how many bytes of each of stdout and stderr are kept: beginning and end, with
 *     a note in between; at most 16 MiB
 */
public record Command(
        List<String> arguments,
        Map<String, String> environment,
        Bytes input,
        Duration limit,
        int outputLimit) {
    private static final Duration MAX_LIMIT = Duration.ofDays(1);
    private static final int MAX_OUTPUT = 16 << 20;

    public Command {
        arguments = List.copyOf(arguments);
        environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
        if (arguments.isEmpty()) {
            throw new IllegalArgumentException("no program named");
        }
        if (!limit.isPositive() || limit.compareTo(MAX_LIMIT) > 0) {
            throw new IllegalArgumentException("a program may not take " + limit);
        }
        if (outputLimit < 0 || outputLimit > MAX_OUTPUT) {
            throw new IllegalArgumentException("cannot keep " + outputLimit + " bytes of output");
        }
    }

    /** That program with these arguments: no input, a minute, 64 KiB of output. */
    public static Command of(String program, String... arguments) {
        var all = new ArrayList<String>();
        all.add(program);
        all.addAll(List.of(arguments));
        return new Command(all, Map.of(), Bytes.utf8(""), Duration.ofMinutes(1), 64 * 1024);
    }
}
