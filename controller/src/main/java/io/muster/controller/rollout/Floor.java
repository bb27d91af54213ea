package io.muster.controller.rollout;

import io.muster.controller.Amount;
import io.muster.message.Escape;

/**
 * How many of the nodes that have one value of a fact must stay up while others of them are at work
 * or have failed.
 *
 * @param fact a dotted path
 * @param least so many of each value, or so many of a hundred of those that the hub knows
 */
public record Floor(String fact, Amount least) {

    /**
     * Reads {@code role=2} or {@code role=80%}.
     *
     * @throws IllegalArgumentException if it is neither
     */
    public static Floor parse(String text) {
        var equals = text.lastIndexOf('=');
        if (equals < 1) {
            throw new IllegalArgumentException(
                    Escape.quoted(text) + ": a fact and a number, such as role=2 or role=80%");
        }
        return new Floor(
                text.substring(0, equals).strip(), Amount.parse(text.substring(equals + 1)));
    }

    /** How many of that many; a share is rounded up, so that never fewer than it are up. */
    public int of(int all) {
        return least.percent() ? (int) (((long) all * least.number() + 99) / 100) : least.number();
    }

    /** As it is typed. */
    @Override
    public String toString() {
        return fact + "=" + least;
    }
}
