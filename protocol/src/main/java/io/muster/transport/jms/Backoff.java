package io.muster.transport.jms;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before trying again: anything up to a limit that doubles with each failure (full
 * jitter), so that thousands who lost the same broker do not come back together.
 *
 * @param first the limit before the first attempt
 * @param cap what the limit never exceeds
 */
public record Backoff(Duration first, Duration cap) {

    /** One second at first, at most a minute. */
    public static final Backoff DEFAULT = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1));

    private static final int MOST_DOUBLINGS = 30;

    public Backoff {
        if (first.isNegative() || first.isZero() || cap.compareTo(first) < 0) {
            throw new IllegalArgumentException("not a back-off: from " + first + " up to " + cap);
        }
    }

    /**
     * The pause before an attempt.
     *
     * @param failures how many attempts failed since the last success
     */
    public Duration pause(int failures, RandomGenerator random) {
        var doublings = Math.clamp(failures, 0, MOST_DOUBLINGS);
        var limit = Math.min(cap.toMillis(), Math.multiplyExact(first.toMillis(), 1L << doublings));
        return Duration.ofMillis(random.nextLong(Math.max(1, limit)));
    }
}
