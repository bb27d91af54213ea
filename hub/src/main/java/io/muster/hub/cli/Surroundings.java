package io.muster.hub.cli;

import io.muster.security.Passphrase;

import java.io.BufferedReader;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The world around one command, so that a test can make its own.
 *
 * @param out for results
 * @param err for everything else
 * @param in what is typed
 * @param unseen asks at the terminal for what is not to be seen; nothing if there is no terminal
 * @param environment the environment variables
 * @param home the user's home directory
 * @param user the name of the user at the operating system
 * @param terminal whether a person types and reads
 * @param clock what time it is
 * @param random must be unpredictable outside of tests
 */
public record Surroundings(
        PrintWriter out,
        PrintWriter err,
        BufferedReader in,
        Function<String, Optional<char[]>> unseen,
        Map<String, String> environment,
        Path home,
        String user,
        boolean terminal,
        InstantSource clock,
        SecureRandom random) {
    public Surroundings {
        environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
    }

    /** That variable, unless it is absent or empty. */
    Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }

    /** Asks a person for a passphrase. */
    Passphrase secret(String prompt) {
        var typed =
                unseen.apply(prompt)
                        .orElseThrow(
                                () ->
                                        new UsageException(
                                                "no terminal to type a passphrase at: give it in a"
                                                        + " file"));
        return Passphrase.of(typed);
    }

    /** Where an operator's credentials are unless told otherwise. */
    Path operatorDirectory() {
        return variable("XDG_CONFIG_HOME")
                .map(Path::of)
                .filter(Path::isAbsolute)
                .orElse(home.resolve(".config"))
                .resolve("muster");
    }

    /** Who runs this, for the record: the person behind sudo, if there is one. */
    String person() {
        return variable("SUDO_USER").orElse(user);
    }
}
