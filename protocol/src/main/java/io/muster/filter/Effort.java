package io.muster.filter;

/**
 * How much work one evaluation may still do, so that no filter and no facts can keep a node busy.
 * For one thread and one evaluation.
 */
final class Effort {
    /** Steps of regular expressions: a quarter of a second at the very worst. */
    static final long STEPS = 8_000_000;

    private long left;

    Effort(long steps) {
        this.left = steps;
    }

    /** Whether the expression is found; false once the work is used up. */
    boolean find(Regex regex, String in) {
        if (left >= 0) {
            left -= regex.cost(in);
        }
        return left >= 0 && regex.find(in);
    }

    /** Whether an answer was cut short and all answers are worthless. */
    boolean exhausted() {
        return left < 0;
    }
}
