package io.muster.controller;

import io.muster.controller.discovery.Departed;
import io.muster.controller.rollout.Batch;
import io.muster.controller.rollout.Halt;
import io.muster.controller.rollout.Halt.Cause;

import java.time.Duration;
import java.util.Optional;

/**
 * Finds out who of a run has left before it was sent to: who said goodbye is offline, and not
 * silent. For one thread.
 */
final class Departures {
    private static final String PRESENCE = "presence";

    /** How long it is good for, if a batch takes long to go out. */
    private static final Duration GOOD = Duration.ofSeconds(30);

    private final Ledger ledger;
    private final Logbook logbook;
    private final Departed departed;
    private final boolean counted;
    private boolean asks;
    private Optional<Long> asked;

    Departures(Past past, Ledger ledger, Logbook logbook, Departed departed) {
        this.ledger = ledger;
        this.logbook = logbook;
        this.departed = departed;
        this.counted = past.rollout().maxOffline().isPresent();
        // Where the hub knew of nobody, it does not know who left.
        this.asks = counted || past.targets().method().equals(PRESENCE);
        // They have just been found, unless this is gone on with.
        var fresh = past.sent().isEmpty() && past.end().isEmpty();
        this.asked = fresh ? Optional.of(ledger.ticks()) : Optional.empty();
    }

    /**
     * Before a batch, unless its nodes have just been found: those of them who have left are known
     * to be offline.
     *
     * @return why nobody is sent to, if it matters who is away and the hub does not say
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    Optional<Halt> before(Batch batch) throws InterruptedException {
        return ledger.untouched() && known() ? Optional.empty() : look(batch);
    }

    /** The same while it goes out, now and then. */
    Optional<Halt> during(Batch batch) throws InterruptedException {
        return known() ? Optional.empty() : look(batch);
    }

    private boolean known() {
        return asked.filter(at -> ledger.ticks() - at < GOOD.toNanos()).isPresent();
    }

    private Optional<Halt> look(Batch batch) throws InterruptedException {
        if (!asks) {
            return Optional.empty();
        }
        var left = departed.among(ledger.unsent(batch.nodes()));
        asked = Optional.of(ledger.ticks());
        if (left.isEmpty()) {
            // Who need not know does not wait for it each time.
            asks = counted;
            return counted
                    ? Optional.of(
                            new Halt(Cause.MAX_OFFLINE, "the hub did not say who of them is away"))
                    : Optional.empty();
        }
        if (!left.get().isEmpty()) {
            logbook.left(left.get());
            ledger.left(left.get());
        }
        return Optional.empty();
    }
}
