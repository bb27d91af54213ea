package io.muster.node;

import io.muster.action.ActionClass;

import java.time.Duration;

/**
 * What a node puts up with.
 *
 * @param skew how far a caller's clock may be ahead
 * @param requestsPerMinute from one signer
 * @param running how many actions at a time
 */
public record NodeLimits(Duration skew, int requestsPerMinute, int running) {
    /** Half a minute of skew, 600 requests a minute, 32 actions at a time. */
    public static final NodeLimits DEFAULT = new NodeLimits(Duration.ofSeconds(30), 600, 32);

    public NodeLimits {
        if (skew.isNegative() || requestsPerMinute < 1 || running < 1) {
            throw new IllegalArgumentException("limits below one");
        }
    }

    Duration maxTtl(ActionClass actionClass) {
        return actionClass.maxTtl();
    }
}
