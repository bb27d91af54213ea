package io.muster.filter;

import java.util.Optional;

/** Reads the value on the right of an operator, in the way its place asks for. For one thread. */
final class ValueParser {
    private final Cursor cursor;
    private final Place place;

    ValueParser(Cursor cursor, Place place) {
        this.cursor = cursor;
        this.place = place;
    }

    /**
     * A value as it was written.
     *
     * @param at where its text starts
     * @param text without quotes and slashes
     * @param regex whether it stood between slashes
     */
    record Written(int at, String text, boolean regex) {

        Regex asRegex(Cursor cursor) {
            return Regex.compile(cursor, at, text);
        }
    }

    /** Reads the value after the operator that stands at that position. */
    Written value(int operatorAt, Operator.Written operator) {
        if (place.spaced()) {
            cursor.skipBlanks();
        }
        if (cursor.done() || place.endsWord(cursor, cursor.at())) {
            throw cursor.error(
                    operatorAt,
                    "no value after " + operator.symbol() + "; the empty text is written ''");
        }
        if (cursor.seesQuote()) {
            return quoted(operator.operator());
        }
        int start = cursor.at();
        var pattern = cursor.sees('/') ? slashed() : Optional.<String>empty();
        return pattern.map(text -> new Written(start + 1, text, true))
                .orElseGet(() -> word(operator));
    }

    private Written quoted(Operator operator) {
        int start = cursor.at() + 1;
        var text = cursor.quoted();
        if (place == Place.FACT) {
            cursor.skipBlanks();
        }
        if (!place.endsWord(cursor, cursor.at())) {
            throw cursor.error(cursor.at(), "something follows the closing quote");
        }
        boolean slashes = text.length() > 1 && text.startsWith("/") && text.endsWith("/");
        return operator == Operator.LIKE && slashes
                ? new Written(start + 1, text.substring(1, text.length() - 1), true)
                : new Written(start, text, false);
    }

    /**
     * Reads a regular expression between slashes; nothing if the slash here only starts a path.
     *
     * <p>The next slash without a backslash closes it if a word can end there, so that blanks and
     * parentheses may stand inside. Otherwise a word that ends in a slash is one, as in {@code
     * /usr/bin/}.
     */
    Optional<String> slashed() {
        int start = cursor.at();
        int close = place == Place.FACT ? cursor.end() - 1 : closingSlash(start);
        if (place != Place.FACT && (close < 0 || !place.endsWord(cursor, close + 1))) {
            close = wordEnd(start) - 1;
        }
        if (close <= start || cursor.charAt(close) != '/') {
            return Optional.empty();
        }
        cursor.moveTo(place == Place.FACT ? cursor.text().length() : close + 1);
        return Optional.of(cursor.text().substring(start + 1, close));
    }

    private int closingSlash(int start) {
        for (int i = start + 1; i < cursor.text().length(); i++) {
            if (cursor.charAt(i) == '\\') {
                i++;
            } else if (cursor.charAt(i) == '/') {
                return i;
            }
        }
        return -1;
    }

    private Written word(Operator.Written operator) {
        int start = cursor.at();
        int end = wordEnd(start);
        var text = cursor.text().substring(start, end);
        cursor.moveTo(place == Place.FACT ? cursor.text().length() : end);
        if (operator.operator() != Operator.LIKE) {
            Words.checkVisible(cursor, start, text);
            checkWord(start, text, operator.symbol());
        }
        return new Written(start, text, false);
    }

    /** Where the word ends that starts there: at a blank, or a parenthesis it did not open. */
    private int wordEnd(int start) {
        if (place == Place.FACT) {
            return cursor.end();
        }
        int open = 0;
        int i = start;
        for (; i < cursor.text().length(); i++) {
            char c = cursor.charAt(i);
            if (c == ')' && open > 0) {
                open--;
            } else if (place.endsWord(cursor, i)) {
                break;
            } else if (c == '(') {
                open++;
            }
        }
        return i;
    }

    private void checkWord(int start, String text, String symbol) {
        if ("=<>~".indexOf(text.charAt(0)) >= 0) {
            throw cursor.error(
                    start,
                    "the value after "
                            + symbol
                            + " starts like an operator; put it in quotes if it is meant");
        }
        if (place == Place.EXPRESSION && text.indexOf('(') >= 0) {
            throw cursor.error(
                    start + text.indexOf('('), "a value with parentheses must stand in quotes");
        }
    }
}
