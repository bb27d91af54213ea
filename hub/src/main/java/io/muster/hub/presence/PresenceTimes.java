package io.muster.hub.presence;

import java.time.Duration;

/**
 * How patient presence is; a node's own announcements say how often to expect them.
 *
 * @param join how long a node that got its certificate may take until it is first heard
 * @param reboot how long a reboot may take
 * @param skew how wrong a node's clock may be
 * @param forget after which time a node that is gone is forgotten
 */
public record PresenceTimes(Duration join, Duration reboot, Duration skew, Duration forget) {
    /** What they are unless told otherwise. */
    public static final PresenceTimes DEFAULT =
            new PresenceTimes(
                    Duration.ofMinutes(5),
                    Duration.ofMinutes(10),
                    Duration.ofSeconds(30),
                    Duration.ofDays(7));

    public PresenceTimes {
        if (!join.isPositive() || !reboot.isPositive() || skew.isNegative()) {
            throw new IllegalArgumentException("times that are positive");
        }
        if (forget.compareTo(Duration.ofMinutes(1)) < 0) {
            throw new IllegalArgumentException("forgetting takes a minute at least");
        }
    }
}
