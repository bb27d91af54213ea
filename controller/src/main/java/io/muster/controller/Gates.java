package io.muster.controller;

import io.muster.action.ActionClass;
import io.muster.action.BuiltIn;
import io.muster.controller.ask.Caller;
import io.muster.controller.ask.Replies;
import io.muster.controller.discovery.Target;
import io.muster.controller.discovery.Targets;
import io.muster.controller.rollout.Batch;
import io.muster.controller.rollout.Gate;
import io.muster.controller.rollout.Halt;
import io.muster.filter.Filter;
import io.muster.message.Escape;
import io.muster.message.Outcome;
import io.muster.message.Spans;
import io.muster.message.Value.Fields;
import io.muster.transport.TransportException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Tries whether what must hold of the nodes of a batch holds. Asks nothing but what only looks, and
 * none of it counts as an answer to the run. For one thread.
 */
final class Gates {
    private static final Duration TTL = Duration.ofMinutes(1);
    private static final Duration FIRST = Duration.ofMillis(250);
    private static final Duration SLOWEST = Duration.ofSeconds(5);
    private static final Duration SLICE = Duration.ofSeconds(1);
    private static final int NAMED = 5;

    private final Caller caller;
    private final Gate gate;
    private final Ledger ledger;
    private final ReplyCollector collector;
    private final Logbook logbook;

    Gates(Caller caller, Gate gate, Ledger ledger, ReplyCollector collector, Logbook logbook) {
        this.logbook = logbook;
        this.caller = caller;
        this.gate = gate;
        this.ledger = ledger;
        this.collector = collector;
    }

    /** What is not as it must be, by node. */
    private record Flaws(List<String> words) {}

    /**
     * Tries it on those of the batch that did it, again and again if there is time, and once more
     * after the soak; says what is wrong, if something is.
     *
     * @param replies of the run: who is late is heard meanwhile
     * @throws InterruptedException if the thread is interrupted
     */
    Optional<Halt> tried(Batch batch, Replies replies) throws InterruptedException {
        var entries = batch.nodes().stream().map(ledger::entry).toList();
        var sent = entries.stream().filter(this::concerned).toList();
        if (!gate.wanted() || sent.isEmpty()) {
            return Optional.empty();
        }
        var nodes = sent.stream().filter(e -> e.state().good()).map(Entry::target).toList();
        if (nodes.isEmpty()) {
            return failed(batch, "", List.of("no node of it did it"));
        }
        var flaws = held(batch, nodes, replies);
        if (!flaws.words().isEmpty()) {
            return cancelled().or(() -> failed(batch, "", flaws.words()));
        }
        if (gate.soak().isPositive()) {
            rest(replies, gate.soak());
            if (logbook.cancelled().isPresent()) {
                return cancelled();
            }
            var later = new ArrayList<>(present(nodes));
            later.addAll(flaws(nodes).words());
            return failed(batch, ", after " + Spans.print(gate.soak()), later);
        }
        return Optional.empty();
    }

    /** Who is away, or was taken out of the run, has no say. */
    private boolean concerned(Entry entry) {
        return entry.state().good()
                || (entry.state() != TargetState.OFFLINE && !ledger.takenOut(entry.id()));
    }

    private Optional<Halt> cancelled() {
        return logbook.cancelled().map(by -> new Halt(Halt.Cause.CANCELLED, "cancelled by " + by));
    }

    /** Lets that time pass, unless the run is cancelled meanwhile. */
    private void rest(Replies replies, Duration time) throws InterruptedException {
        var until = caller.ticks() + time.toNanos();
        for (var left = time; left.isPositive() && logbook.cancelled().isEmpty(); ) {
            collector.listen(replies, left.compareTo(SLICE) < 0 ? left : SLICE);
            left = Duration.ofNanos(until - caller.ticks());
        }
    }

    private static Optional<Halt> failed(Batch batch, String when, List<String> words) {
        if (words.isEmpty()) {
            return Optional.empty();
        }
        var more = words.size() - NAMED;
        return Optional.of(
                new Halt(
                        Halt.Cause.GATE,
                        "gate of "
                                + batch.words()
                                + when
                                + ": "
                                + String.join("; ", words.stream().limit(NAMED).toList())
                                + (more > 0 ? "; and " + more + " more" : "")));
    }

    /** Tries until all holds or the time for it is over. */
    private Flaws held(Batch batch, List<Target> nodes, Replies replies)
            throws InterruptedException {
        var until = caller.ticks() + gate.limit().toNanos();
        var pause = FIRST;
        var flaws = flaws(nodes);
        if (gate.limit().compareTo(FIRST) > 0) {
            failed(batch, "", flaws.words()).ifPresent(this::tell);
        }
        while (!flaws.words().isEmpty()
                && logbook.cancelled().isEmpty()
                && caller.ticks() + pause.toNanos() - until < 0) {
            rest(replies, pause);
            var doubled = pause.multipliedBy(2);
            pause = doubled.compareTo(SLOWEST) < 0 ? doubled : SLOWEST;
            flaws = flaws(nodes);
        }
        return flaws;
    }

    /** Whoever sees nothing happen for minutes is to know why. */
    private void tell(Halt flaw) {
        logbook.waits(Escape.line(flaw.why()) + ": tries for up to " + Spans.print(gate.limit()));
    }

    private Flaws flaws(List<Target> nodes) throws InterruptedException {
        var words = new ArrayList<String>();
        if (gate.question().isPresent()) {
            var asked = gate.question().get();
            words.addAll(
                    asked(
                            nodes,
                            new Run(
                                    asked.action(),
                                    ActionClass.READ,
                                    asked.arguments(),
                                    Filter.EVERYTHING,
                                    false,
                                    TTL,
                                    asked.timeout()),
                            asked.action().value()));
        }
        if (!gate.facts().isEmpty()) {
            words.addAll(asked(nodes, ping(gate.filter()), String.join(", ", gate.facts())));
        }
        return new Flaws(words);
    }

    private List<String> present(List<Target> nodes) throws InterruptedException {
        return asked(nodes, ping(Filter.EVERYTHING), "still there?");
    }

    private static Run ping(Filter filter) {
        var spec = BuiltIn.NODE_PING;
        return new Run(
                spec.name(), spec.actionClass(), Fields.EMPTY, filter, false, TTL, spec.timeout());
    }

    /** Those of whom it does not hold, and why not. */
    private List<String> asked(List<Target> nodes, Run run, String what)
            throws InterruptedException {
        var targets = new Targets(nodes, List.of(), "gate", Duration.ZERO, List.of());
        try {
            var report = new Fleet(caller).run(run, targets, _ -> {});
            if (report.stopped()) {
                throw new InterruptedException();
            }
            return report.entries().stream()
                    .filter(entry -> entry.state() != TargetState.OK)
                    .map(entry -> entry.name() + ": " + what + ": " + why(entry))
                    .toList();
        } catch (TransportException e) {
            return List.of(what + ": could not be asked: " + e.getMessage());
        }
    }

    private static String why(Entry entry) {
        var said = entry.outcome().map(Outcome::message).filter(text -> !text.isEmpty());
        return entry.state() + said.map(text -> " (" + text + ")").orElse("");
    }
}
