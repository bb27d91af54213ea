package io.muster.controller.demo;

import io.muster.exec.Command;
import io.muster.exec.CommandRunner;
import io.muster.exec.Daemon;
import io.muster.exec.Result;
import io.muster.message.Bytes;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The product's own launcher, {@code bin/muster}, started as an operator would.
 *
 * @param launcher where it is
 * @param configuration the operator's configuration file
 * @param environment what else it finds in its environment
 */
record Program(
        Path launcher, Path configuration, Map<String, String> environment, CommandRunner runner) {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int OUTPUT = 256 * 1024;

    /** Runs one command to its end. */
    Result run(List<String> words) {
        return runner.run(
                new Command(arguments(words), variables(), Bytes.utf8(""), LIMIT, OUTPUT));
    }

    /** Starts one that goes on, with its output in a file. */
    Daemon start(List<String> words, Path log) {
        var variables = new LinkedHashMap<>(variables());
        variables.putIfAbsent("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin");
        variables.put("LC_ALL", "C.UTF-8");
        return Daemon.start(arguments(words), variables, log, Duration.ofSeconds(5));
    }

    private List<String> arguments(List<String> words) {
        var arguments = new ArrayList<String>();
        arguments.add(launcher.toString());
        arguments.addAll(words);
        return arguments;
    }

    private Map<String, String> variables() {
        var variables = new LinkedHashMap<>(environment);
        variables.put("MUSTER_CONFIG", configuration.toString());
        return variables;
    }
}
