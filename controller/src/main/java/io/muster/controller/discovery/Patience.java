package io.muster.controller.discovery;

import java.time.Duration;

/**
 * How long to wait when looking for nodes.
 *
 * @param window a call to all is over when nothing came for this long, if nobody is known to be
 *     missing
 * @param limit how long to wait for the first answer, and for those who are known to be missing
 * @param hub how long the hub may be silent
 * @param ttl how long the questions are valid
 */
public record Patience(Duration window, Duration limit, Duration hub, Duration ttl) {
    /** 300 ms, 5 s, 2 s, a minute. */
    public static final Patience DEFAULT =
            new Patience(
                    Duration.ofMillis(300),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(2),
                    Duration.ofMinutes(1));
}
