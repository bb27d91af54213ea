package io.muster.node.action;

/**
 * Cuts texts to a size that they have as JSON in UTF-8, not in memory: a kilobyte of what a program
 * wrote may become six.
 */
final class Excerpt {
    private Excerpt() {}

    /** The beginning of a text, followed by a note if that is not all. */
    static String beginning(String text, int maxBytes) {
        var bytes = 0;
        for (int i = 0; i < text.length(); ) {
            var c = text.codePointAt(i);
            bytes += cost(c);
            if (bytes > maxBytes) {
                return text.substring(0, i) + "\n[... cut here ...]\n";
            }
            i += Character.charCount(c);
        }
        return text;
    }

    /** The end of a text, after a note if that is not all. */
    static String end(String text, int maxBytes) {
        var bytes = 0;
        for (int i = text.length(); i > 0; ) {
            var c = text.codePointBefore(i);
            bytes += cost(c);
            if (bytes > maxBytes) {
                return "[... cut here ...]\n" + text.substring(i);
            }
            i -= Character.charCount(c);
        }
        return text;
    }

    private static int cost(int c) {
        if (c == '\n' || c == '\t' || c == '\r' || c == '"' || c == '\\') {
            return 2;
        }
        if (c < 0x20) {
            return 6;
        }
        return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    }
}
