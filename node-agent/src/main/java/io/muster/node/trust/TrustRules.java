package io.muster.node.trust;

import java.time.Duration;

/**
 * How fresh the authority's word must be for a node to change anything.
 *
 * @param listAge how old the revocation list of operators may be; its own {@code nextUpdate} counts
 *     as well
 * @param listNeeded whether nothing may be changed before there is a list at all; a node that has
 *     had one needs one anyway
 */
public record TrustRules(Duration listAge, boolean listNeeded) {
    /** A week; a fleet that has never published a list does without. */
    public static final TrustRules DEFAULT = new TrustRules(Duration.ofDays(7), false);

    public TrustRules {
        if (!listAge.isPositive()) {
            throw new IllegalArgumentException("a list that may not have any age");
        }
    }
}
