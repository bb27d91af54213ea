package io.muster.message;

import java.util.HexFormat;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * Names one request for ever: 128 random bits.
 *
 * @param value 32 lower-case hexadecimal digits
 */
public record RequestId(String value) {
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{32}");

    public RequestId {
        if (!HEX.matcher(value).matches()) {
            throw new IllegalArgumentException("not a request id: " + Escape.quoted(value));
        }
    }

    /** A new one; {@code random} must be unpredictable outside of tests. */
    public static RequestId random(RandomGenerator random) {
        var bits = new byte[16];
        random.nextBytes(bits);
        return new RequestId(HexFormat.of().formatHex(bits));
    }

    /** The first eight digits: enough for people to tell requests apart. */
    public String brief() {
        return value.substring(0, 8);
    }

    @Override
    public String toString() {
        return value;
    }
}
