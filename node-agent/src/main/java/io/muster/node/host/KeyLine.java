package io.muster.node.host;

import io.muster.message.Bytes;
import io.muster.message.Escape;
import io.muster.message.MalformedException;

import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One public key as it stands in an authorized_keys file (sshd(8)): type, base64, comment.
 *
 * @param type the key's type, the same in front and inside
 * @param blob the key itself, in base64
 * @param comment whatever follows; may be empty
 */
public record KeyLine(String type, String blob, String comment) {
    private static final int SMALLEST_RSA = 2048;
    private static final int LARGEST_RSA = 16_384;

    /** How many bytes the point of an elliptic curve has. */
    private static final Map<String, Integer> POINTS =
            Map.of("nistp256", 65, "nistp384", 97, "nistp521", 133);

    /**
     * Reads a line without options.
     *
     * @throws MalformedException if it is not exactly one good key
     */
    public static KeyLine parse(String line) {
        var words = List.of(line.split(" ", 3));
        if (words.size() < 2 || line.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            throw problem(line, "a type, a blank and a key in base64 are wanted");
        }
        var key = new KeyLine(words.get(0), words.get(1), words.size() > 2 ? words.get(2) : "");
        if (!isType(key.type)) {
            throw problem(line, "it does not begin with a key type; options are not allowed");
        }
        key.check(line);
        return key;
    }

    /**
     * The blob of a line that sshd would take for a key, whatever its options (in front, blanks
     * only within quotes); empty for others.
     */
    static Optional<String> blob(String line) {
        var text = line.strip();
        if (text.startsWith("#")) {
            return Optional.empty();
        }
        var rest = isType(firstWord(text)) ? text : text.substring(optionsEnd(text)).strip();
        var words = rest.split("[ \t]+", 3);
        return words.length > 1 && isType(words[0]) && good(words[1])
                ? Optional.of(words[1])
                : Optional.empty();
    }

    private static String firstWord(String text) {
        return text.split("[ \t]", 2)[0];
    }

    private static boolean isType(String word) {
        return word.matches("(ssh|ecdsa|sk)-[a-z0-9@.-]{3,60}");
    }

    private static int optionsEnd(String text) {
        var quoted = false;
        for (int i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length() && text.charAt(i + 1) == '"') {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (!quoted && (c == ' ' || c == '\t')) {
                return i;
            }
        }
        return text.length();
    }

    /** The line as it stands in the file. */
    public String line() {
        return comment.isEmpty() ? type + " " + blob : type + " " + blob + " " + comment;
    }

    private static boolean good(String blob) {
        try {
            parts(blob);
            return true;
        } catch (MalformedException _) {
            return false;
        }
    }

    private void check(String line) {
        if (!good(blob)) {
            throw problem(line, "the key is damaged");
        }
        var parts = parts(blob);
        if (!new String(parts.getFirst(), StandardCharsets.US_ASCII).equals(type)) {
            throw problem(line, "inside it is a key of another type");
        }
        var sound =
                switch (type) {
                    case "ssh-ed25519" -> parts.size() == 2 && parts.get(1).length == 32;
                    case "ssh-rsa" -> parts.size() == 3 && rsa(parts.get(2));
                    case "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521" ->
                            parts.size() == 3 && point(type, parts);
                    case "sk-ssh-ed25519@openssh.com" ->
                            parts.size() == 3 && parts.get(1).length == 32;
                    case "sk-ecdsa-sha2-nistp256@openssh.com" ->
                            parts.size() == 4 && point("ecdsa-sha2-nistp256", parts);
                    default -> throw problem(line, "keys of its type are not accepted");
                };
        if (!sound) {
            throw problem(line, "the key is damaged, or shorter than " + SMALLEST_RSA + " bits");
        }
    }

    private static boolean rsa(byte[] modulus) {
        var bits = new BigInteger(modulus).bitLength();
        return bits >= SMALLEST_RSA && bits <= LARGEST_RSA && (modulus[0] & 0x80) == 0;
    }

    private static boolean point(String type, List<byte[]> parts) {
        var curve = new String(parts.get(1), StandardCharsets.US_ASCII);
        var length = POINTS.getOrDefault(curve, -1);
        return type.endsWith("-" + curve)
                && parts.get(2).length == length
                && parts.get(2)[0] == 0x04;
    }

    /** The strings a key blob is made of (RFC 4253, section 6.6), the first of them not empty. */
    private static List<byte[]> parts(String blob) {
        var bytes = ByteBuffer.wrap(Bytes.base64(blob).toArray());
        var parts = new ArrayList<byte[]>();
        try {
            while (bytes.hasRemaining()) {
                var length = bytes.getInt();
                if (length < 1 || length > bytes.remaining()) {
                    throw new MalformedException("not a key");
                }
                var part = new byte[length];
                bytes.get(part);
                parts.add(part);
            }
        } catch (BufferUnderflowException e) {
            throw new MalformedException("not a key", e);
        }
        if (parts.isEmpty()) {
            throw new MalformedException("not a key");
        }
        return parts;
    }

    private static MalformedException problem(String line, String problem) {
        return new MalformedException("not an ssh key: " + Escape.quoted(line) + ": " + problem);
    }
}
