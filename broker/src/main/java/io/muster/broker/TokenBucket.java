package io.muster.broker;

import java.time.Duration;

/** Slows one publisher down to a rate. Thread-safe. */
final class TokenBucket {
    private final double tokensPerNano;
    private final double capacity;
    private double tokens;
    private long last;

    /**
     * Full.
     *
     * @param now nanoseconds on any clock that does not go back
     */
    TokenBucket(BrokerLimits.Rate rate, long now) {
        this.tokensPerNano = (double) rate.messages() / rate.period().toNanos();
        this.capacity = rate.burst();
        this.tokens = capacity;
        this.last = now;
    }

    /** Takes so many, if need be of the future; returns how long to wait for them. */
    synchronized Duration take(int wanted, long now) {
        tokens = Math.min(capacity, tokens + Math.max(0, now - last) * tokensPerNano);
        last = now;
        tokens -= wanted;
        return tokens >= 0 ? Duration.ZERO : Duration.ofNanos((long) (-tokens / tokensPerNano));
    }
}
