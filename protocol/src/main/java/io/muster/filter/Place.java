package io.muster.filter;

/** Where a term stands, which decides where it ends. */
enum Place {
    /** In {@code -F}: to the end of the text. */
    FACT,
    /** In {@code -W}: to the next blank. */
    LIST,
    /** In {@code -S}: to the next blank or parenthesis. */
    EXPRESSION;

    /** Whether a word cannot go on at that position. */
    boolean endsWord(Cursor cursor, int position) {
        char c = cursor.charAt(position);
        return position >= cursor.text().length()
                || switch (this) {
                    case FACT -> false;
                    case LIST -> Cursor.blank(c);
                    case EXPRESSION -> Cursor.blank(c) || c == ')';
                };
    }

    /** Whether blanks may stand on both sides of an operator. */
    boolean spaced() {
        return switch (this) {
            case FACT, EXPRESSION -> true;
            case LIST -> false;
        };
    }
}
