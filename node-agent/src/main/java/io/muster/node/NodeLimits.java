package io.muster.node;

import io.muster.action.ActionClass;
import io.muster.message.Request;
import io.muster.node.audit.AuditLimits;
import io.muster.node.output.OutputLimits;

import java.time.Duration;

/**
 * What a node puts up with.
 *
 * @param skew how far a caller's clock may be ahead
 * @param requestsPerMinute from one signer
 * @param running how many actions at a time
 * @param audit how much of the audit log it keeps
 * @param destructivePerMinute of one caller, what cannot be undone
 * @param retention how long after its expiry it is remembered how a request ended
 * @param output how much is kept of what programs say
 * @param changes how many changes at a time
 * @param longestQueue how long a request may have waited for this node to be there; none may if
 *     nothing
 */
public record NodeLimits(
        Duration skew,
        int requestsPerMinute,
        int running,
        AuditLimits audit,
        int destructivePerMinute,
        Duration retention,
        OutputLimits output,
        int changes,
        Duration longestQueue) {
    private static final int DESTRUCTIVE = 5;

    /** A day: time enough to come back to a run that was cut off. */
    static final Duration RETENTION = Duration.ofDays(1);

    /** A week: after the holidays is soon enough. */
    public static final Duration QUEUE = Duration.ofDays(7);

    /** Half a minute of skew, 600 requests a minute, 32 actions at a time, one change. */
    public static final NodeLimits DEFAULT = new NodeLimits(Duration.ofSeconds(30), 600, 32);

    /** With the usual audit log and output, five destructive requests a minute, and a day. */
    public NodeLimits(Duration skew, int requestsPerMinute, int running) {
        this(
                skew,
                requestsPerMinute,
                running,
                AuditLimits.DEFAULT,
                DESTRUCTIVE,
                RETENTION,
                OutputLimits.DEFAULT,
                1,
                QUEUE);
    }

    public NodeLimits {
        if (skew.isNegative()
                || retention.isNegative()
                || longestQueue.isNegative()
                || longestQueue.compareTo(QUEUE) > 0
                || requestsPerMinute < 1
                || running < 1
                || changes < 1
                || destructivePerMinute < 1) {
            throw new IllegalArgumentException("limits out of bounds");
        }
    }

    /**
     * People need time: what says that it must be approved may be valid for an hour; and what says
     * that it was left for this node, for as long as that may be.
     */
    Duration maxTtl(Request request) {
        if (request.queued()) {
            return longestQueue;
        }
        var usual = request.actionClass().maxTtl();
        return request.bounds().approvals() > 0 && usual.compareTo(ActionClass.APPROVED_TTL) < 0
                ? ActionClass.APPROVED_TTL
                : usual;
    }
}
