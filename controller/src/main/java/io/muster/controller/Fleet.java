package io.muster.controller;

import io.muster.action.ActionClass;
import io.muster.action.BuiltIn;
import io.muster.controller.Inquiry.Finding;
import io.muster.controller.ask.Asked;
import io.muster.controller.ask.Caller;
import io.muster.controller.ask.Received;
import io.muster.controller.ask.Replies;
import io.muster.controller.discovery.Boots;
import io.muster.controller.discovery.Census;
import io.muster.controller.discovery.Departed;
import io.muster.controller.discovery.Discovery;
import io.muster.controller.discovery.Nonces;
import io.muster.controller.discovery.Patience;
import io.muster.controller.discovery.Search;
import io.muster.controller.discovery.Sweep;
import io.muster.controller.discovery.Target;
import io.muster.controller.discovery.Targets;
import io.muster.controller.queue.QueueDesk;
import io.muster.controller.rollout.Halt;
import io.muster.controller.rollout.Rollout;
import io.muster.message.Bounds;
import io.muster.message.NodeId;
import io.muster.transport.TransportException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The way of a request on the asking side, top to bottom: find the targets and freeze them, listen,
 * sign, publish, collect.
 *
 * <p>Every target ends in exactly one state; silence is one of them. For one thread at a time.
 */
public final class Fleet {
    private static final String UNKNOWN_REST =
            "the hub did not say who should be there: who is missing is not known";

    private static final Duration ASKING = Patience.DEFAULT.limit();

    private final Caller caller;
    private final Boots boots;
    private final Locks locks;

    /** Where nobody says what is locked. */
    public Fleet(Caller caller) {
        this(caller, ASKING, Locks.NOBODY);
    }

    /**
     * @param locks who says what is locked
     */
    public Fleet(Caller caller, Locks locks) {
        this(caller, ASKING, locks);
    }

    /**
     * @param asking how long to wait for a node that is asked what a run has to know of it
     */
    public Fleet(Caller caller, Duration asking) {
        this(caller, asking, Locks.NOBODY);
    }

    private Fleet(Caller caller, Duration asking, Locks locks) {
        this.caller = caller;
        this.locks = locks;
        this.boots = new Boots(caller, asking);
    }

    /**
     * Finds the targets, and freezes them: who comes later is not meant.
     *
     * @throws InterruptedException if the thread is interrupted meanwhile: nothing was sent yet
     */
    public Targets find(Discovery discovery, Search search) throws InterruptedException {
        return discovery.find(search);
    }

    /**
     * The same targets, for that run, with what it has to know of them: before anything
     * destructive, which boot each of them is in.
     *
     * @throws Boots.UnknownBootException if one does not say; nothing was sent
     * @throws InterruptedException if the thread is interrupted meanwhile: nothing was sent yet
     */
    public Targets ready(Run run, Targets found) throws InterruptedException {
        var targets = found.asked(run.actionClass());
        return run.actionClass() == ActionClass.DESTRUCTIVE
                ? boots.known(targets, run.challenge())
                : targets;
    }

    /** As below, sending to all at once. */
    public Report run(Run run, Targets targets, Consumer<Entry> replied) {
        return run(run, targets, Rollout.ALL_AT_ONCE, replied);
    }

    /**
     * Runs it on those targets that are there, batch after batch, and waits until each has given
     * its last word or time is up; when too many have failed, nobody else is sent to. An interrupt
     * ends the waiting early and stays set; the nodes go on.
     *
     * @param found as {@link #ready} left them
     * @param replied is told of each last word as it comes, on this thread
     * @throws Boots.UnknownBootException if it is destructive, and the boot of one is not known;
     *     nothing was sent
     * @throws TransportException if the bus is away or refuses already the first request
     */
    public Report run(Run run, Targets found, Rollout rollout, Consumer<Entry> replied) {
        var targets = found.asked(run.actionClass());
        var past = Past.none(run.action(), run.actionClass(), run.timeout(), rollout, targets);
        return run(past, signing(run, targets), Logbook.NONE, replied);
    }

    /**
     * How the requests of a run are made, batch after batch.
     *
     * @throws Boots.UnknownBootException if it is destructive, and the boot of one is not known
     */
    public Signing signing(Run run, Targets targets) {
        return Signing.anew(caller, run, bound(run, targets).all().size());
    }

    /**
     * Asks the nodes that owe a run their last word what became of it; sends nothing else.
     *
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    public Report ask(Past past, Logbook logbook, Consumer<Entry> replied)
            throws InterruptedException {
        var ledger = past.ledger(caller::ticks);
        var collector = new ReplyCollector(ledger, caller.strays(), logbook, replied, () -> {});
        queueing(ledger, logbook).look(past);
        var running = inquire(past, ledger.reached(past.owed(ledger)), collector);
        running.addAll(inquire(past, past.refusedForNow(ledger), collector));
        return past.report(ledger, running);
    }

    /**
     * Signs one request for all of the targets that are there, for others to approve: it can be
     * sent batch after batch, but nothing about it can be changed any more.
     *
     * @param rollout in which steps it will be sent: approved as well
     * @param approvals how many must have approved it
     * @param ttl until when it may be approved and begun
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    public Asked propose(Run run, Targets targets, Rollout rollout, int approvals, Duration ttl)
            throws InterruptedException {
        var inAll = targets.all().size();
        var bounds = Bounds.targets(inAll).approvals(approvals).within(rollout.budget(inAll));
        var asked = bound(run, targets.asked(run.actionClass()));
        return Signing.sign(caller, new Nonces(caller), run, asked.online(), ttl, bounds);
    }

    private static Targets bound(Run run, Targets targets) {
        if (run.actionClass() == ActionClass.DESTRUCTIVE) {
            Boots.check(targets.online(), run.challenge());
        }
        return targets;
    }

    /**
     * Begins a run, or goes on with one that was cut off, as if it had not been: asks what became
     * of requests that cannot be begun any more, sends the very same again to whoever still owes an
     * answer and may begin, and then sends to whom nothing was sent. Budgets are over the whole
     * run; no node that has given its last word is sent to again.
     */
    public Report run(Past past, Signing signing, Logbook logbook, Consumer<Entry> replied) {
        var ledger = past.ledger(caller::ticks);
        var start = caller.ticks();
        var stopped = false;
        var halt = Optional.<Halt>empty();
        var outgoing = new Outgoing(caller, signing, ledger, logbook, past.expires());
        var brakes = new Brakes(past, ledger, logbook, locks);
        var busy = new Busy(signing.waits(), ledger, brakes, outgoing, logbook, caller::ticks);
        var queueing = queueing(ledger, logbook);
        var unqueued = Optional.<String>empty();
        var departed = new Departed(caller, Patience.DEFAULT);
        var departures = new Departures(past, ledger, logbook, departed);
        var floors = new Floors(past.rollout().floors(), new Census(caller, Patience.DEFAULT));
        var collector =
                new ReplyCollector(
                        ledger,
                        caller.strays(),
                        logbook,
                        replied,
                        outgoing::afterLoss,
                        Optional.of(busy));
        try (var replies = caller.listen(Outgoing.roles(past.requests()))) {
            var pauses = new Pauses(past, logbook, collector);
            var window =
                    new Window(
                            past, ledger, outgoing, collector, brakes, pauses, floors, departures);
            var gates = new Gates(caller, past.rollout().gate(), ledger, collector, logbook);
            catchUp(past, ledger, collector, outgoing, replies);
            for (var batch : past.open(ledger)) {
                window.rest(batch, replies);
                halt = departures.before(batch);
                if (halt.isEmpty()) {
                    halt = brakes.next();
                }
                if (halt.isEmpty()) {
                    halt = floors.look();
                }
                if (halt.isEmpty()) {
                    halt = window.send(batch, replies);
                }
                if (halt.isEmpty() && !outgoing.over()) {
                    halt = brakes.next();
                }
                if (halt.isEmpty() && !outgoing.over()) {
                    halt = gates.tried(batch, replies);
                }
                if (halt.isPresent() || outgoing.over()) {
                    break;
                }
                logbook.passed(batch);
            }
            if (halt.isEmpty() && !outgoing.over() && signing.queued().isPresent()) {
                halt = brakes.beforeQueueing();
                if (halt.isEmpty()) {
                    unqueued = queueing.leave(past, signing.queued().get(), this::valid);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stopped = true;
            collector.settle();
        }
        return new Report(
                past.action(),
                past.targets(),
                ledger.entries(),
                caller.strays().tally(),
                past.took().plusNanos(caller.ticks() - start),
                outgoing.expires(),
                stopped,
                unqueued.or(outgoing::problem),
                halt);
    }

    private Queueing queueing(Ledger ledger, Logbook logbook) {
        return new Queueing(QueueDesk.patient(caller), ledger, logbook);
    }

    private boolean valid(Asked asked) {
        return caller.now().isBefore(asked.expires());
    }

    /** Hears what there is to hear of what an earlier process sent. */
    private void catchUp(
            Past past, Ledger ledger, ReplyCollector collector, Outgoing outgoing, Replies replies)
            throws InterruptedException {
        var late = past.owed(ledger);
        var valid = new LinkedHashMap<>(late);
        valid.keySet().removeIf(asked -> !valid(asked));
        valid.keySet().removeIf(asked -> past.queue().containsKey(asked.id()));
        late.keySet().removeAll(valid.keySet());
        late.keySet().removeIf(past::waits);
        late.putAll(ledger.takenOut(valid));
        ledger.await(inquire(past, late, collector));
        valid.forEach(outgoing::repeat);
        collector.collect(replies, past.timeout(), 0);
    }

    /** Enters what nodes say became of these requests; returns who is still at it. */
    private List<Target> inquire(
            Past past, Map<Asked, List<Target>> about, ReplyCollector collector)
            throws InterruptedException {
        var running = new ArrayList<Target>();
        var findings = new Inquiry(caller).ask(about, past.actionClass() == ActionClass.READ);
        for (var target : about.values().stream().flatMap(List::stream).toList()) {
            switch (findings.get(target.id())) {
                case Finding.Over(Received received) -> collector.take(received);
                case Finding.Running _ -> running.add(target);
                case Finding.Open _ -> {}
                case null -> {}
            }
        }
        return running;
    }

    /**
     * Calls all nodes that match and says who answered how fast, who should have and did not, and
     * who is known to be away. An interrupt ends it early and stays set.
     *
     * @param replied is told of each answer as it comes, on this thread
     * @throws TransportException if the bus is away or refuses
     */
    public Report ping(Search search, Patience patience, Consumer<Entry> replied) {
        var start = caller.ticks();
        var answers = new LinkedHashMap<NodeId, Entry>();
        var result =
                new Sweep(caller, patience, true)
                        .run(
                                search,
                                answer -> {
                                    var entry = Entry.of(answer);
                                    answers.put(entry.id(), entry);
                                    replied.accept(entry);
                                });
        var took = Duration.ofNanos(caller.ticks() - start);
        var notices = result.presence().isEmpty() ? List.of(UNKNOWN_REST) : List.<String>of();
        var nodes = search.pick(result.nodes());
        var unknown = search.byNameAlone() ? search.missing(result.nodes()) : List.<String>of();
        var targets = new Targets(nodes, unknown, "broadcast", took, notices);
        return new Report(
                BuiltIn.NODE_PING.name(),
                targets,
                targets.all().stream()
                        .map(node -> answers.getOrDefault(node.id(), Entry.unheard(node)))
                        .toList(),
                caller.strays().tally(),
                took,
                Optional.empty(),
                result.interrupted(),
                Optional.empty());
    }
}
