package io.muster.message;

/**
 * The one place where text that somebody else chose is made safe to show: on a terminal, in a log
 * line, in an error.
 *
 * <p>Control characters (C0, DEL, C1), bidirectional and other invisible format characters, line
 * and paragraph separators, private and unassigned characters and halves of surrogate pairs become
 * {@code \}{@code u{hex}}; a backslash is doubled, so that no text can imitate the escape.
 */
public final class Escape {
    private static final int QUOTED_MAX = 120;

    private Escape() {}

    /** The text on one line, without anything a terminal would obey. */
    public static String line(String text) {
        if (text.chars().allMatch(c -> c >= ' ' && c < 0x7f && c != '\\')) {
            return text;
        }
        var safe = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> append(safe, c));
        return safe.toString();
    }

    /** As {@link #line}, but line feeds stay and tabs become blanks. */
    public static String block(String text) {
        return String.join("\n", text.replace("\t", "    ").lines().map(Escape::line).toList());
    }

    /** JSON, in ASCII: means the same, and nothing in it can be obeyed by a terminal. */
    public static String json(String json) {
        if (json.chars().allMatch(c -> c < 0x7f)) {
            return json;
        }
        var ascii = new StringBuilder(json.length() + 64);
        for (int i = 0; i < json.length(); i++) {
            var c = json.charAt(i);
            if (c < 0x7f) {
                ascii.append(c);
            } else {
                ascii.append("\\u").append("%04x".formatted((int) c));
            }
        }
        return ascii.toString();
    }

    /** In quotes and cut to a readable length, for an error message. */
    public static String quoted(String text) {
        var cut = text.length() <= QUOTED_MAX ? text : text.substring(0, QUOTED_MAX) + "...";
        return "'" + line(cut) + "'";
    }

    private static void append(StringBuilder safe, int c) {
        if (c == '\\') {
            safe.append("\\\\");
        } else if (visible(c)) {
            safe.appendCodePoint(c);
        } else {
            safe.append("\\u{").append(Integer.toHexString(c)).append('}');
        }
    }

    private static boolean visible(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    false;
            case Character.SPACE_SEPARATOR -> c == ' ';
            default -> c != 0x115f && c != 0x1160 && c != 0x3164 && c != 0xffa0;
        };
    }
}
