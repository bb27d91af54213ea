package io.muster.filter;

/** Which characters may stand in names without quotes. */
final class Words {
    private static final String NEEDS_QUOTES = "'\"()!&|,;*?`";

    private Words() {}

    /**
     * Checks a name that was written without quotes: characters that people type when they mean
     * something else than their own name (lists, globs, negation) have to be quoted.
     */
    static void checkName(Cursor cursor, int start, String what, String name) {
        checkVisible(cursor, start, name);
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (NEEDS_QUOTES.indexOf(c) >= 0) {
                throw cursor.error(
                        start + i, c + " cannot stand in the name of " + what + hint(c, what));
            }
        }
    }

    private static String hint(char c, String what) {
        return switch (c) {
            case '(', ')', '!', '&', '|' ->
                    " without quotes; only -S knows and, or, not, parentheses and functions";
            case '*', '?' -> " without quotes; a pattern is written " + pattern(what);
            case ',', ';' -> " without quotes; a list with commas is not known here";
            default -> " without quotes";
        };
    }

    private static String pattern(String what) {
        return what.equals("a class") ? "/regex/" : "name=/regex/";
    }

    /** Of ASCII. */
    static boolean letterOrDigit(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    /** Checks that there is nothing in an unquoted text that looks like a blank or like nothing. */
    static void checkVisible(Cursor cursor, int start, String word) {
        for (int i = 0; i < word.length(); i += Character.charCount(word.codePointAt(i))) {
            int point = word.codePointAt(i);
            if (point != ' ' && invisible(point)) {
                throw cursor.error(
                        start + i,
                        "an invisible character (U+%04X); put the text in quotes if it is meant"
                                .formatted(point));
            }
        }
    }

    private static boolean invisible(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SPACE_SEPARATOR,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    true;
            default -> false;
        };
    }
}
