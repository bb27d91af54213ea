package io.muster.controller.rollout;

import io.muster.controller.Amount;
import io.muster.message.Escape;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How many nodes are sent to at a time: step after step, and the last again and again.
 *
 * @param steps at least one, and none of nobody
 * @param atMost the largest batch, whatever share the steps are
 */
public record Ramp(List<Amount> steps, int atMost) {
    private static final int MOST = 20;

    public Ramp {
        steps = List.copyOf(steps);
        if (steps.isEmpty() || steps.size() > MOST) {
            throw new IllegalArgumentException(steps.size() + " steps: from 1 to " + MOST);
        }
        if (atMost < 1 || steps.stream().anyMatch(step -> step.number() < 1)) {
            throw new IllegalArgumentException("a batch is of at least one node");
        }
    }

    /** The same step again and again. */
    public static Ramp of(Amount step) {
        return new Ramp(List.of(step), Integer.MAX_VALUE);
    }

    /**
     * Reads {@code 10%} or {@code 1,5,25%}.
     *
     * @throws IllegalArgumentException if it is neither
     */
    public static Ramp parse(String text) {
        var steps = Arrays.stream(text.split(",", -1)).map(String::strip).map(Amount::parse);
        var all = steps.toList();
        if (all.stream().anyMatch(step -> step.number() == 0)) {
            throw new IllegalArgumentException(
                    Escape.quoted(text) + ": each batch is at least 1, or 1%");
        }
        return new Ramp(all, Integer.MAX_VALUE);
    }

    /** How many of that many targets the batch of that number is for; the first is 0. */
    public int size(int step, int targets) {
        var amount = steps.get(Math.min(step, steps.size() - 1));
        return Math.clamp(amount.of(targets), 1, atMost);
    }

    /** In nodes, for that many targets. */
    public List<Integer> sizes(int targets) {
        return IntStream.range(0, steps.size()).mapToObj(step -> size(step, targets)).toList();
    }

    /** As it is typed. */
    @Override
    public String toString() {
        return steps.stream().map(Amount::toString).collect(Collectors.joining(","));
    }
}
