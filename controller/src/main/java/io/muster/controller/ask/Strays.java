package io.muster.controller.ask;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Counts what came in and was not believed, and keeps the first few of each kind to show.
 * Thread-safe.
 */
public final class Strays {
    private static final int KEPT = 5;

    private final Map<Stray.Kind, Integer> counts = new EnumMap<>(Stray.Kind.class);
    private final List<Stray> first = new ArrayList<>();

    /**
     * What was counted up to a moment.
     *
     * @param counts how many of each kind; kinds that did not occur are absent
     * @param first the first few of each kind, in order of arrival
     */
    public record Tally(Map<Stray.Kind, Integer> counts, List<Stray> first) {
        /** Nothing strayed. */
        public static final Tally NONE = new Tally(Map.of(), List.of());

        public Tally {
            var copy = new EnumMap<Stray.Kind, Integer>(Stray.Kind.class);
            copy.putAll(counts);
            counts = Collections.unmodifiableMap(copy);
            first = List.copyOf(first);
        }

        /** How many that somebody should look into. */
        public int alarming() {
            return counts.entrySet().stream()
                    .filter(count -> count.getKey().alarming())
                    .mapToInt(Map.Entry::getValue)
                    .sum();
        }
    }

    /** Counts one. */
    public synchronized void add(Stray.Kind kind, String who, String problem) {
        if (counts.merge(kind, 1, Integer::sum) <= KEPT) {
            first.add(new Stray(kind, who, problem));
        }
    }

    /** What was counted so far. */
    public synchronized Tally tally() {
        return new Tally(counts, first);
    }
}
