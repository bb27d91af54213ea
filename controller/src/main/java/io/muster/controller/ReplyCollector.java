package io.muster.controller;

import io.muster.controller.ask.Received;
import io.muster.controller.ask.Replies;
import io.muster.controller.ask.Strays;
import io.muster.message.NodeId;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Counts the genuine replies off in the ledger until nobody is missing or time is up. Which replies
 * are genuine the inbox has decided; here it is decided which of them count.
 */
final class ReplyCollector {
    private final Ledger ledger;
    private final Strays strays;
    private final Consumer<Entry> replied;
    private final Set<NodeId> told = new HashSet<>();

    /**
     * @param replied is told of each target that has given its last word, on the collecting thread
     */
    ReplyCollector(Ledger ledger, Strays strays, Consumer<Entry> replied) {
        this.ledger = ledger;
        this.strays = strays;
        this.replied = replied;
    }

    /**
     * Returns when every target that was sent to has given its last word, or after {@code limit}.
     *
     * @throws InterruptedException if the thread is interrupted; the ledger is right all the same
     */
    void collect(Replies replies, Duration limit) throws InterruptedException {
        var until = System.nanoTime() + limit.toNanos();
        while (!ledger.complete()) {
            var next = replies.next(Duration.ofNanos(until - System.nanoTime()));
            if (next.isEmpty()) {
                return;
            }
            take(next.get());
        }
    }

    private void take(Received received) {
        var sender = received.reply().sender();
        var stray = ledger.enter(received);
        if (stray.isPresent()) {
            strays.add(stray.get(), sender.brief(), "to " + received.reply().request());
            return;
        }
        var entry = ledger.entry(sender.nodeId());
        var last =
                entry.reply().map(received.reply()::equals).orElse(false) && !entry.awaitedBack();
        // a last word that comes twice is told once
        if (last && told.add(entry.id())) {
            replied.accept(entry);
        }
    }
}
