package io.muster.filter;

/**
 * A filter text that cannot be used. The message names the option, the text, the column and what is
 * wrong; it is safe to show on a terminal.
 */
public final class FilterException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    private final String option;
    private final String text;
    private final int column;
    private final String problem;

    FilterException(String option, String text, int column, String problem) {
        super(
                "bad filter "
                        + option
                        + " '"
                        + Excerpt.around(text, column).shown()
                        + "': column "
                        + column
                        + ": "
                        + problem);
        this.option = option;
        this.text = text;
        this.column = column;
        this.problem = problem;
    }

    /** The option the text was given to, such as {@code -F}. */
    public String option() {
        return option;
    }

    /** The text as it was given, not escaped. */
    public String text() {
        return text;
    }

    /** Where in the text, in characters (Unicode code points) from 1. */
    public int column() {
        return column;
    }

    /** What is wrong there and what to do about it. */
    public String problem() {
        return problem;
    }

    /**
     * Two lines without a line feed at the end: the text, cut around the column if it is long, and
     * under it a caret.
     */
    public String pointer() {
        var excerpt = Excerpt.around(text, column);
        return excerpt.shown() + "\n" + " ".repeat(excerpt.caret()) + "^";
    }
}
