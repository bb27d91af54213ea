package io.muster.node.audit;

import java.time.Duration;

/**
 * How much of the audit log is kept, and in how large pieces.
 *
 * @param size of a file in bytes, after which another one is begun
 * @param age of a file after which another one is begun
 * @param files how many are kept, the one that is written included
 */
public record AuditLimits(long size, Duration age, int files) {
    /** Files of 32 MiB or 30 days, and 12 of them. */
    public static final AuditLimits DEFAULT = new AuditLimits(32L << 20, Duration.ofDays(30), 12);

    public AuditLimits {
        if (size < 1 || !age.isPositive() || files < 1) {
            throw new IllegalArgumentException("limits below one");
        }
    }
}
