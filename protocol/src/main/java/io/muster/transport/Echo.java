package io.muster.transport;

import io.muster.message.Bytes;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What somebody sends to itself to see whether messages still arrive: a few bytes that are no
 * envelope, signed by nobody and worth nothing to anybody else. Whoever gets one of another's drops
 * it.
 */
public final class Echo {
    private static final byte[] BEGIN = "muster-echo ".getBytes(StandardCharsets.US_ASCII);
    private static final int LONGEST = 64;

    private Echo() {}

    /**
     * One of them.
     *
     * @param token tells it from those of others, for people who look; at most 32 characters
     */
    static Bytes of(String token) {
        return Bytes.utf8(new String(BEGIN, StandardCharsets.US_ASCII) + token);
    }

    /** Whether it is one, anybody's; then it is nothing else. */
    public static boolean is(Bytes body) {
        return body.length() <= LONGEST && begins(body.view());
    }

    private static boolean begins(byte[] body) {
        return body.length >= BEGIN.length
                && Arrays.equals(body, 0, BEGIN.length, BEGIN, 0, BEGIN.length);
    }
}
