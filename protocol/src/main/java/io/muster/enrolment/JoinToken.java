package io.muster.enrolment;

import io.muster.message.Bytes;
import io.muster.message.Endpoint;
import io.muster.message.Escape;
import io.muster.message.MalformedException;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * What lets a machine join without a person at the hub: where the hub is, whom to believe there,
 * and a secret that is proven and never sent.
 *
 * <p>Printed as one word: {@code muster1.} and base64url of id (8 bytes), secret (16), SHA-256 of
 * the root certificate (32), {@code host:port}, and the first 4 bytes of the SHA-256 of all that,
 * which tell a token that lost its end from a wrong one.
 */
public final class JoinToken {
    private static final String PREFIX = "muster1.";
    private static final int ID = 8;
    private static final int SECRET = 16;
    private static final int ROOT = 32;
    private static final int CHECK = 4;
    private static final int FIXED = ID + SECRET + ROOT;
    private static final int MAX_PRINTED = 512;
    private static final Pattern ID_FORM = Pattern.compile("[0-9a-f]{16}");

    private final Bytes id;
    private final Bytes secret;
    private final Listener listener;

    private JoinToken(Bytes id, Bytes secret, Listener listener) {
        this.id = id;
        this.secret = secret;
        this.listener = listener;
    }

    /** A new token for that hub; {@code random} must be unpredictable. */
    public static JoinToken create(RandomGenerator random, Listener listener) {
        return new JoinToken(random(random, ID), random(random, SECRET), listener);
    }

    /**
     * Reads the printed form.
     *
     * @throws MalformedException if it is anything else; the message never repeats the text, which
     *     may hold a secret
     */
    public static JoinToken parse(String printed) {
        if (!printed.startsWith(PREFIX)) {
            throw new MalformedException("not a join token: one starts with " + PREFIX);
        }
        var all = decode(printed);
        var end = all.length - CHECK;
        if (end <= FIXED || !check(all, end).equals(slice(all, end, all.length))) {
            throw new MalformedException("a damaged join token: was it copied as a whole?");
        }
        try {
            var endpoint = new String(all, FIXED, end - FIXED, StandardCharsets.US_ASCII);
            var listener = new Listener(Endpoint.parse(endpoint), slice(all, ID + SECRET, FIXED));
            return new JoinToken(slice(all, 0, ID), slice(all, ID, ID + SECRET), listener);
        } catch (IllegalArgumentException e) {
            throw new MalformedException("a damaged join token: its hub is not HOST:PORT", e);
        }
    }

    /** The one word to hand over; whoever has it can join. */
    public String printed() {
        var all = new ByteArrayOutputStream();
        all.writeBytes(id.view());
        all.writeBytes(secret.view());
        all.writeBytes(listener.root().view());
        all.writeBytes(listener.endpoint().toString().getBytes(StandardCharsets.US_ASCII));
        var body = all.toByteArray();
        all.writeBytes(check(body, body.length).view());
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(all.toByteArray());
    }

    /** What the hub calls it: 16 hexadecimal digits, no secret. */
    public String id() {
        return id.hex();
    }

    /** Where to ask, and whom to believe there. */
    public Listener listener() {
        return listener;
    }

    /**
     * The key of proofs: the SHA-256 of the secret. The hub keeps this and not the secret, so that
     * what it keeps cannot be printed as a token again.
     */
    public Bytes key() {
        return secret.sha256();
    }

    /** Whether a text has the form of a token's id. */
    public static boolean isId(String text) {
        return ID_FORM.matcher(text).matches();
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "join token " + id() + " for " + listener.endpoint();
    }

    private static byte[] decode(String printed) {
        var text = printed.substring(PREFIX.length());
        if (printed.length() > MAX_PRINTED) {
            throw new MalformedException("not a join token: " + printed.length() + " characters");
        }
        try {
            var all = Base64.getUrlDecoder().decode(text);
            if (Base64.getUrlEncoder().withoutPadding().encodeToString(all).equals(text)) {
                return all;
            }
        } catch (IllegalArgumentException e) {
            throw new MalformedException(
                    "a damaged join token: " + Escape.line(String.valueOf(e.getMessage())), e);
        }
        throw new MalformedException("a damaged join token: was it copied as a whole?");
    }

    private static Bytes check(byte[] all, int end) {
        return slice(slice(all, 0, end).sha256().view(), 0, CHECK);
    }

    private static Bytes slice(byte[] all, int from, int to) {
        return Bytes.wrap(Arrays.copyOfRange(all, from, to));
    }

    private static Bytes random(RandomGenerator random, int size) {
        var bytes = new byte[size];
        random.nextBytes(bytes);
        return Bytes.wrap(bytes);
    }
}
