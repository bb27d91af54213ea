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

    /** The longest of an operator's certificate. */
    public static final Duration OPERATOR_MOST = Duration.ofDays(7);

    /** What they are unless told otherwise. */
    public static final Lifetimes DEFAULT =
            new Lifetimes(Duration.ofDays(30), Duration.ofHours(12), Duration.ofDays(90));

    public Lifetimes {
        check(node);
        check(operator);
        check(server);
        if (operator.compareTo(OPERATOR_MOST) > 0) {
            throw new IllegalArgumentException(
                    "an operator's certificate is valid for 7 days at most");
        }
    }

    /** Refuses what is not from a second to ten years. */
    static void check(Duration validity) {
        if (validity.compareTo(SHORTEST) < 0 || validity.compareTo(AUTHORITY) > 0) {
            throw new IllegalArgumentException("not a validity from 1 second to 10 years");
        }
    }
}
