package io.muster.controller;

import io.muster.action.ActionClass;
import io.muster.controller.rollout.Halt;
import io.muster.controller.rollout.Halt.Cause;
import io.muster.controller.rollout.Rollout;
import io.muster.controller.rollout.Words;
import io.muster.journal.JournalException;
import io.muster.message.ActionName;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.trust.Lock;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What stops a run before another node is sent to: those who go first and did not do it, budgets
 * over the whole run, locks, and people. For one thread.
 */
final class Brakes {
    private final Rollout rollout;
    private final ActionName action;
    private final ActionClass actionClass;
    private final boolean looks;
    private final int targets;
    private final Ledger ledger;
    private final Logbook logbook;
    private final Locks locks;
    private Optional<String> locked = Optional.empty();

    /** Who spoke of a lock, or was stopped by one, that does not stop the run, or not any more. */
    private final Set<NodeId> known = new HashSet<>();

    /**
     * @param logbook knows who has cancelled the run meanwhile, or taken nodes out of it
     * @param locks is asked when a node speaks of one
     */
    Brakes(Past past, Ledger ledger, Logbook logbook, Locks locks) {
        this.locks = locks;
        this.logbook = logbook;
        this.action = past.action();
        this.actionClass = past.actionClass();
        this.rollout = past.rollout();
        this.looks = past.actionClass() == ActionClass.READ;
        this.targets = past.targets().all().size();
        this.ledger = ledger;
        this.known.addAll(past.seen());
    }

    /**
     * Before another node, if there is one left to be sent to.
     *
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    Optional<Halt> next() throws InterruptedException {
        var unreadable = takeOut();
        return ledger.allSent() ? Optional.empty() : stopped(unreadable);
    }

    /** Before anything is left at the hub for those who are away, if there are such. */
    Optional<Halt> beforeQueueing() throws InterruptedException {
        var unreadable = takeOut();
        return ledger.away().isEmpty() ? Optional.empty() : stopped(unreadable);
    }

    /** What would stop it before anything is sent. */
    Optional<Halt> atOnce() {
        return ledger.allSent() ? Optional.empty() : judged();
    }

    private Optional<Halt> stopped(Optional<Halt> unreadable) throws InterruptedException {
        if (unreadable.isPresent()) {
            return unreadable;
        }
        askAboutLocks();
        return judged();
    }

    /** How many more may be at work at a time, as each of them may fail. */
    int left() {
        return Math.max(1, rollout.failures(targets) - ledger.failed());
    }

    private Optional<Halt> judged() {
        return cancelled().or(this::locked).or(this::canary).or(this::failed).or(this::offline);
    }

    /** Who knows whom somebody has taken out? If that cannot be read, nobody else is sent to. */
    private Optional<Halt> takeOut() {
        try {
            ledger.takeOut(logbook.takenOut());
            return Optional.empty();
        } catch (JournalException e) {
            return Optional.of(new Halt(Cause.CANCELLED, String.valueOf(e.getMessage())));
        }
    }

    /** On this machine, or anywhere else, by who was answered so; not if it comes of a lock. */
    private Optional<Halt> cancelled() {
        return logbook.cancelled()
                .map(by -> "cancelled by " + by)
                .or(() -> stoppedThere().map(entry -> "cancelled on " + entry.name()))
                .map(why -> new Halt(Cause.CANCELLED, why));
    }

    private Optional<Entry> stoppedThere() {
        return locked.isPresent() ? Optional.empty() : ledger.cancelled(known);
    }

    /**
     * A lock is meant for everybody, and so one node that meets it, or that somebody stopped who
     * locked all, is enough, if there is such a lock or nobody says; one that speaks of a lock that
     * nobody knows is refused, and no more.
     */
    private void askAboutLocks() throws InterruptedException {
        var met =
                ledger.locked().stream()
                        .filter(id -> !known.contains(id))
                        .findFirst()
                        .map(ledger::entry);
        var first = met.or(this::stoppedThere);
        if (looks || locked.isPresent() || first.isEmpty() || logbook.cancelled().isPresent()) {
            return;
        }
        known.addAll(ledger.locked());
        var entry = first.get();
        locked =
                switch (locks.about(action, actionClass)) {
                    case Locks.Word.Locked(Lock lock) ->
                            Optional.of(
                                    words(entry)
                                            + "; lock "
                                            + lock.id().brief()
                                            + " by "
                                            + lock.sender().brief());
                    case Locks.Word.Silent() -> met.map(Brakes::words);
                    case Locks.Word.Free() -> Optional.empty();
                };
    }

    private Optional<Halt> locked() {
        return locked.map(why -> new Halt(Cause.LOCKED, "locked: " + why));
    }

    private static String words(Entry entry) {
        return entry.name() + " says " + entry.outcome().map(Outcome::message).orElse("so");
    }

    /**
     * Who goes first and is not sent to yet, or is still at it, is not judged; nor is who was taken
     * out, as long as there is another.
     */
    private Optional<Halt> canary() {
        var not = new ArrayList<String>();
        var first = rollout.canary().stream().filter(id -> !out(id)).toList();
        if (first.isEmpty() && !rollout.canary().isEmpty()) {
            return Optional.of(new Halt(Cause.CANARY, "canary: all of it was taken out"));
        }
        for (var id : first) {
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

    private boolean out(NodeId id) {
        return ledger.takenOut(id) && ledger.entry(id).state() == TargetState.CANCELLED;
    }

    private static String some(List<String> words) {
        var most = 5;
        var more = words.size() - most;
        return String.join(", ", words.subList(0, Math.min(most, words.size())))
                + (more > 0 ? " and " + more + " more" : "");
    }

    private Optional<Halt> failed() {
        var failed = ledger.failed();
        var most = rollout.failures(targets);
        return failed < most
                ? Optional.empty()
                : Optional.of(
                        new Halt(
                                Cause.MAX_FAILED,
                                failed
                                        + " of "
                                        + targets
                                        + " targets failed or did not answer, and --max-failed is "
                                        + Words.figure(rollout.maxFailed(), most)));
    }

    private Optional<Halt> offline() {
        var offline = ledger.offline();
        return rollout.absences(targets)
                .filter(most -> offline >= most)
                .map(
                        most ->
                                new Halt(
                                        Cause.MAX_OFFLINE,
                                        offline
                                                + " of "
                                                + targets
                                                + " targets are offline, and --max-offline is "
                                                + Words.figure(
                                                        rollout.maxOffline().orElseThrow(), most)));
    }
}
