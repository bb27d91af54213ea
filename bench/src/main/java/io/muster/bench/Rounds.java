package io.muster.bench;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Rounds of the same question.
 *
 * @param micros how long each took
 * @param fewest the smallest number of answers in a round
 */
record Rounds(List<Long> micros, int fewest) {
    Rounds {
        micros = micros.stream().sorted().toList();
        if (micros.isEmpty()) {
            throw new IllegalArgumentException("no rounds");
        }
    }

    /** Both together. */
    Rounds and(Rounds other) {
        return new Rounds(
                Stream.concat(micros.stream(), other.micros.stream()).toList(),
                Math.min(fewest, other.fewest));
    }

    /** The middle one, in milliseconds. */
    double median() {
        var half = micros.size() / 2;
        var upper = micros.get(half);
        var lower = micros.size() % 2 == 1 ? upper : micros.get(half - 1);
        return (lower + upper) / 2_000.0;
    }

    /** {@code median (fastest-slowest)}, in milliseconds. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%.1f (%.1f-%.1f)",
                median(),
                micros.getFirst() / 1_000.0,
                micros.getLast() / 1_000.0);
    }
}
