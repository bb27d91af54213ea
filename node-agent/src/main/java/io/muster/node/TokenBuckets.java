package io.muster.node;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Limits how often each of many callers may come: a bucket of tokens for each, filled evenly.
 * Remembers a bounded number of callers, the latest. Thread-safe.
 */
final class TokenBuckets {
    private static final int REMEMBERED = 1_000;

    private final int perMinute;
    private final InstantSource clock;
    private final Map<String, Bucket> buckets =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
                    return size() > REMEMBERED;
                }
            };

    private record Bucket(double tokens, Instant at) {}

    /**
     * Buckets that hold a minute's worth.
     *
     * @param perMinute how many tokens flow into each in a minute, and the most it holds
     */
    TokenBuckets(int perMinute, InstantSource clock) {
        this.perMinute = perMinute;
        this.clock = clock;
    }

    /** Takes a token from that caller's bucket, if there is one. */
    synchronized boolean take(String caller) {
        var now = clock.instant();
        var tokens = tokens(caller, now);
        if (tokens < 1) {
            buckets.put(caller, new Bucket(tokens, now));
            return false;
        }
        buckets.put(caller, new Bucket(tokens - 1, now));
        return true;
    }

    /** Whether there is one, which stays there. */
    synchronized boolean has(String caller) {
        return tokens(caller, clock.instant()) >= 1;
    }

    private double tokens(String caller, Instant now) {
        var bucket = buckets.getOrDefault(caller, new Bucket(perMinute, now));
        var passed = Math.max(0, Duration.between(bucket.at(), now).toMillis());
        return Math.min(perMinute, bucket.tokens() + passed * perMinute / 60_000.0);
    }
}
