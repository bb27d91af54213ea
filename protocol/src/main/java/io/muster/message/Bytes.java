package io.muster.message;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/** An immutable run of bytes that compares by content. */
public final class Bytes {
    private final byte[] content;

    private Bytes(byte[] content) {
        this.content = content;
    }

    /**
     * These very bytes, not copied.
     *
     * @param content handed over: the caller never changes it again
     */
    public static Bytes wrap(byte[] content) {
        return new Bytes(content);
    }

    /** The text in UTF-8. */
    public static Bytes utf8(String text) {
        return new Bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads standard base64 with padding (RFC 4648, section 4).
     *
     * @throws MalformedException if the text is not that
     */
    public static Bytes base64(String text) {
        try {
            return new Bytes(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException e) {
            throw new MalformedException("not base64: " + e.getMessage(), e);
        }
    }

    /** Standard base64 with padding. */
    public String base64() {
        return Base64.getEncoder().encodeToString(content);
    }

    /** Lower-case hexadecimal digits. */
    public String hex() {
        return HexFormat.of().formatHex(content);
    }

    /** The SHA-256 digest of these bytes. */
    public Bytes sha256() {
        return new Bytes(newSha256().digest(content));
    }

    /** The SHA-256 digest of bytes that come piece by piece. For one thread at a time. */
    public static final class Digest {
        private final MessageDigest sha256 = newSha256();

        /** The first so many of these come next. */
        public void add(byte[] bytes, int length) {
            sha256.update(bytes, 0, length);
        }

        /** Of all that came; afterwards it begins anew. */
        public Bytes end() {
            return new Bytes(sha256.digest());
        }
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** How many bytes. */
    public int length() {
        return content.length;
    }

    /** A fresh copy, the caller's to change. */
    public byte[] toArray() {
        return content.clone();
    }

    /** The bytes themselves, for reading only; never hand them to code that may write. */
    public byte[] view() {
        return content;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes bytes && Arrays.equals(content, bytes.content);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(content);
    }

    @Override
    public String toString() {
        return content.length + " bytes";
    }
}
