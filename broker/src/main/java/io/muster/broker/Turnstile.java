package io.muster.broker;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Lets in so many of each kind, and no more. Thread-safe. */
public final class Turnstile<K> {
    private final int limit;
    private final ConcurrentMap<K, Integer> inside = new ConcurrentHashMap<>();

    /** With so many places for each kind. */
    public Turnstile(int limit) {
        this.limit = limit;
    }

    /** Whether one more got in. */
    public boolean enter(K kind) {
        var before = inside.merge(kind, 1, Integer::sum);
        if (before > limit) {
            leave(kind);
            return false;
        }
        return true;
    }

    /** One that got in leaves. */
    public void leave(K kind) {
        inside.computeIfPresent(kind, (k, count) -> count > 1 ? count - 1 : null);
    }
}
