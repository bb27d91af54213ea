package io.muster.security;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A password as Linux machines keep it, in crypt(5)'s method of SHA-512, {@code $6$}: every one
 * that this program runs on can check it, and it can be computed without asking the machine.
 */
public final class PasswordHash {
    private static final String ALPHABET =
            "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final Pattern STORED =
            Pattern.compile(
                    "\\$6\\$(?:rounds=([1-9][0-9]{0,8})\\$)?([^$:\\n]{0,16})\\$[./0-9A-Za-z]{86}");
    private static final int SALT = 16;
    private static final int USUAL_ROUNDS = 5_000;
    private static final int LEAST_ROUNDS = 1_000;

    /** What a guess costs: a twentieth of a second or so. */
    private static final int ROUNDS = 100_000;

    /** What takes longer to compare than to set anew is set anew. */
    private static final int MOST_ROUNDS = 1_000_000;

    private PasswordHash() {}

    /** A fresh hash of that password. */
    public static String of(String password, RandomGenerator random) {
        var salt = new StringBuilder();
        for (int i = 0; i < SALT; i++) {
            salt.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return of(password, salt.toString(), ROUNDS, true);
    }

    /**
     * Whether that is the password behind a stored hash; a hash of another method fits none, so
     * that the password is set anew.
     */
    public static boolean fits(String password, String stored) {
        var parts = STORED.matcher(stored);
        if (!parts.matches()) {
            return false;
        }
        var rounds = rounds(parts);
        if (rounds < LEAST_ROUNDS || rounds > MOST_ROUNDS) {
            return false;
        }
        var hash = of(password, parts.group(2), rounds, parts.group(1) != null);
        return MessageDigest.isEqual(bytes(hash), bytes(stored));
    }

    private static int rounds(Matcher parts) {
        var told = parts.group(1);
        return told == null ? USUAL_ROUNDS : Integer.parseInt(told);
    }

    static String of(String password, String salt, int rounds, boolean told) {
        var key = bytes(password);
        var grain = bytes(salt);
        var sum = first(key, grain);
        var keys = run(repeated(key, key.length), key.length);
        var salts = run(repeated(grain, 16 + (sum[0] & 0xff)), grain.length);
        for (int i = 0; i < rounds; i++) {
            var digest = sha512();
            digest.update(i % 2 == 1 ? keys : sum);
            if (i % 3 != 0) {
                digest.update(salts);
            }
            if (i % 7 != 0) {
                digest.update(keys);
            }
            digest.update(i % 2 == 1 ? sum : keys);
            sum = digest.digest();
        }
        return "$6$" + (told ? "rounds=" + rounds + "$" : "") + salt + "$" + printed(sum);
    }

    private static byte[] first(byte[] key, byte[] salt) {
        var other = sha512();
        other.update(key);
        other.update(salt);
        other.update(key);
        var alternate = other.digest();
        var digest = sha512();
        digest.update(key);
        digest.update(salt);
        digest.update(run(alternate, key.length));
        for (int bits = key.length; bits > 0; bits >>= 1) {
            digest.update((bits & 1) == 1 ? alternate : key);
        }
        return digest.digest();
    }

    private static byte[] repeated(byte[] bytes, int times) {
        var digest = sha512();
        for (int i = 0; i < times; i++) {
            digest.update(bytes);
        }
        return digest.digest();
    }

    /** That many bytes of those, again and again. */
    private static byte[] run(byte[] bytes, int length) {
        var run = new byte[length];
        for (int from = 0; from < length; from += bytes.length) {
            System.arraycopy(bytes, 0, run, from, Math.min(bytes.length, length - from));
        }
        return run;
    }

    /** Three bytes, 21 apart and in turn, make four letters, the lowest bits first. */
    private static String printed(byte[] sum) {
        var text = new StringBuilder();
        for (int i = 0; i < 21; i++) {
            var at = new int[] {i, i + 21, i + 42};
            var turn = i % 3;
            letters(text, sum[at[turn]], sum[at[(turn + 1) % 3]], sum[at[(turn + 2) % 3]], 4);
        }
        letters(text, (byte) 0, (byte) 0, sum[63], 2);
        return text.toString();
    }

    private static void letters(StringBuilder to, byte high, byte middle, byte low, int count) {
        var bits = ((high & 0xff) << 16) | ((middle & 0xff) << 8) | (low & 0xff);
        for (int i = 0; i < count; i++) {
            to.append(ALPHABET.charAt(bits & 0x3f));
            bits >>= 6;
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static MessageDigest sha512() {
        try {
            return MessageDigest.getInstance("SHA-512");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-512", e);
        }
    }
}
