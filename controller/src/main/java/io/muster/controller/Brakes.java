package io.muster.controller;

import io.muster.controller.discovery.Departed;
import io.muster.controller.rollout.Batch;
import io.muster.controller.rollout.Halt;
import io.muster.controller.rollout.Halt.Cause;
import io.muster.controller.rollout.Rollout;
import io.muster.controller.rollout.Words;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What stops a run before another node is sent to: those who go first and did not do it, and
 * budgets over the whole run. For one thread.
 */
final class Brakes {
    private final Rollout rollout;
    private final int targets;
    private final Ledger ledger;
    private final Supplier<Optional<String>> canceller;

    /**
     * @param canceller who has cancelled the run meanwhile, if that is known here
     */
    Brakes(Past past, Ledger ledger, Supplier<Optional<String>> canceller) {
        this.canceller = canceller;
        this.rollout = past.rollout();
        this.targets = past.targets().all().size();
        this.ledger = ledger;
    }

    /**
     * Before a batch: if it matters how many are away, those who have left meanwhile are known to
     * be.
     *
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    Optional<Halt> before(Batch batch, Departed departed, Logbook logbook)
            throws InterruptedException {
        if (rollout.maxOffline().isPresent() && !ledger.untouched()) {
            var left = departed.among(ledger.unsent(batch.nodes()));
            if (left.isEmpty()) {
                return Optional.of(
                        new Halt(Cause.MAX_OFFLINE, "the hub did not say who of them is away"));
            }
            if (!left.get().isEmpty()) {
                logbook.left(left.get());
                ledger.left(left.get());
            }
        }
        return next();
    }

    /** Before another node, if there is one left to be sent to. */
    Optional<Halt> next() {
        return ledger.allSent()
                ? Optional.empty()
                : cancelled().or(this::canary).or(this::failed).or(this::offline);
    }

    /** Before anything is left at the hub for those who are away, if there are such. */
    Optional<Halt> beforeQueueing() {
        return ledger.away().isEmpty()
                ? Optional.empty()
                : cancelled().or(this::canary).or(this::failed).or(this::offline);
    }

    /** On this machine, or anywhere else, by who was answered so. */
    private Optional<Halt> cancelled() {
        return canceller
                .get()
                .map(by -> "cancelled by " + by)
                .or(() -> ledger.cancelled().map(entry -> "cancelled on " + entry.name()))
                .map(why -> new Halt(Cause.CANCELLED, why));
    }

    /** Who goes first and is not sent to yet, or is still at it, is not judged. */
    private Optional<Halt> canary() {
        var not = new ArrayList<String>();
        for (var id : rollout.canary()) {
            var entry = ledger.entry(id);
            if (!entry.state().good()
                    && entry.state() != TargetState.NOT_SENT
                    && !ledger.awaited(id)) {
                not.add(entry.name() + " is " + entry.state());
            }
        }
        return not.isEmpty()
                ? Optional.empty()
                : Optional.of(new Halt(Cause.CANARY, "canary: " + some(not)));
    }

    private static String some(List<String> words) {
        var most = 5;
        var more = words.size() - most;
        return String.join(", ", words.subList(0, Math.min(most, words.size())))
                + (more > 0 ? " and " + more + " more" : "");
    }

    private Optional<Halt> failed() {
        var most = rollout.maxFailed().of(targets);
        var failed = ledger.failed();
        return failed <= most
                ? Optional.empty()
                : Optional.of(
                        new Halt(
                                Cause.MAX_FAILED,
                                failed
                                        + " of "
                                        + targets
                                        + " targets failed or did not answer, and --max-failed is "
                                        + Words.figure(rollout.maxFailed(), targets)));
    }

    private Optional<Halt> offline() {
        var most = rollout.maxOffline().map(amount -> amount.of(targets)).orElse(targets);
        var offline = ledger.offline();
        return offline <= most
                ? Optional.empty()
                : Optional.of(
                        new Halt(
                                Cause.MAX_OFFLINE,
                                offline
                                        + " of "
                                        + targets
                                        + " targets are offline, and --max-offline is "
                                        + Words.figure(
                                                rollout.maxOffline().orElseThrow(), targets)));
    }
}
