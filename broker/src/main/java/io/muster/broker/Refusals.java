package io.muster.broker;

import static java.lang.System.Logger.Level.WARNING;

import io.muster.message.Escape;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts what was refused, and logs the first of each kind from each source: whoever tries a
 * thousand times does not fill the disk. Thread-safe.
 */
final class Refusals {
    private static final System.Logger LOG = System.getLogger(Refusals.class.getName());
    private static final int MOST_SOURCES = 10_000;

    private final ConcurrentMap<String, LongAdder> counts = new ConcurrentHashMap<>();
    private final ConcurrentMap<Source, Boolean> logged = new ConcurrentHashMap<>();

    /**
     * Counts one.
     *
     * @param kind what was refused, from a fixed set
     * @param who an identity or a network address
     * @param detail for the log; anything
     */
    void count(String kind, String who, String detail) {
        counts.computeIfAbsent(kind, k -> new LongAdder()).increment();
        if (logged.size() < MOST_SOURCES
                && logged.putIfAbsent(new Source(kind, who), true) == null) {
            LOG.log(WARNING, () -> "refused " + who + ": " + kind + ": " + Escape.line(detail));
        }
    }

    /** How many of each kind. */
    Map<String, Long> counts() {
        var sums = new TreeMap<String, Long>();
        counts.forEach((kind, count) -> sums.put(kind, count.sum()));
        return sums;
    }

    private record Source(String kind, String who) {}
}
