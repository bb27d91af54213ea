package io.muster.controller.cli;

import io.muster.message.Guard;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The world around one command, so that a test can make its own.
 *
 * @param out for results
 * @param raw the same, for bytes that nothing is to be done to; never if a person reads them
 * @param err for everything else
 * @param in what is typed or piped in
 * @param unseen asks at the terminal for what is not to be seen; nothing if there is no terminal
 * @param environment the environment variables
 * @param home the user's home directory
 * @param directory the working directory
 * @param inTerminal whether a person types
 * @param outTerminal whether a person reads the results
 * @param errTerminal whether a person reads the rest
 * @param connector how to reach the bus
 * @param clock what time it is
 * @param random gives what must be unpredictable outside of tests
 * @param version of this program
 * @param opening what was begun before the command line was parsed, if anything
 */
record Surroundings(
        PrintWriter out,
        OutputStream raw,
        PrintWriter err,
        InputStream in,
        Function<String, Optional<char[]>> unseen,
        Map<String, String> environment,
        Path home,
        Path directory,
        boolean inTerminal,
        boolean outTerminal,
        boolean errTerminal,
        Connector connector,
        InstantSource clock,
        Supplier<? extends RandomGenerator> random,
        String version,
        Optional<Opening> opening) {
    private static final int WIDTH = 80;

    Surroundings {
        environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
    }

    /** The same, with something begun. */
    Surroundings with(Opening begun) {
        return new Surroundings(
                out,
                raw,
                err,
                in,
                unseen,
                environment,
                home,
                directory,
                inTerminal,
                outTerminal,
                errTerminal,
                connector,
                clock,
                random,
                version,
                Optional.of(begun));
    }

    /** The same, with nothing reaching a terminal that it would obey, but for our own colours. */
    Surroundings guarded() {
        return new Surroundings(
                Guard.of(out),
                raw,
                Guard.of(err),
                in,
                unseen,
                environment,
                home,
                directory,
                inTerminal,
                outTerminal,
                errTerminal,
                connector,
                clock,
                random,
                version,
                opening);
    }

    /** That variable, unless it is absent or empty. */
    Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }

    /** How many columns there are: COLUMNS, or else 80. */
    int width() {
        return variable("COLUMNS")
                .filter(columns -> columns.matches("[1-9][0-9]{1,3}"))
                .map(Integer::valueOf)
                .orElse(WIDTH);
    }
}
