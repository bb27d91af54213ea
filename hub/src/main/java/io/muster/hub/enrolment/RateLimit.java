package io.muster.hub.enrolment;

import io.muster.transport.AddressBlock;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How often somebody may ask: a bucket of tokens for each address, or IPv6 network. The number of
 * addresses remembered is bounded; who is forgotten starts with a full bucket. Thread-safe.
 */
final class RateLimit {
    private static final int REMEMBERED = 10_000;

    private final InstantSource clock;
    private final int burst;
    private final Duration refill;
    private final Map<AddressBlock, Bucket> buckets =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<AddressBlock, Bucket> eldest) {
                    return size() > REMEMBERED;
                }
            };

    private record Bucket(double left, Instant at) {}

    /**
     * A limit.
     *
     * @param burst how many at once
     * @param refill how long until one more
     */
    RateLimit(InstantSource clock, int burst, Duration refill) {
        this.clock = clock;
        this.burst = burst;
        this.refill = refill;
    }

    /** Whether that address may ask now; if so it counts. */
    synchronized boolean allows(InetAddress address) {
        var now = clock.instant();
        var block = AddressBlock.of(address);
        var bucket = buckets.getOrDefault(block, new Bucket(burst, now));
        var since = Math.max(0, Duration.between(bucket.at(), now).toNanos());
        var left = Math.min(burst, bucket.left() + (double) since / refill.toNanos());
        var allowed = left >= 1;
        buckets.put(block, new Bucket(allowed ? left - 1 : left, now));
        return allowed;
    }
}
