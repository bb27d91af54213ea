package io.muster.enrolment;

import io.muster.message.Bytes;
import io.muster.message.Endpoint;
import io.muster.message.Escape;

import java.util.HexFormat;
import java.util.Locale;

/**
 * Where to ask for a certificate, and whom to believe there.
 *
 * @param endpoint the hub's enrolment port
 * @param root the SHA-256 of the fleet's root certificate, 32 bytes
 */
public record Listener(Endpoint endpoint, Bytes root) {
    public Listener {
        if (root.length() != 32) {
            throw new IllegalArgumentException("a root fingerprint of " + root.length() + " bytes");
        }
    }

    /**
     * Reads a root's fingerprint as {@code muster ca} prints it: 64 hexadecimal digits, in groups
     * or not.
     *
     * @throws IllegalArgumentException if it is not that
     */
    public static Bytes parseRoot(String text) {
        var digits = text.toLowerCase(Locale.ROOT).replaceAll("[ :-]", "");
        if (!digits.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException(
                    "not a root fingerprint of 64 hexadecimal digits: " + Escape.quoted(text));
        }
        return Bytes.wrap(HexFormat.of().parseHex(digits));
    }
}
