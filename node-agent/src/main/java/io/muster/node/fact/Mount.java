package io.muster.node.fact;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * A line of {@code /proc/self/mountinfo} (proc(5)).
 *
 * @param point where it is mounted
 * @param device what is mounted
 * @param filesystem of which type
 * @param options how
 */
record Mount(String point, String device, String filesystem, List<String> options) {
    Mount {
        options = List.copyOf(options);
    }

    static Optional<Mount> parse(String line) {
        var words = List.of(line.split(" ", -1));
        var dash = words.indexOf("-");
        if (dash < 6 || words.size() < dash + 3) {
            return Optional.empty();
        }
        return Optional.of(
                new Mount(
                        plain(words.get(4)),
                        plain(words.get(dash + 2)),
                        words.get(dash + 1),
                        List.of(words.get(5).split(",", -1))));
    }

    /** Undoes the kernel's octal escapes: blanks and the like in names. */
    private static String plain(String text) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        var plain = new byte[bytes.length];
        var length = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\\' && i + 3 < bytes.length && octal(bytes, i + 1)) {
                plain[length++] =
                        (byte)
                                (((bytes[i + 1] - '0') << 6)
                                        | ((bytes[i + 2] - '0') << 3)
                                        | (bytes[i + 3] - '0'));
                i += 3;
            } else {
                plain[length++] = bytes[i];
            }
        }
        return new String(plain, 0, length, StandardCharsets.UTF_8);
    }

    private static boolean octal(byte[] bytes, int from) {
        for (int i = from; i < from + 3; i++) {
            if (bytes[i] < '0' || bytes[i] > '7') {
                return false;
            }
        }
        return true;
    }
}
