package io.muster.security;

import io.muster.config.ConfigException;
import io.muster.config.FileGuard;
import io.muster.message.Bytes;
import io.muster.message.MalformedException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Keys and certificates as text in files (RFC 7468). */
public final class Pem {
    private static final String LOCKED = "ENCRYPTED PRIVATE KEY";
    private static final int MAX_FILE = 256 * 1024;

    private Pem() {}

    /** The certificate as text. */
    public static String certificate(X509Certificate certificate) {
        return block("CERTIFICATE", Certificates.der(certificate));
    }

    /** The private key as text, not encrypted. */
    public static String key(Ed25519Key key) {
        return block("PRIVATE KEY", key.pkcs8());
    }

    /** The private key as text, protected by a passphrase. */
    public static String key(Ed25519Key key, Passphrase passphrase, SecureRandom random) {
        return block(LOCKED, KeyLock.lock(key, passphrase, random));
    }

    /** The private key as text, not encrypted. */
    public static String key(SealingKey key) {
        return block("PRIVATE KEY", key.pkcs8());
    }

    /** Any block as text. */
    public static String block(String label, Bytes content) {
        var lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content.view());
        return "-----BEGIN " + label + "-----\n" + lines + "\n-----END " + label + "-----\n";
    }

    /**
     * All certificates in a file, in order.
     *
     * @throws SecurityFileException if it cannot be read or holds none
     */
    public static List<X509Certificate> certificates(Path file) {
        return certificates(file, read(file));
    }

    /** The same of a file that was read. */
    static List<X509Certificate> certificates(Path file, String text) {
        var found = blocks(file, text, "CERTIFICATE");
        if (found.isEmpty()) {
            throw new SecurityFileException(file + ": holds no certificate");
        }
        try {
            return found.stream().map(Certificates::parse).toList();
        } catch (MalformedException e) {
            throw new SecurityFileException(file + ": " + e.problem(), e);
        }
    }

    /**
     * The private key in a file that nobody but its owner can read, and that no passphrase
     * protects.
     *
     * @throws SecurityFileException if it cannot be read, others can read it, or it is not a key
     */
    public static Ed25519Key key(Path file) {
        return key(file, PassphraseSource.NOBODY);
    }

    /** Whether the key in that file is protected by a passphrase. */
    public static boolean locked(Path file) {
        return !blocks(file, read(file), LOCKED).isEmpty();
    }

    /**
     * The private key in a file that nobody but its owner can read.
     *
     * @param source asked only if a passphrase protects it
     * @throws SecurityFileException if it cannot be read, others can read it, it is not a key, or
     *     the passphrase is another
     */
    public static Ed25519Key key(Path file, PassphraseSource source) {
        var text = read(file);
        checkPrivate(file);
        var found = blocks(file, text, "PRIVATE KEY");
        var locked = blocks(file, text, LOCKED);
        if (found.size() + locked.size() != 1) {
            throw new SecurityFileException(
                    file + ": holds " + (found.size() + locked.size()) + " keys, not one");
        }
        if (!locked.isEmpty()) {
            return open(file, locked.getFirst(), source.of(file));
        }
        try {
            return Ed25519Key.ofPkcs8(found.getFirst());
        } catch (SecurityFileException e) {
            throw new SecurityFileException(file + ": " + e.getMessage(), e);
        }
    }

    /**
     * The private sealing key in a file that nobody but its owner can read.
     *
     * @throws SecurityFileException if it cannot be read, others can read it, or it is not a key
     */
    public static SealingKey sealingKey(Path file) {
        var text = read(file);
        checkPrivate(file);
        var found = blocks(file, text, "PRIVATE KEY");
        if (found.size() != 1) {
            throw new SecurityFileException(file + ": holds " + found.size() + " keys, not one");
        }
        try {
            return SealingKey.ofPkcs8(found.getFirst());
        } catch (SecurityFileException e) {
            throw new SecurityFileException(file + ": " + e.getMessage(), e);
        }
    }

    private static Ed25519Key open(Path file, Bytes locked, Passphrase passphrase) {
        try {
            return KeyLock.open(locked, passphrase);
        } catch (SecurityFileException e) {
            throw new SecurityFileException(file + ": " + e.getMessage(), e);
        }
    }

    /** The contents of the blocks of one label. */
    public static List<Bytes> blocks(Path file, String text, String label) {
        var found = new ArrayList<Bytes>();
        var begin = "-----BEGIN " + label + "-----";
        var end = "-----END " + label + "-----";
        var at = text.indexOf(begin);
        while (at >= 0) {
            var stop = text.indexOf(end, at);
            if (stop < 0) {
                throw new SecurityFileException(file + ": ends in the middle of a " + label);
            }
            found.add(decode(file, text.substring(at + begin.length(), stop)));
            at = text.indexOf(begin, stop);
        }
        return found;
    }

    private static Bytes decode(Path file, String lines) {
        try {
            return Bytes.base64(lines.replaceAll("\\s", ""));
        } catch (MalformedException e) {
            throw new SecurityFileException(file + ": " + e.getMessage(), e);
        }
    }

    /**
     * The text of a file of a size that keys and certificates have.
     *
     * @throws SecurityFileException if it cannot be read
     */
    static String read(Path file) {
        try {
            if (Files.size(file) > MAX_FILE) {
                throw new SecurityFileException(file + ": too large for a key or certificate");
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw new SecurityFileException(
                    file
                            + ": "
                            + (Files.exists(file, LinkOption.NOFOLLOW_LINKS)
                                    ? "cannot be read: it belongs to another user, or is no text"
                                    : "no such file"),
                    e);
        }
    }

    private static void checkPrivate(Path file) {
        try {
            FileGuard.forThisProcess().secret(file);
        } catch (ConfigException e) {
            throw new SecurityFileException(
                    e.getMessage() + ", and make a new one if it may have been copied", e);
        }
    }
}
