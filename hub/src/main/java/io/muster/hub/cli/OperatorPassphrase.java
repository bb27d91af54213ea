package io.muster.hub.cli;

import io.muster.security.Passphrase;

import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.Optional;

/** What protects an operator's new key. */
final class OperatorPassphrase {
    @Option(
            names = "--operator-passphrase-file",
            paramLabel = "FILE",
            description = {
                "Holds the passphrase of the operator's new key; - is standard input",
                "(default: it is asked for)."
            })
    private Optional<Path> file = Optional.empty();

    @Option(
            names = "--no-operator-passphrase",
            description = "Protect the operator's new key by none: for jobs that nobody watches.")
    private boolean none;

    Optional<Passphrase> choose(Surroundings around, String operator) {
        return NewPassphrase.choose(
                around,
                "the key of operator " + operator,
                file,
                none,
                "--operator-passphrase-file FILE or --no-operator-passphrase");
    }
}
