package io.muster.filter;

import io.muster.message.Escape;

/**
 * A piece of filter text, safe to show, and where in it something is.
 *
 * @param shown the piece
 * @param caret how many characters of {@code shown} stand before the place
 */
record Excerpt(String shown, int caret) {
    private static final int BEFORE = 60;
    private static final int AFTER = 40;
    private static final String CUT = "...";

    /** The text around that column, counted in code points from 1. */
    static Excerpt around(String text, int column) {
        var points = text.codePoints().toArray();
        int at = Math.min(column - 1, points.length);
        int from = Math.max(0, at - BEFORE);
        int to = Math.min(points.length, at + AFTER);
        var before = (from > 0 ? CUT : "") + safe(new String(points, from, at - from));
        var after = safe(new String(points, at, to - at)) + (to < points.length ? CUT : "");
        return new Excerpt(before + after, before.codePointCount(0, before.length()));
    }

    /**
     * The text with everything escaped that a terminal would obey or hide. A text without such
     * characters keeps its backslashes single, because regular expressions are full of them.
     */
    static String safe(String text) {
        var rest = text.replace("\\", "");
        return Escape.line(rest).equals(rest) ? text : Escape.line(text);
    }
}
