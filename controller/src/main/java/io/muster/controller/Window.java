package io.muster.controller;

import io.muster.controller.ask.Replies;
import io.muster.controller.rollout.Batch;
import io.muster.controller.rollout.Halt;

import java.time.Duration;
import java.util.Optional;

/**
 * Sends a batch, at most so many nodes of it being at work at a time, and waits for the last of
 * them. For one thread.
 */
final class Window {
    private final Past past;
    private final Ledger ledger;
    private final Outgoing outgoing;
    private final ReplyCollector collector;
    private final Brakes brakes;
    private final Pauses pauses;

    Window(
            Past past,
            Ledger ledger,
            Outgoing outgoing,
            ReplyCollector collector,
            Brakes brakes,
            Pauses pauses) {
        this.past = past;
        this.ledger = ledger;
        this.outgoing = outgoing;
        this.collector = collector;
        this.brakes = brakes;
        this.pauses = pauses;
    }

    /**
     * Returns when each that was sent to has given its last word or let its time pass; says what
     * stopped it before all of the batch were sent to, if so.
     */
    Optional<Halt> send(Batch batch, Replies replies) throws InterruptedException {
        var size = past.rollout().window(batch.nodes().size());
        var waiting = ledger.unsent(batch.nodes());
        var halt = Optional.<Halt>empty();
        while (halt.isEmpty() && !outgoing.over() && !waiting.isEmpty()) {
            var room = Math.min(size - ledger.awaited(), waiting.size());
            outgoing.send(waiting.subList(0, room), replies);
            waiting = waiting.subList(room, waiting.size());
            if (!waiting.isEmpty()) {
                collect(replies, size - 1);
                pauses.before(batch, replies);
                halt = brakes.next();
            }
        }
        collect(replies, 0);
        return halt;
    }

    private void collect(Replies replies, int most) throws InterruptedException {
        collector.collect(replies, past.timeout(), most);
    }

    /**
     * Lets the time between two batches pass, if there was one before, and longer if somebody wants
     * it to.
     */
    void rest(Batch next, Replies replies) throws InterruptedException {
        collector.listen(replies, outgoing.begun() ? past.rollout().sleep() : Duration.ZERO);
        if (!ledger.unsent(next.nodes()).isEmpty()) {
            pauses.before(next, replies);
        }
    }
}
