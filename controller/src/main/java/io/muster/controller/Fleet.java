package io.muster.controller;

import io.muster.action.ActionClass;
import io.muster.action.BuiltIn;
import io.muster.controller.Inquiry.Finding;
import io.muster.controller.ask.Asked;
import io.muster.controller.ask.Caller;
import io.muster.controller.ask.Question;
import io.muster.controller.ask.Received;
import io.muster.controller.ask.Replies;
import io.muster.controller.discovery.Boots;
import io.muster.controller.discovery.Discovery;
import io.muster.controller.discovery.Patience;
import io.muster.controller.discovery.Search;
import io.muster.controller.discovery.Sweep;
import io.muster.controller.discovery.Target;
import io.muster.controller.discovery.Targets;
import io.muster.journal.JournalException;
import io.muster.message.Bounds;
import io.muster.message.NodeId;
import io.muster.message.Role;
import io.muster.transport.Destination;
import io.muster.transport.TransportException;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The way of a request on the asking side, top to bottom: find the targets and freeze them, listen,
 * sign, publish, collect.
 *
 * <p>Every target ends in exactly one state; silence is one of them. For one thread at a time.
 */
public final class Fleet {
    /** Up to this many are sent to one by one, which spares all other nodes the reading. */
    static final int FEW = 10;

    /**
     * More than this many get a request for each so many, sent to its own targets one by one. One
     * list of all, read by all, costs bus and nodes the square of their number: at ten thousand
     * nodes 1.5 GB.
     */
    static final int SHARE = 100;

    private static final String UNKNOWN_REST =
            "the hub did not say who should be there: who is missing is not known";

    private static final Duration ASKING = Patience.DEFAULT.limit();

    private final Caller caller;
    private final Boots boots;

    public Fleet(Caller caller) {
        this(caller, ASKING);
    }

    /**
     * @param asking how long to wait for a node that is asked what a run has to know of it
     */
    public Fleet(Caller caller, Duration asking) {
        this.caller = caller;
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
        return run(run, targets, Batches.ALL_AT_ONCE, replied);
    }

    /**
     * Runs it on those targets that are there, batch after batch, and waits until each has given
     * its last word or time is up; when too many have failed, no further batch is sent to. An
     * interrupt ends the waiting early and stays set; the nodes go on.
     *
     * @param found as {@link #ready} left them
     * @param replied is told of each last word as it comes, on this thread
     * @throws Boots.UnknownBootException if it is destructive, and the boot of one is not known;
     *     nothing was sent
     * @throws TransportException if the bus is away or refuses already the first request
     */
    public Report run(Run run, Targets found, Batches batches, Consumer<Entry> replied) {
        return run(run, found.asked(run.actionClass()), batches, Logbook.NONE, replied);
    }

    /**
     * As above, writing down what it does.
     *
     * @param targets as {@link #ready} left them
     * @throws io.muster.journal.JournalException if already the first request could not be written
     *     down, and so was not sent
     */
    public Report run(
            Run run, Targets targets, Batches batches, Logbook logbook, Consumer<Entry> replied) {
        var past =
                Past.none(
                        run.action(),
                        run.actionClass(),
                        run.timeout(),
                        batches,
                        bound(run, targets));
        return run(past, signing(run, targets), logbook, replied);
    }

    /** How the requests of a run are made, batch after batch. */
    public Signing signing(Run run, Targets targets) {
        var inAll = targets.all().size();
        return new Signing(batch -> sign(run, batch, inAll), false);
    }

    /**
     * Asks the nodes that owe a run their last word what became of it; sends nothing else.
     *
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    public Report ask(Past past, Logbook logbook, Consumer<Entry> replied)
            throws InterruptedException {
        var ledger = past.ledger(caller::ticks);
        var collector = new ReplyCollector(ledger, caller.strays(), logbook, replied);
        var running = inquire(past, past.owed(ledger), collector);
        return past.report(ledger, running);
    }

    /**
     * Signs one request for all of the targets that are there, for others to approve: it can be
     * sent batch after batch, but nothing about it can be changed any more.
     *
     * @param batches in which steps it will be sent: approved as well
     * @param approvals how many must have approved it
     * @param ttl until when it may be approved and begun
     */
    public Asked propose(Run run, Targets targets, Batches batches, int approvals, Duration ttl) {
        var inAll = targets.all().size();
        var bounds = Bounds.targets(inAll).approvals(approvals).within(batches.budget(inAll));
        var asked = bound(run, targets.asked(run.actionClass()));
        return caller.sign(question(run, asked.online(), ttl, bounds));
    }

    private static Targets bound(Run run, Targets targets) {
        if (run.actionClass() == ActionClass.DESTRUCTIVE) {
            Boots.check(targets.online(), run.challenge());
        }
        return targets;
    }

    /** How a request that was approved, and that names all of the targets, is sent as it is. */
    public static Signing signed(Asked approved) {
        return new Signing(batch -> Map.of(approved, batch), true);
    }

    /** How a run whose requests cannot be made any more sends nothing further. */
    public static Signing nothing() {
        return new Signing(_ -> Map.of(), false);
    }

    /**
     * How to make the requests for a batch.
     *
     * @param onePerNode sends to each node's own queue, as the request names more than one batch
     */
    public record Signing(
            Function<List<Target>, Map<Asked, List<Target>>> requests, boolean onePerNode) {}

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
        Optional<String> problem = Optional.empty();
        var expiry = past.expires();
        try (var replies = caller.listen(roles(past.requests()))) {
            var collector = new ReplyCollector(ledger, caller.strays(), logbook, replied);
            catchUp(past, ledger, collector, replies);
            for (var batch : batches(ledger.unsent(), past)) {
                if (problem.isPresent() || past.over(ledger)) {
                    break;
                }
                var requests = signing.requests().apply(batch);
                expiry = expiry(requests).or(past::expires);
                replies.also(roles(requests.keySet()));
                problem = publish(requests, signing.onePerNode(), ledger, logbook);
                collector.collect(replies, past.timeout());
                ledger.giveUp();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stopped = true;
        }
        return new Report(
                past.action(),
                past.targets(),
                ledger.entries(),
                caller.strays().tally(),
                past.took().plusNanos(caller.ticks() - start),
                expiry,
                stopped,
                problem);
    }

    /** Hears what there is to hear of what an earlier process sent. */
    private void catchUp(Past past, Ledger ledger, ReplyCollector collector, Replies replies)
            throws InterruptedException {
        var late = past.owed(ledger);
        var valid = new LinkedHashMap<>(late);
        valid.keySet().removeIf(asked -> !caller.now().isBefore(asked.expires()));
        late.keySet().removeAll(valid.keySet());
        ledger.await(inquire(past, late, collector));
        for (var request : valid.entrySet()) {
            caller.send(request.getKey(), destinations(request.getValue(), true));
            ledger.await(request.getValue());
        }
        collector.collect(replies, past.timeout());
        ledger.giveUp();
    }

    /** Enters what nodes say of requests that they owe an answer; returns who is still at it. */
    private List<Target> inquire(Past past, Map<Asked, List<Target>> owed, ReplyCollector collector)
            throws InterruptedException {
        var running = new ArrayList<Target>();
        var findings = new Inquiry(caller).ask(owed, past.actionClass() == ActionClass.READ);
        for (var target : owed.values().stream().flatMap(List::stream).toList()) {
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

    private static List<List<Target>> batches(List<Target> unsent, Past past) {
        var size = past.batches().size(past.targets().all().size());
        var all = new ArrayList<List<Target>>();
        for (int from = 0; from < unsent.size(); from += size) {
            all.add(unsent.subList(from, Math.min(unsent.size() - from, size) + from));
        }
        return all;
    }

    private Map<Asked, List<Target>> sign(Run run, List<Target> targets, int inAll) {
        var requests = new LinkedHashMap<Asked, List<Target>>();
        var most = run.secrets().mostTargets(SHARE);
        for (int from = 0; from < targets.size(); from += most) {
            var share = targets.subList(from, Math.min(from + most, targets.size()));
            var bounds = inAll > share.size() ? Bounds.targets(inAll) : Bounds.NONE;
            requests.put(caller.sign(question(run, share, run.ttl(), bounds)), share);
        }
        return requests;
    }

    private static Question question(Run run, List<Target> targets, Duration ttl, Bounds bounds) {
        var bind = new LinkedHashMap<NodeId, String>();
        if (run.actionClass() == ActionClass.DESTRUCTIVE) {
            targets.forEach(t -> t.boot().ifPresent(boot -> bind.put(t.id(), boot)));
        }
        var nonces = new LinkedHashMap<NodeId, String>();
        if (run.challenge()) {
            targets.forEach(t -> t.nonce().ifPresent(nonce -> nonces.put(t.id(), nonce)));
        }
        return new Question(
                run.action(),
                run.actionClass(),
                run.arguments(),
                run.filter(),
                Optional.of(targets.stream().map(Target::id).toList()),
                bind,
                nonces,
                run.dryRun(),
                ttl,
                bounds,
                run.secrets());
    }

    private static Map<Asked, Role> roles(Collection<Asked> requests) {
        var roles = new LinkedHashMap<Asked, Role>();
        requests.forEach(asked -> roles.put(asked, Role.NODE));
        return roles;
    }

    /** Publishes one request after the other; says why it stopped in the middle, if it did. */
    private Optional<String> publish(
            Map<Asked, List<Target>> requests, boolean onePerNode, Ledger ledger, Logbook logbook)
            throws InterruptedException {
        var direct = onePerNode || requests.size() > 1;
        var first = ledger.untouched();
        var sent = new ArrayList<Asked>();
        for (var request : requests.entrySet()) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            try {
                logbook.sending(request.getKey(), request.getValue());
                ledger.sent(request.getKey().id(), request.getValue());
                caller.send(request.getKey(), destinations(request.getValue(), direct));
                sent.add(request.getKey());
            } catch (JournalException | TransportException e) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                if (sent.isEmpty() && first) {
                    throw e;
                }
                return Optional.of(String.valueOf(e.getMessage()));
            }
        }
        return Optional.empty();
    }

    private List<Destination> destinations(List<Target> targets, boolean direct) {
        return direct || targets.size() <= FEW
                ? targets.stream().<Destination>map(t -> new Destination.Node(t.id())).toList()
                : List.of(new Destination.Requests(caller.collective()));
    }

    private static Optional<Instant> expiry(Map<Asked, List<Target>> requests) {
        return requests.keySet().stream().map(Asked::expires).max(Instant::compareTo);
    }
}
