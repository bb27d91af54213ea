package io.muster.hub.presence;

import java.time.Duration;

/**
 * How patient presence is; a node's own announcements say how often to expect them.
 *
 * @param join how long a node that got its certificate may take until it is first heard
 * @param reboot how long a reboot may take
 * @param skew how wrong a node's clock may be
 * @param forget after which time a node that is gone is forgotten
 * @param down how many announcements in a row must be missing, by the node's own interval, until it
 *     is down
 */
public record PresenceTimes(
        Duration join, Duration reboot, Duration skew, Duration forget, int down) {
    /**
     * A timeout near the interval takes a node that is only late for one that is gone: so many
     * announcements in a row have to be missing at least.
     */
    public static final int FEWEST = 3;

    /** The most that may be set. */
    public static final int MOST = 1_000;

    /** What they are unless told otherwise. */
    public static final PresenceTimes DEFAULT =
            new PresenceTimes(
                    Duration.ofMinutes(5),
                    Duration.ofMinutes(10),
                    Duration.ofSeconds(30),
                    Duration.ofDays(7),
                    FEWEST);

    public PresenceTimes {
        if (!join.isPositive() || !reboot.isPositive() || skew.isNegative()) {
            throw new IllegalArgumentException("times that are positive");
        }
        if (forget.compareTo(Duration.ofMinutes(1)) < 0) {
            throw new IllegalArgumentException("forgetting takes a minute at least");
        }
        if (down < FEWEST || down > MOST) {
            throw new IllegalArgumentException(
                    "down after "
                            + FEWEST
                            + " to "
                            + MOST
                            + " missing announcements of the node's own interval: after fewer, a"
                            + " node that is only late would be taken for one that is gone");
        }
    }
}
