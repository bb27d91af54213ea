package io.muster.node.audit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Lets the first few of each kind through in a minute, and counts the others, so that nobody can
 * fill the disk or push what matters out of the log. Remembers a bounded number of kinds.
 * Thread-safe.
 */
public final class Floods {
    private static final int IN_FULL = 10;
    private static final int KINDS = 100;
    private static final Duration WINDOW = Duration.ofMinutes(1);

    /** Of which kind are all that come when there are too many kinds. */
    static final String OTHERS = "others";

    private final InstantSource clock;
    private final Map<String, Integer> counts = new LinkedHashMap<>();
    private Instant since;

    /**
     * What was counted and not let through.
     *
     * @param kind of which all were
     * @param count how many
     * @param since when the minute began
     */
    public record Counted(String kind, int count, Instant since) {}

    public Floods(InstantSource clock) {
        this.clock = clock;
        this.since = clock.instant();
    }

    /** Whether this one is among the first of its kind in this minute. */
    public synchronized boolean first(String kind) {
        var counted = counts.containsKey(kind) || counts.size() < KINDS ? kind : OTHERS;
        return counts.merge(counted, 1, Integer::sum) <= IN_FULL;
    }

    /** What was only counted, if the minute is over; another begins. */
    public synchronized List<Counted> over() {
        var now = clock.instant();
        var passed = Duration.between(since, now);
        return passed.isNegative() || passed.compareTo(WINDOW) >= 0 ? all() : List.of();
    }

    /** What was only counted so far; another minute begins. */
    public synchronized List<Counted> all() {
        var counted = new ArrayList<Counted>();
        counts.forEach(
                (kind, count) -> {
                    if (count > IN_FULL) {
                        counted.add(new Counted(kind, count - IN_FULL, since));
                    }
                });
        counts.clear();
        since = clock.instant();
        return counted;
    }
}
