package io.muster.hub.enrolment;

import java.time.Duration;

/**
 * How long certificates are valid.
 *
 * @param node of nodes
 * @param operator of operators; short, because a stolen key commands until then
 * @param server of the hub and its broker
 */
public record Lifetimes(Duration node, Duration operator, Duration server) {

    private static final Duration SHORTEST = Duration.ofSeconds(1);

    /** Of the root and both issuers. */
    public static final Duration AUTHORITY = Duration.ofDays(3652);

    /** What they are unless told otherwise. */
    public static final Lifetimes DEFAULT =
            new Lifetimes(Duration.ofDays(30), Duration.ofDays(7), Duration.ofDays(90));

    public Lifetimes {
        check(node);
        check(operator);
        check(server);
    }

    /** Refuses what is not from a second to ten years. */
    static void check(Duration validity) {
        if (validity.compareTo(SHORTEST) < 0 || validity.compareTo(AUTHORITY) > 0) {
            throw new IllegalArgumentException("not a validity from 1 second to 10 years");
        }
    }
}
