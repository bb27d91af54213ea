package io.muster.enrolment;

import io.muster.message.Bytes;
import io.muster.message.Escape;
import io.muster.message.NodeId;
import io.muster.security.Ed25519PublicKey;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What two people compare to know that a request was made with a certain key: the first 128 bits of
 * the SHA-256 of the key's 32 bytes.
 *
 * @param hex 32 lower-case hexadecimal digits
 */
public record KeyFingerprint(String hex) {
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{32}");

    public KeyFingerprint {
        if (!HEX.matcher(hex).matches()) {
            throw new IllegalArgumentException("not a key fingerprint: " + Escape.quoted(hex));
        }
    }

    /** The fingerprint of that key. */
    public static KeyFingerprint of(Ed25519PublicKey key) {
        return new KeyFingerprint(digest(key).hex().substring(0, 32));
    }

    /**
     * Reads what a person typed: the digits, in groups or not, in either case.
     *
     * @throws IllegalArgumentException if it is not a whole fingerprint
     */
    public static KeyFingerprint parse(String text) {
        var digits = text.toLowerCase(Locale.ROOT).replaceAll("[ :-]", "");
        if (!HEX.matcher(digits).matches()) {
            throw new IllegalArgumentException(
                    "not a key fingerprint of 32 hexadecimal digits: " + Escape.quoted(text));
        }
        return new KeyFingerprint(digits);
    }

    /** The id of a node that asks for none: {@code n-} and the key's first twelve digits. */
    public static NodeId defaultId(Ed25519PublicKey key) {
        return new NodeId("n-" + digest(key).hex().substring(0, 12));
    }

    /** Eight groups of four digits, for people and for {@link #parse}. */
    @Override
    public String toString() {
        return hex.replaceAll("(.{4})(?!$)", "$1-");
    }

    private static Bytes digest(Ed25519PublicKey key) {
        return key.encoded().sha256();
    }
}
