package io.muster.controller.rollout;

import io.muster.controller.Amount;
import io.muster.message.Spans;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** A roll-out for people. */
public final class Words {
    private Words() {}

    /** What happens between batches, and what stops it, for that many targets: a line each. */
    public static List<String> of(Rollout rollout, int targets) {
        var lines = new ArrayList<String>();
        atWork(rollout, targets).ifPresent(lines::add);
        if (!rollout.sleep().isZero()) {
            lines.add(Spans.print(rollout.sleep()) + " between two batches");
        }
        if (!rollout.canary().isEmpty()) {
            lines.add("stops unless all of the canary end ok or changed");
        }
        rollout.spread().ifPresent(fact -> lines.add("each batch spread over " + fact));
        rollout.floors()
                .forEach(
                        floor ->
                                lines.add(
                                        "never fewer than "
                                                + floor.least()
                                                + " of one "
                                                + floor.fact()
                                                + " up"));
        gate(rollout.gate(), lines);
        rollout.pauseAfter()
                .forEach(
                        number ->
                                lines.add(
                                        "waits after "
                                                + Batch.words(number)
                                                + " for muster runs promote"));
        var failures = rollout.failures(targets);
        if (failures < targets) {
            var usual = rollout.ended() ? " (usual)" : "";
            lines.add("stops at " + limit(rollout.maxFailed(), failures) + " failed" + usual);
        }
        rollout.absences(targets)
                .ifPresent(
                        absences ->
                                lines.add(
                                        "stops at "
                                                + limit(
                                                        rollout.maxOffline().orElseThrow(),
                                                        absences)
                                                + " offline"));
        return lines;
    }

    /** Who is at work may fail: no more are than are left of the budget. */
    private static Optional<String> atWork(Rollout rollout, int targets) {
        var batch = Collections.max(rollout.ramp().sizes(targets));
        var most = rollout.window(batch, Integer.MAX_VALUE);
        var narrow = rollout.window(batch, rollout.failures(targets));
        if (narrow < Math.min(most, targets)) {
            return Optional.of(
                    "at most " + narrow + " at work at a time, and not " + most + ": all may fail");
        }
        return rollout.concurrency() > 0
                ? Optional.of("at most " + rollout.concurrency() + " at work at a time")
                : Optional.empty();
    }

    private static String limit(Amount amount, int number) {
        return amount.percent() ? figure(amount, number) : String.valueOf(number);
    }

    private static void gate(Gate gate, List<String> lines) {
        var within = gate.limit().isZero() ? "" : ", within " + Spans.print(gate.limit());
        gate.question()
                .ifPresent(
                        asked ->
                                lines.add(
                                        "goes on when "
                                                + asked.action()
                                                + " is ok on all of the batch"
                                                + within));
        gate.facts()
                .forEach(
                        fact ->
                                lines.add(
                                        "goes on when " + fact + " on all of the batch" + within));
        if (gate.soak().isPositive()) {
            lines.add("goes on when all that holds once more after " + Spans.print(gate.soak()));
        }
    }

    /** What was typed, with the number that a share comes to. */
    public static String figure(Amount amount, int number) {
        return amount.percent() ? amount + " (" + number + ")" : amount.toString();
    }
}
