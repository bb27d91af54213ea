package io.muster.node.action;

/**
 * Cuts texts to a size that they have as JSON in UTF-8, not in memory: a kilobyte of what a program
 * wrote may become six.
 *
 * @param text what is left, with a note if that is not all
 * @param cut whether something was cut off
 */
record Excerpt(String text, boolean cut) {

    /** The beginning of a text, followed by a note if that is not all. */
    static Excerpt beginning(String text, int maxBytes) {
        var bytes = 0;
        for (int i = 0; i < text.length(); ) {
            var c = text.codePointAt(i);
            bytes += cost(c);
            if (bytes > maxBytes) {
                return new Excerpt(text.substring(0, i) + "\n[... cut here ...]\n", true);
            }
            i += Character.charCount(c);
        }
        return new Excerpt(text, false);
    }

    /** The end of a text, after a note if that is not all. */
    static Excerpt end(String text, int maxBytes) {
        var bytes = 0;
        for (int i = text.length(); i > 0; ) {
            var c = text.codePointBefore(i);
            bytes += cost(c);
            if (bytes > maxBytes) {
                return new Excerpt("[... cut here ...]\n" + text.substring(i), true);
            }
            i -= Character.charCount(c);
        }
        return new Excerpt(text, false);
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
