package io.muster.controller;

import io.muster.controller.ask.Received;
import io.muster.controller.ask.Replies;
import io.muster.controller.discovery.Target;
import io.muster.message.Escape;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Reply.Answer;
import io.muster.message.RequestId;
import io.muster.message.Spans;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Sends again to nodes that would not since they are at another change, as long as they are to be
 * waited for. Whoever was refused has begun nothing, and never will by that request: so each try is
 * a request of its own. Meanwhile the node counts as one that is at work. For one thread.
 */
final class Busy {
    private static final Duration FIRST = Duration.ofMillis(500);
    private static final Duration SLOWEST = Duration.ofSeconds(15);
    private static final int NAMED = 5;

    private final Duration wait;
    private final Ledger ledger;
    private final Brakes brakes;
    private final Outgoing outgoing;
    private final Logbook logbook;
    private final LongSupplier ticks;
    private final Map<NodeId, Turn> turns = new LinkedHashMap<>();
    private final Set<Word> past = new HashSet<>();
    private boolean over;

    /**
     * @param wait for how long each is waited for
     * @param ticks nanoseconds, as the ledger counts
     */
    Busy(
            Duration wait,
            Ledger ledger,
            Brakes brakes,
            Outgoing outgoing,
            Logbook logbook,
            LongSupplier ticks) {
        this.wait = wait;
        this.ledger = ledger;
        this.brakes = brakes;
        this.outgoing = outgoing;
        this.logbook = logbook;
        this.ticks = ticks;
    }

    /** A refusal that something followed. */
    private record Word(NodeId node, RequestId request) {}

    /**
     * A node that is busy.
     *
     * @param since when it said so first
     * @param next when it is sent to again
     * @param pause how long it is left alone
     * @param said what it said last; empty while it has not answered the next try
     */
    private record Turn(
            Target target, long since, long next, Duration pause, Optional<Received> said) {
        Turn tried() {
            return new Turn(target, since, next, pause, Optional.empty());
        }

        Turn at(long moment) {
            return new Turn(target, since, moment, pause, said);
        }
    }

    /** Whether that is no last word, as the node is waited for. */
    boolean takes(Received received) {
        var reply = received.reply();
        var node = reply.sender().nodeId();
        if (past.contains(new Word(node, reply.request()))) {
            return true;
        }
        if (!(reply.answer() instanceof Answer.Final(Outcome.Refused refused))
                || refused.reason() != Reason.BUSY
                || over
                || !ledger.awaited(node)
                || logbook.cancelled().isPresent()) {
            return false;
        }
        var target =
                ledger.open(reply.request()).stream().filter(t -> t.id().equals(node)).findFirst();
        return target.isPresent() && waitsFor(target.get(), received, refused.message());
    }

    private boolean waitsFor(Target target, Received received, String message) {
        var now = ticks.getAsLong();
        var before = Optional.ofNullable(turns.get(target.id()));
        var since = before.map(Turn::since).orElse(now);
        var until = since + wait.toNanos();
        if (now - until >= 0) {
            return false;
        }
        if (before.isEmpty()) {
            tell(target, message);
        }
        var pause = before.map(turn -> longer(turn.pause())).orElse(FIRST);
        var next = now + Math.min(pause.toNanos(), until - now);
        turns.put(target.id(), new Turn(target, since, next, pause, Optional.of(received)));
        ledger.postpone(target.id(), next);
        return true;
    }

    private static Duration longer(Duration pause) {
        var doubled = pause.multipliedBy(2);
        return doubled.compareTo(SLOWEST) < 0 ? doubled : SLOWEST;
    }

    private void tell(Target target, String message) {
        var name = Escape.line(target.name());
        if (turns.size() < NAMED) {
            logbook.waits(
                    name
                            + " is busy ("
                            + Escape.line(message)
                            + "): waits up to "
                            + Spans.print(wait));
        } else if (turns.size() == NAMED) {
            logbook.waits("others are busy as well: waits for each of them as long");
        }
    }

    /**
     * Sends again to those whose time has come, unless the run pauses or has come to its limits.
     *
     * @return what counts as last word after all, as nothing more is sent
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    List<Received> resend(Replies replies) throws InterruptedException {
        var now = ticks.getAsLong();
        var due =
                turns.values().stream()
                        .filter(turn -> turn.said().isPresent() && turn.next() - now <= 0)
                        .toList();
        var stays = outgoing.over() || logbook.cancelled().isPresent();
        if (!due.isEmpty() && !stays && logbook.pauses()) {
            due.forEach(turn -> later(turn, now + FIRST.toNanos()));
            return List.of();
        }
        var said = due.stream().flatMap(turn -> turn.said().stream()).toList();
        due.forEach(turn -> turns.put(turn.target().id(), turn.tried()));
        if (due.isEmpty() || stays) {
            return said;
        }
        var reopened = new ArrayList<NodeId>();
        for (var received : said) {
            var reply = received.reply();
            past.add(new Word(reply.sender().nodeId(), reply.request()));
            ledger.reopen(reply.sender().nodeId(), reply.request())
                    .forEach(target -> reopened.add(target.id()));
        }
        try {
            if (brakes.next().isEmpty()) {
                again(ledger.unsent(reopened), replies);
            }
            return said.stream().filter(this::closed).toList();
        } catch (InterruptedException e) {
            due.stream()
                    .filter(turn -> turn.said().filter(this::closed).isPresent())
                    .forEach(turn -> turns.put(turn.target().id(), turn));
            throw e;
        }
    }

    private void again(List<Target> targets, Replies replies) throws InterruptedException {
        if (!targets.isEmpty()) {
            outgoing.send(targets, false, replies);
        }
    }

    /** What those said last who are waited for: nobody is waited for any more. */
    List<Received> last() {
        over = true;
        var said = turns.values().stream().flatMap(turn -> turn.said().stream()).toList();
        turns.clear();
        return said;
    }

    private void later(Turn turn, long moment) {
        turns.put(turn.target().id(), turn.at(moment));
        ledger.postpone(turn.target().id(), moment);
    }

    /** Whether it stays at that word: it was sent nothing else, and nobody has taken it out. */
    private boolean closed(Received received) {
        var reply = received.reply();
        var unsent = ledger.unsent(List.of(reply.sender().nodeId()));
        ledger.sent(reply.request(), unsent);
        return !unsent.isEmpty();
    }
}
