package io.muster.controller.rollout;

import io.muster.controller.discovery.Target;
import io.muster.message.NodeId;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Whom a run is sent to in which batch: fixed before the first, and written down with the targets.
 *
 * @param batches in their order: the canary, if there is one, then the others
 */
public record Schedule(List<Batch> batches) {
    public Schedule {
        batches = List.copyOf(batches);
    }

    /**
     * The canary, then the others in the steps of the ramp.
     *
     * @param order those who can be sent to, in the order in which they are
     * @param targets how many the run has, absent ones as well: shares are of these
     */
    public static Schedule of(Rollout rollout, List<Target> order, int targets) {
        var canary = new HashSet<>(rollout.canary());
        var first = new ArrayList<NodeId>();
        var rest = new ArrayList<NodeId>();
        order.forEach(node -> (canary.contains(node.id()) ? first : rest).add(node.id()));
        var batches = new ArrayList<Batch>();
        if (!first.isEmpty()) {
            batches.add(new Batch(Batch.CANARY, first));
        }
        int step = 0;
        for (int from = 0; from < rest.size(); step++) {
            var to = (int) Math.min(rest.size(), from + (long) rollout.ramp().size(step, targets));
            batches.add(new Batch(step + 1, rest.subList(from, to)));
            from = to;
        }
        return new Schedule(batches);
    }

    /**
     * After which batch before that one somebody has to look, and has not: the first, if there is
     * one.
     *
     * @param points the numbers of the batches after which somebody has to
     * @param promoted whether somebody has
     */
    public Optional<Batch> heldBefore(Batch next, Set<Integer> points, Predicate<Batch> promoted) {
        return batches.stream()
                .takeWhile(batch -> batch.number() != next.number())
                .filter(batch -> points.contains(batch.number()) && !promoted.test(batch))
                .findFirst();
    }

    /** How many they are with all batches. */
    public int nodes() {
        return batches.stream().mapToInt(batch -> batch.nodes().size()).sum();
    }
}
