package io.muster.hub.cli;

import io.muster.security.Passphrase;

import java.nio.file.Path;
import java.util.Optional;

/** The passphrase of a key that is about to be made; having none must be said. */
final class NewPassphrase {
    private NewPassphrase() {}

    /**
     * From that file, or typed twice.
     *
     * @param whose what it will protect, as a person reads it
     * @param file where it is, if it was given
     * @param none whether there shall be none
     * @param ways the options that say so where nobody can be asked
     */
    static Optional<Passphrase> choose(
            Surroundings around, String whose, Optional<Path> file, boolean none, String ways) {
        if (none && file.isPresent()) {
            throw new UsageException("a passphrase, or none? one of " + ways);
        }
        if (none) {
            return Optional.empty();
        }
        if (file.isPresent()) {
            return Optional.of(longEnough(Unlocking.read(around, file.get()), ways));
        }
        if (!around.terminal()) {
            throw new UsageException(
                    whose + " must have a passphrase, and nobody is here to ask: " + ways);
        }
        var first = longEnough(around.secret("New passphrase of " + whose + ": "), ways);
        if (!first.same(around.secret("The same again: "))) {
            throw new UsageException("these were two different ones; nothing was changed");
        }
        return Optional.of(first);
    }

    private static Passphrase longEnough(Passphrase chosen, String ways) {
        if (chosen.characters() < Passphrase.SHORTEST) {
            throw new UsageException(
                    "a passphrase has "
                            + Passphrase.SHORTEST
                            + " characters at least; nothing was changed: "
                            + ways);
        }
        return chosen;
    }
}
