package io.muster.security;

import io.muster.config.ConfigException;
import io.muster.config.FileGuard;
import io.muster.config.IoReason;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What protects a private key in a file. Never printed; equal to nothing but itself. */
public final class Passphrase {
    /** The fewest characters of a new one. */
    public static final int SHORTEST = 8;

    private static final int LONGEST = 1024;

    private final byte[] utf8;

    private Passphrase(byte[] utf8) {
        this.utf8 = utf8;
    }

    /**
     * What was typed.
     *
     * @throws SecurityFileException if it is empty or longer than 1,024 characters
     */
    public static Passphrase of(char[] typed) {
        if (typed.length == 0 || typed.length > LONGEST) {
            throw new SecurityFileException(
                    "a passphrase of " + typed.length + " characters, not 1 to " + LONGEST);
        }
        ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(typed));
        var bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        return new Passphrase(bytes);
    }

    /**
     * The first line of a file that nobody but its owner can read.
     *
     * @throws SecurityFileException if it cannot be read, or others can
     */
    public static Passphrase read(Path file) {
        try {
            FileGuard.forThisProcess().secret(file);
            var lines = Files.readString(file).lines().findFirst().orElse("");
            return of(lines.toCharArray());
        } catch (ConfigException e) {
            throw new SecurityFileException(String.valueOf(e.getMessage()), e);
        } catch (SecurityFileException e) {
            throw new SecurityFileException(file + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new SecurityFileException(file + ": " + IoReason.of(e), e);
        }
    }

    /** How long it is. */
    public int characters() {
        return new String(utf8, StandardCharsets.UTF_8).length();
    }

    byte[] utf8() {
        return utf8;
    }

    /** Whether both are the same; for a passphrase that is typed twice. */
    public boolean same(Passphrase other) {
        return java.security.MessageDigest.isEqual(utf8, other.utf8);
    }
}
