package io.muster.filter;

/** What a filter says of one node, and why. */
public sealed interface Verdict {

    /** The node should act. */
    record Match() implements Verdict {}

    /**
     * The node should not act.
     *
     * @param option the kind of the first term that does not hold, such as {@code -F}
     * @param text that term as it was given, not escaped
     */
    record Mismatch(String option, String text) implements Verdict {}

    /**
     * It cannot be said, and the node should not act.
     *
     * @param option the kind of the term that cannot be decided, such as {@code -S}
     * @param text that term as it was given, not escaped
     * @param why what is in the way
     */
    record Undecided(String option, String text, String why) implements Verdict {}
}
