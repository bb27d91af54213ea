package io.muster.node.output;

import java.time.Duration;

/**
 * How much is kept of what programs say.
 *
 * @param perStream the most bytes of one stream of one program
 * @param inAll the most bytes at a time; the oldest go first
 * @param keep for how long
 */
public record OutputLimits(long perStream, long inAll, Duration keep) {
    /** 8 MiB of a stream, 64 MiB in all, for a day. */
    public static final OutputLimits DEFAULT =
            new OutputLimits(8L << 20, 64L << 20, Duration.ofDays(1));

    public OutputLimits {
        if (perStream < 0 || inAll < 0 || keep.isNegative()) {
            throw new IllegalArgumentException("limits below nothing");
        }
    }
}
