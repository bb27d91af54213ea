package io.muster.simulation;

import io.muster.action.ActionClass;
import io.muster.controller.Past;
import io.muster.controller.rollout.Halt;
import io.muster.message.NodeId;
import io.muster.message.RequestId;
import io.muster.simulation.History.OfRun;
import io.muster.simulation.History.Step;
import io.muster.simulation.Violation.Promise;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What must hold of one run each time that somebody else is sent to, as it stood just then: budget,
 * canary, locks, and that nobody who had ended is sent to again.
 */
final class RolloutRules {
    private final OfRun run;
    private final Past past;
    private final List<Violation> found = new ArrayList<>();

    /** How each that was sent to stands: as it said, or nothing while it is at work. */
    private final Map<NodeId, String> states = new HashMap<>();

    private final Set<NodeId> locked = new HashSet<>();

    /** Who met a lock before whoever goes on with the run has seen it. */
    private final Set<NodeId> known = new HashSet<>();

    RolloutRules(OfRun run) {
        this.run = run;
        this.past = run.run().past();
    }

    /** What does not hold; once. */
    List<Violation> violations() {
        var looks = run.run().plan().actionClass() == ActionClass.READ;
        for (var step : run.steps()) {
            switch (step) {
                case Step.Heard heard -> {
                    states.put(heard.node(), heard.outcome().word());
                    if (heard.locked() && !looks) {
                        locked.add(heard.node());
                    }
                }
                case Step.Receipt _ -> {}
                case Step.Left(var by) -> {
                    if (by.filter(Halt.Cause.LOCKED::equals).isPresent()) {
                        known.addAll(locked);
                    }
                }
                case Step.Sent(RequestId request, List<NodeId> to) -> sent(request, to);
            }
        }
        return found;
    }

    private void violated(Promise promise, String what) {
        found.add(new Violation(promise, Checker.name(run) + " " + what));
    }

    private void sent(RequestId request, List<NodeId> to) {
        finished(to);
        if (!known.containsAll(locked)) {
            violated(Promise.LOCK, "sent to " + to + " when " + locked + " had refused");
        }
        var queued = past.queue().containsKey(request);
        budget(request, to, queued);
        if (!past.rollout().canary().containsAll(to)) {
            canary(to);
        }
        // What is left at the hub nobody is at.
        if (!queued) {
            to.forEach(node -> states.putIfAbsent(node, ""));
        }
    }

    private void finished(List<NodeId> to) {
        for (var node : to) {
            if (!states.getOrDefault(node, "").isEmpty()) {
                violated(Promise.FINISHED, "sent to " + node + ", which was " + states.get(node));
            }
        }
    }

    /**
     * Who is at work may fail yet; where that does not count, nobody is any more when another batch
     * goes out, unless some of this one wait for something.
     */
    private void budget(RequestId request, List<NodeId> to, boolean queued) {
        var rollout = past.rollout();
        var most = rollout.failures(past.targets().all().size());
        var counts = !rollout.ended();
        var busyWait = !run.run().plan().waits().isZero();
        var waits = rollout.concurrency() > 0 || !rollout.floors().isEmpty() || busyWait;
        // Who was busy, waited for and then taken out has begun nothing.
        var excused = busyWait ? past.takenOut() : Set.<NodeId>of();
        var bad =
                states.entrySet().stream()
                        .filter(each -> !to.contains(each.getKey()))
                        .filter(
                                each ->
                                        each.getValue().isEmpty()
                                                ? (counts || !waits)
                                                        && !excused.contains(each.getKey())
                                                : bad(each.getValue()))
                        .count();
        if (bad + (counts && !queued ? to.size() : 1) > most) {
            violated(
                    Promise.BUDGET,
                    "sent %s to %s when %d had failed or may, of %d"
                            .formatted(request, to, bad, most));
        }
    }

    private static boolean bad(String state) {
        return switch (state) {
            case "ok", "changed", "expired", "cancelled" -> false;
            default -> true;
        };
    }

    private void canary(List<NodeId> to) {
        for (var first : past.rollout().canary()) {
            var state = states.getOrDefault(first, "not sent");
            // Whom somebody took out is not waited for.
            if (!past.takenOut().contains(first)
                    && !state.equals("ok")
                    && !state.equals("changed")) {
                violated(
                        Promise.CANARY,
                        "sent to %s, and the canary %s was %s".formatted(to, first, state));
            }
        }
    }
}
