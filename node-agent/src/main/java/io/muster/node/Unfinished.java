package io.muster.node;

import io.muster.message.Outcome;
import io.muster.message.Value.Fields;
import io.muster.node.RequestJournal.Armed;
import io.muster.node.RequestJournal.Begun;
import io.muster.node.action.Actions;
import io.muster.threads.Threads;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What a node agent or root helper began and did not end: it gets its end, in this life or in the
 * next, and is never begun again.
 */
final class Unfinished {
    private final String who;
    private final RequestJournal journal;
    private final Performer performer;
    private final Supplier<Actions> actions;
    private final Predicate<Begun> goOn;
    private final InstantSource clock;
    private final Threads threads;
    private final CountDownLatch closing;
    private final Runnable staysUp;

    /**
     * @param who stopped, for people
     * @param goOn goes on with what has outlived the process that began it; false if it has not
     * @param closing open once this process ends
     * @param staysUp told when a machine that was told to go down does not
     */
    Unfinished(
            String who,
            RequestJournal journal,
            Performer performer,
            Supplier<Actions> actions,
            Predicate<Begun> goOn,
            InstantSource clock,
            Threads threads,
            CountDownLatch closing,
            Runnable staysUp) {
        this.who = who;
        this.journal = journal;
        this.performer = performer;
        this.actions = actions;
        this.goOn = goOn;
        this.clock = clock;
        this.threads = threads;
        this.closing = closing;
        this.staysUp = staysUp;
    }

    /** Gives all that the journal has begun its end. */
    void conclude() {
        for (var begun : journal.leftOver()) {
            var boot = begun.armed().map(Armed::boot);
            if (boot.isEmpty()) {
                if (!goOn.test(begun)) {
                    performer.cutOff(begun, interrupted(begun));
                }
            } else if (!boot.get().equals(performer.boot())) {
                performer.conclude(begun, rebooted(boot.get()));
            } else {
                awaitGoingDown(begun);
            }
        }
    }

    private String interrupted(Begun begun) {
        var how = who + " stopped in the middle; it is not run again";
        return actions.get()
                .find(begun.action())
                .map(action -> Running.interrupted(how, action.spec()).message())
                .orElse(how);
    }

    private Outcome rebooted(String before) {
        return new Outcome.Changed(
                "rebooted",
                Fields.EMPTY.with("bootBefore", before).with("bootAfter", performer.boot()));
    }

    /** Still the old boot: the shutdown may be on its way, or may never come. Returns at once. */
    void awaitGoingDown(Begun begun) {
        var deadline = begun.armed().orElseThrow().deadline();
        var left = Duration.between(clock.instant(), deadline);
        threads.start("armed", () -> awaitGoingDown(begun, left));
    }

    private void awaitGoingDown(Begun begun, Duration left) {
        try {
            if (!threads.opened(closing, left)) {
                staysUp.run();
                performer.conclude(
                        begun,
                        Outcome.failed(
                                "not-rebooted",
                                "the shutdown was ordered, and the machine did not go down"));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
