package io.muster.controller.mask;

import io.muster.message.Outcome;

import java.util.List;
import java.util.function.BiFunction;

/**
 * An answer taken apart: what says something, and what may differ between answers that say the
 * same.
 *
 * <p>Nothing is lost: two answers with the same {@link #said()} have the same number of variables,
 * of the same kinds, and either becomes the other when its variables are {@linkplain #fill filled
 * in}.
 */
public final class Masked {
    /** What a mark begins with; an answer that has one of its own is never masked. */
    public static final char OPEN = '‹';

    /** What a mark ends with. */
    public static final char CLOSE = '›';

    /** The longest answer that is masked, in characters. */
    static final int MOST_TEXT = 64 * 1024;

    /** The most variables of an answer that is masked. */
    static final int MOST_VARIABLES = 128;

    private final Outcome outcome;
    private final Self self;
    private final String said;
    private final List<Variable> variables;
    private final boolean sound;

    private Masked(Outcome outcome, Self self, Walk walk) {
        this.outcome = outcome;
        this.self = self;
        this.said = walk.said();
        this.variables = walk.variables();
        this.sound = walk.sound();
    }

    /** Takes apart what that node answered; in time proportional to its length. */
    public static Masked of(Outcome outcome, Self self) {
        var walk = new Walk(self, (_, variable) -> variable);
        walk.outcome(outcome);
        return new Masked(outcome, self, walk);
    }

    /** Whether it may be masked: neither too long nor with marks of its own. */
    public boolean sound() {
        return sound;
    }

    /** What it says, whatever its variables are: a key, not to be shown. */
    public String said() {
        return said;
    }

    /** What may differ, in order. */
    public List<Variable> variables() {
        return variables;
    }

    /**
     * The answer with other variables.
     *
     * @param fill is given the number of each variable, from 0, and the variable, and says what
     *     stands there; a number that becomes a mark becomes a text
     */
    public Outcome fill(BiFunction<Integer, Variable, Variable> fill) {
        return new Walk(self, fill).outcome(outcome);
    }

    /** The mark with that word in it. */
    public static String mark(String word) {
        return OPEN + word + CLOSE;
    }
}
