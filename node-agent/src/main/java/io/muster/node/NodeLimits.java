package io.muster.node;

import io.muster.action.ActionClass;
import io.muster.node.audit.AuditLimits;

import java.time.Duration;

/**
 * What a node puts up with.
 *
 * @param skew how far a caller's clock may be ahead
 * @param requestsPerMinute from one signer
 * @param running how many actions at a time
 * @param audit how much of the audit log it keeps
 */
public record NodeLimits(Duration skew, int requestsPerMinute, int running, AuditLimits audit) {
    /** Half a minute of skew, 600 requests a minute, 32 actions at a time. */
    public static final NodeLimits DEFAULT = new NodeLimits(Duration.ofSeconds(30), 600, 32);

    /** With the usual audit log. */
    public NodeLimits(Duration skew, int requestsPerMinute, int running) {
        this(skew, requestsPerMinute, running, AuditLimits.DEFAULT);
    }

    public NodeLimits {
        if (skew.isNegative() || requestsPerMinute < 1 || running < 1) {
            throw new IllegalArgumentException("limits below one");
        }
    }

    Duration maxTtl(ActionClass actionClass) {
        return actionClass.maxTtl();
    }
}
