package io.muster.node;

import java.time.Duration;

/**
 * How often a node says that it is here.
 *
 * @param every the interval
 * @param spread within which time those who were cut off together announce themselves again; each
 *     draws its own moment
 */
public record Announcing(Duration every, Duration spread) {
    private static final Duration MOST = Duration.ofSeconds(10);
    private static final int PARTS = 6;

    public Announcing {
        if (!every.isPositive() || spread.isNegative() || spread.compareTo(every) > 0) {
            throw new IllegalArgumentException(
                    "an interval, and a spread that is not longer: " + every + ", " + spread);
        }
    }

    /** With the usual spread: ten seconds, or a sixth of the interval if that is less. */
    public static Announcing every(Duration interval) {
        return new Announcing(interval, spread(interval));
    }

    /** The usual spread for that interval. */
    static Duration spread(Duration interval) {
        var part = interval.dividedBy(PARTS);
        return part.compareTo(MOST) < 0 ? part : MOST;
    }
}
