package io.muster.hub.cli;

import io.muster.config.IoReason;
import io.muster.security.Passphrase;
import io.muster.security.PassphraseSource;

import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Where the passphrase of the authority's own keys comes from. */
final class Unlocking {
    static final Path STANDARD_INPUT = Path.of("-");

    @Option(
            names = "--passphrase-file",
            paramLabel = "FILE",
            description = {
                "Holds the passphrase of the authority's keys; - is standard input",
                "(default: it is asked for)."
            })
    private Optional<Path> file = Optional.empty();

    Optional<Path> file() {
        return file;
    }

    /**
     * Reads it from there, or asks; once for all keys if it was given, and once for each if not.
     */
    PassphraseSource source(Surroundings around) {
        var given = new Given(around, file);
        return key -> given.passphrase().orElseGet(() -> ask(around, key));
    }

    private static Passphrase ask(Surroundings around, Path key) {
        if (!around.terminal()) {
            throw new UsageException(
                    key
                            + " is protected by a passphrase, and nobody is here to ask:"
                            + " --passphrase-file FILE");
        }
        return around.secret("Passphrase of " + key + ": ");
    }

    /** Standard input is read once. */
    private static final class Given {
        private final Surroundings around;
        private final Optional<Path> file;
        private Optional<Passphrase> passphrase = Optional.empty();

        Given(Surroundings around, Optional<Path> file) {
            this.around = around;
            this.file = file;
        }

        Optional<Passphrase> passphrase() {
            if (passphrase.isEmpty()) {
                passphrase = file.map(path -> read(around, path));
            }
            return passphrase;
        }
    }

    /** What is in that file, or is typed into a pipe. */
    static Passphrase read(Surroundings around, Path file) {
        if (!file.equals(STANDARD_INPUT)) {
            return Passphrase.read(file);
        }
        try {
            var line = around.in().readLine();
            return Passphrase.of((line == null ? "" : line).toCharArray());
        } catch (IOException e) {
            throw new UsageException("standard input cannot be read: " + IoReason.of(e));
        }
    }
}
