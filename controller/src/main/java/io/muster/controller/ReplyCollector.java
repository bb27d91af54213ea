package io.muster.controller;

import io.muster.controller.ask.Received;
import io.muster.controller.ask.Replies;
import io.muster.controller.ask.Strays;
import io.muster.message.NodeId;
import io.muster.message.Reply;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Counts the genuine replies off in the ledger until nobody is missing or time is up. Which replies
 * are genuine the inbox has decided; here it is decided which of them count.
 */
final class ReplyCollector {
    private static final long BETWEEN = TimeUnit.SECONDS.toNanos(1);

    private final Ledger ledger;
    private final Strays strays;
    private final Logbook logbook;
    private final Consumer<Entry> replied;
    private final Runnable between;
    private final Optional<Busy> busy;
    private final Map<NodeId, Reply> told = new HashMap<>();

    /**
     * @param logbook is told of each last word, of receipts, and of who goes down
     * @param replied is told of each target that has given its last word, on the collecting thread
     * @param between run while replies are collected, once a second at least, on the same thread
     */
    ReplyCollector(
            Ledger ledger,
            Strays strays,
            Logbook logbook,
            Consumer<Entry> replied,
            Runnable between) {
        this(ledger, strays, logbook, replied, between, Optional.empty());
    }

    /**
     * The same.
     *
     * @param busy who takes the word of those who are to be waited for
     */
    ReplyCollector(
            Ledger ledger,
            Strays strays,
            Logbook logbook,
            Consumer<Entry> replied,
            Runnable between,
            Optional<Busy> busy) {
        this.busy = busy;
        this.between = between;
        this.logbook = logbook;
        this.ledger = ledger;
        this.strays = strays;
        this.replied = replied;
    }

    /**
     * Returns when no more than {@code most} of those who were sent to are waited for: they have
     * given their last word, or {@code limit} is over since they were sent to.
     *
     * @throws InterruptedException if the thread is interrupted; the ledger is right all the same
     */
    void collect(Replies replies, Duration limit, int most) throws InterruptedException {
        while (ledger.awaited() > most) {
            var since = ledger.awaitedSince().orElseThrow();
            var left = since + limit.toNanos() - replies.ticks();
            var next = replies.next(Duration.ofNanos(Math.min(left, BETWEEN)));
            next.ifPresent(this::take);
            if (next.isEmpty()) {
                ledger.giveUp(replies.ticks() - limit.toNanos());
            }
            between.run();
            if (busy.isPresent()) {
                busy.get().resend(replies).forEach(this::enter);
            }
        }
        listen(replies, Duration.ZERO);
    }

    /**
     * Takes what comes in for so long.
     *
     * @throws InterruptedException if the thread is interrupted
     */
    void listen(Replies replies, Duration time) throws InterruptedException {
        var until = replies.ticks() + time.toNanos();
        var next = replies.next(time);
        while (next.isPresent()) {
            take(next.get());
            next = replies.next(Duration.ofNanos(until - replies.ticks()));
        }
    }

    /** Nobody is sent to any more: who is busy stays at what it said. */
    void settle() {
        busy.ifPresent(waiting -> waiting.last().forEach(this::enter));
    }

    /** Takes what came in, or what else is known to be a node's word. */
    void take(Received received) {
        if (busy.filter(waiting -> waiting.takes(received)).isEmpty()) {
            enter(received);
        }
    }

    private void enter(Received received) {
        var sender = received.reply().sender();
        var stray = ledger.enter(received);
        if (stray.isPresent()) {
            strays.add(stray.get(), sender.brief(), "to " + received.reply().request());
            return;
        }
        var entry = ledger.entry(sender.nodeId());
        if (!entry.reply().map(received.reply()::equals).orElse(false)) {
            return;
        }
        // a last word that comes twice is told once, and one that takes the place of another too
        var goesOn = entry.accepted() || entry.awaitedBack();
        if (goesOn || !received.reply().equals(told.put(entry.id(), received.reply()))) {
            logbook.heard(received, entry.after().orElse(Duration.ZERO));
            if (!goesOn) {
                replied.accept(entry);
            }
        }
    }
}
