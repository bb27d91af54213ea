package io.muster.simulation;

import io.muster.simulation.Simulation.Result;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** In how many simulations each thing that may happen did. Thread-safe. */
final class Tries {
    private final Map<Happening, Integer> counts = new EnumMap<>(Happening.class);

    /** One more. */
    synchronized void count(Result result) {
        result.happened().forEach(each -> counts.merge(each, 1, Integer::sum));
    }

    /** What happened in fewer than so many. */
    synchronized List<Happening> fewerThan(int many) {
        return Stream.of(Happening.values())
                .filter(each -> counts.getOrDefault(each, 0) < many)
                .toList();
    }

    @Override
    public synchronized String toString() {
        return Stream.of(Happening.values())
                .map(each -> each.words() + " " + counts.getOrDefault(each, 0))
                .collect(Collectors.joining(", "));
    }
}
