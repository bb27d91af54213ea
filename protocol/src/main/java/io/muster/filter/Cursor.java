package io.muster.filter;

/**
 * One filter text being read from left to right; its errors point at the column. For one thread.
 *
 * <p>Positions are indexes into the text; only errors speak of columns.
 */
final class Cursor {
    private final String option;
    private final String text;
    private int at;

    /** Starts at the first character that is not blank; there must be one. */
    Cursor(String option, String text) {
        this.option = option;
        this.text = text;
        checkSurrogates();
        skipBlanks();
        if (done()) {
            throw error(0, "empty; leave " + option + " out if you do not want to filter by it");
        }
    }

    String option() {
        return option;
    }

    String text() {
        return text;
    }

    int at() {
        return at;
    }

    boolean done() {
        return at >= text.length();
    }

    boolean sees(char c) {
        return charAt(at) == c;
    }

    boolean seesBlank() {
        return blank(charAt(at));
    }

    boolean seesQuote() {
        return sees('\'') || sees('"');
    }

    /** The character there, or NUL before the start and after the end. */
    char charAt(int position) {
        return position >= 0 && position < text.length() ? text.charAt(position) : '\0';
    }

    void skip(int characters) {
        at += characters;
    }

    void moveTo(int position) {
        at = position;
    }

    void skipBlanks() {
        while (seesBlank()) {
            at++;
        }
    }

    /** What was read since that position. */
    String since(int start) {
        return text.substring(start, at);
    }

    /** Where the text ends, not counting the blanks at its end. */
    int end() {
        int end = text.length();
        while (end > at && blank(text.charAt(end - 1))) {
            end--;
        }
        return end;
    }

    /**
     * Reads a quoted text and the quote that closes it. A backslash before the same kind of quote
     * makes it an ordinary character; any other backslash is itself.
     */
    String quoted() {
        int start = at;
        char quote = text.charAt(at);
        var content = new StringBuilder();
        for (at++; !done() && !sees(quote); at++) {
            if (sees('\\') && charAt(at + 1) == quote) {
                at++;
            }
            content.append(text.charAt(at));
        }
        if (done()) {
            throw error(start, "this quote is never closed");
        }
        at++;
        return content.toString();
    }

    FilterException error(int position, String problem) {
        int column = text.codePointCount(0, Math.min(position, text.length())) + 1;
        return new FilterException(option, text, column, problem);
    }

    static boolean blank(char c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r';
    }

    private void checkSurrogates() {
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int point = text.codePointAt(i);
            if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
                throw error(i, "half a character (a lone surrogate)");
            }
        }
    }
}
