package io.muster.controller;

import io.muster.controller.ask.Replies;
import io.muster.controller.discovery.Target;
import io.muster.controller.rollout.Batch;
import io.muster.controller.rollout.Halt;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Sends a batch, at most so many nodes of it being at work at a time, and waits for the last of
 * them. For one thread.
 */
final class Window {
    private static final Duration FIRST = Duration.ofMillis(250);
    private static final Duration LAST = Duration.ofSeconds(1);

    private final Past past;
    private final Ledger ledger;
    private final Outgoing outgoing;
    private final ReplyCollector collector;
    private final Brakes brakes;
    private final Pauses pauses;
    private final Floors floors;
    private final Departures departures;

    Window(
            Past past,
            Ledger ledger,
            Outgoing outgoing,
            ReplyCollector collector,
            Brakes brakes,
            Pauses pauses,
            Floors floors,
            Departures departures) {
        this.past = past;
        this.ledger = ledger;
        this.outgoing = outgoing;
        this.collector = collector;
        this.brakes = brakes;
        this.pauses = pauses;
        this.floors = floors;
        this.departures = departures;
    }

    /**
     * Returns when each that was sent to has given its last word or let its time pass; says what
     * stopped it before all of the batch were sent to, if so.
     */
    Optional<Halt> send(Batch batch, Replies replies) throws InterruptedException {
        var halt = Optional.<Halt>empty();
        var waiting = ledger.unsent(batch.nodes());
        while (halt.isEmpty() && !outgoing.over() && !waiting.isEmpty()) {
            var now = allowed(waiting, room(batch, waiting.size()), replies);
            if (now.isEmpty() && ledger.awaited() == 0) {
                halt = Optional.of(floors.stuck(waiting, ledger));
                break;
            }
            halt = send(now, batch, replies);
            if (halt.isEmpty() && !outgoing.over() && !ledger.unsent(batch.nodes()).isEmpty()) {
                collect(replies, Math.max(0, ledger.awaited() - 1));
                halt = looked(batch, replies);
            }
            waiting = ledger.unsent(batch.nodes());
        }
        if (halt.isPresent()) {
            collector.settle();
        }
        collect(replies, 0);
        return halt;
    }

    /** So many more: all who are at work may fail yet. */
    private int room(Batch batch, int waiting) {
        var most = past.rollout().window(batch.nodes().size(), brakes.left());
        return Math.clamp((long) most - ledger.awaited(), 0, waiting);
    }

    /** Share after share, with a look in between at what there may be against the next. */
    private Optional<Halt> send(List<Target> now, Batch batch, Replies replies)
            throws InterruptedException {
        var ids = now.stream().map(Target::id).toList();
        for (int from = 0; from < ids.size() && !outgoing.over(); from += Signing.SHARE) {
            if (from > 0) {
                collector.listen(replies, Duration.ZERO);
                var halt = looked(batch, replies);
                if (halt.isPresent()) {
                    return halt;
                }
            }
            var to = Math.min(from + Signing.SHARE, ids.size());
            var share = ledger.unsent(ids.subList(from, to));
            if (!share.isEmpty()) {
                outgoing.send(share, ids.size() > Signing.SHARE, replies);
            }
        }
        return Optional.empty();
    }

    private Optional<Halt> looked(Batch batch, Replies replies) throws InterruptedException {
        pauses.before(batch, replies);
        var halt = departures.during(batch);
        return halt.isPresent() ? halt : brakes.next();
    }

    /** Who has just come back has some time to tell the hub. */
    private List<Target> allowed(List<Target> waiting, int room, Replies replies)
            throws InterruptedException {
        var now = floors.allowed(waiting, room, ledger);
        for (var pause = FIRST; now.isEmpty() && ledger.awaited() == 0; ) {
            if (pause.compareTo(LAST) > 0) {
                return now;
            }
            collector.listen(replies, pause);
            pause = pause.multipliedBy(2);
            if (floors.look().isPresent()) {
                return List.of();
            }
            now = floors.allowed(waiting, room, ledger);
        }
        return now;
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
