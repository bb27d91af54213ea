package io.muster.controller.rollout;

import io.muster.controller.Amount;
import io.muster.message.Spans;

import java.util.ArrayList;
import java.util.List;

/** A roll-out for people. */
public final class Words {
    private Words() {}

    /** What happens between batches, and what stops it, for that many targets: a line each. */
    public static List<String> of(Rollout rollout, int targets) {
        var lines = new ArrayList<String>();
        if (rollout.concurrency() > 0) {
            lines.add("at most " + rollout.concurrency() + " at work at a time");
        }
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
        var failed = rollout.maxFailed();
        if (failed.of(targets) < targets) {
            lines.add("stops after more than " + figure(failed, targets) + " failed");
        }
        rollout.maxOffline()
                .ifPresent(
                        offline ->
                                lines.add(
                                        "stops if more than "
                                                + figure(offline, targets)
                                                + " are offline"));
        return lines;
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

    /** A share with the number it comes to. */
    public static String figure(Amount amount, int of) {
        return amount.percent() ? amount + " (" + amount.of(of) + ")" : amount.toString();
    }
}
