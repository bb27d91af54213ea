package io.muster.filter;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/**
 * A regular expression in RE2 syntax: matched in time linear in the text, found anywhere in it,
 * compiled once. Two are equal if they are written alike. Thread-safe.
 */
final class Regex {
    /** The longest text of one. */
    static final int LONGEST = 1024;

    /** The most steps of the compiled program, so that {@code (a{1000}){1000}} is refused. */
    static final int MOST_STEPS = 2000;

    private final String text;
    private final Pattern pattern;

    private Regex(String text, Pattern pattern) {
        this.text = text;
        this.pattern = pattern;
    }

    /** Compiles what stands at that position of the text that is being read. */
    static Regex compile(Cursor cursor, int position, String text) {
        check(cursor, position, text);
        try {
            return new Regex(text, Pattern.compile(text));
        } catch (PatternSyntaxException e) {
            int where = e.getPattern().isEmpty() ? 0 : text.indexOf(e.getPattern());
            throw cursor.error(
                    position + Math.max(0, where),
                    "not a regular expression: " + Excerpt.safe(e.getDescription()));
        }
    }

    /** Refuses what would take the compiler too long or too much memory. */
    private static void check(Cursor cursor, int position, String text) {
        if (text.isEmpty()) {
            throw cursor.error(position, "the regular expression is empty");
        }
        if (text.length() > LONGEST) {
            throw cursor.error(
                    position,
                    "a regular expression of %d characters, and %d are the most"
                            .formatted(text.length(), LONGEST));
        }
        if (RegexSize.of(text) > MOST_STEPS) {
            throw cursor.error(
                    position,
                    "the regular expression is too big; %d steps are the most, and a{9} counts as nine"
                            .formatted(MOST_STEPS));
        }
        int unsafe = CaseFolding.unsafe(text);
        if (unsafe >= 0) {
            throw cursor.error(
                    position + unsafe, "(?i) goes with letters up to U+052F (Cyrillic) only");
        }
    }

    boolean find(String in) {
        return pattern.matcher(in).find();
    }

    /** How many steps finding it in that text takes at most. */
    long cost(String in) {
        return (in.length() + 1L) * pattern.programSize();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Regex regex && regex.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** As it was written, without slashes. */
    @Override
    public String toString() {
        return text;
    }
}
