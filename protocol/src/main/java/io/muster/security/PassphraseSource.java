package io.muster.security;

import java.nio.file.Path;

/** Knows the passphrase of a key's file, or asks a person for it. */
@FunctionalInterface
public interface PassphraseSource {
    /** For programs that nobody watches: they use keys without a passphrase only. */
    PassphraseSource NOBODY =
            file -> {
                throw new SecurityFileException(
                        file + ": is protected by a passphrase, and nobody is here to ask for it");
            };

    /**
     * The passphrase of that file, which is read only if it is needed; called once for each
     * attempt, on the thread that reads the key.
     *
     * @throws SecurityFileException if there is none to be had; the message says what to do
     */
    Passphrase of(Path file);
}
