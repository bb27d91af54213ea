package io.muster.controller;

import io.muster.action.ActionClass;
import io.muster.action.BuiltIn;
import io.muster.controller.ask.Asked;
import io.muster.controller.ask.Caller;
import io.muster.controller.ask.Question;
import io.muster.controller.ask.Replies;
import io.muster.controller.discovery.Boots;
import io.muster.controller.discovery.Discovery;
import io.muster.controller.discovery.Patience;
import io.muster.controller.discovery.Search;
import io.muster.controller.discovery.Sweep;
import io.muster.controller.discovery.Target;
import io.muster.controller.discovery.Targets;
import io.muster.message.ActionName;
import io.muster.message.Bounds;
import io.muster.message.NodeId;
import io.muster.message.Role;
import io.muster.transport.Destination;
import io.muster.transport.TransportException;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
        var targets = bound(run, found.asked(run.actionClass()));
        var inAll = targets.all().size();
        var round = new Round(run.action(), run.timeout(), batches, false);
        return run(round, targets, batch -> sign(run, batch, inAll), replied);
    }

    /**
     * Signs one request for all of the targets that are there, for others to approve: it can be
     * sent batch after batch, but nothing about it can be changed any more.
     *
     * @param batches in which steps it will be sent: approved as well
     * @param approvals how many must have approved it
     * @param ttl until when it may be approved and begun
     */
    public Asked propose(
            Run run, Targets targets, Batches batches, int approvals, Duration ttl) {
        var inAll = targets.all().size();
        var bounds =
                Bounds.targets(inAll).approvals(approvals).within(batches.budget(inAll));
        var asked = bound(run, targets.asked(run.actionClass()));
        return caller.sign(question(run, asked.online(), ttl, bounds));
    }

    private static Targets bound(Run run, Targets targets) {
        if (run.actionClass() == ActionClass.DESTRUCTIVE) {
            Boots.check(targets.online(), run.challenge());
        }
        return targets;
    }

    /**
     * Sends a request that was approved, with its approvals, as {@link #run} would.
     *
     * @param approved names all of the targets that are there
     * @param batches as they were approved
     */
    public Report runApproved(
            Asked approved,
            ActionName action,
            Duration timeout,
            Targets targets,
            Batches batches,
            Consumer<Entry> replied) {
        var round = new Round(action, timeout, batches, true);
        // Who has become a clone since it was proposed is not asked either.
        var still = targets.asked(ActionClass.CHANGE);
        return run(round, still, batch -> Map.of(approved, batch), replied);
    }

    /**
     * How to go round.
     *
     * @param onePerNode sends to each node's own queue, as the request names more than one batch
     */
    private record Round(
            ActionName action, Duration timeout, Batches batches, boolean onePerNode) {}

    private Report run(
            Round round,
            Targets targets,
            Function<List<Target>, Map<Asked, List<Target>>> signing,
            Consumer<Entry> replied) {
        var ledger = new Ledger(targets);
        var start = System.nanoTime();
        var stopped = false;
        Optional<String> problem = Optional.empty();
        Optional<Instant> expiry = Optional.empty();
        try (var replies = caller.listen(Map.of())) {
            for (var batch : batches(targets, round.batches())) {
                var requests = signing.apply(batch);
                expiry = expiry(requests);
                replies.also(roles(requests));
                problem = publish(requests, round.onePerNode(), ledger);
                collect(ledger, replies, round.timeout(), replied);
                if (problem.isPresent()
                        || round.batches().over(ledger.failed(), targets.all().size())) {
                    break;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stopped = true;
        }
        return new Report(
                round.action(),
                targets,
                ledger.entries(),
                caller.strays().tally(),
                Duration.ofNanos(System.nanoTime() - start),
                expiry,
                stopped,
                problem);
    }

    /**
     * Calls all nodes that match and says who answered how fast, who should have and did not, and
     * who is known to be away. An interrupt ends it early and stays set.
     *
     * @param replied is told of each answer as it comes, on this thread
     * @throws TransportException if the bus is away or refuses
     */
    public Report ping(Search search, Patience patience, Consumer<Entry> replied) {
        var start = System.nanoTime();
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
        var took = Duration.ofNanos(System.nanoTime() - start);
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

    private static List<List<Target>> batches(Targets targets, Batches batches) {
        var online = targets.online();
        var size = batches.size(targets.all().size());
        var all = new ArrayList<List<Target>>();
        for (int from = 0; from < online.size(); from += size) {
            all.add(online.subList(from, Math.min(online.size() - from, size) + from));
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

    private static Map<Asked, Role> roles(Map<Asked, List<Target>> requests) {
        var roles = new LinkedHashMap<Asked, Role>();
        requests.keySet().forEach(asked -> roles.put(asked, Role.NODE));
        return roles;
    }

    /** Publishes one request after the other; says why it stopped in the middle, if it did. */
    private Optional<String> publish(
            Map<Asked, List<Target>> requests, boolean onePerNode, Ledger ledger)
            throws InterruptedException {
        var direct = onePerNode || requests.size() > 1;
        var first = ledger.untouched();
        var sent = new ArrayList<Asked>();
        for (var request : requests.entrySet()) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            ledger.sent(request.getKey().id(), request.getValue());
            try {
                caller.send(request.getKey(), destinations(request.getValue(), direct));
                sent.add(request.getKey());
            } catch (TransportException e) {
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

    private void collect(Ledger ledger, Replies replies, Duration timeout, Consumer<Entry> replied)
            throws InterruptedException {
        new ReplyCollector(ledger, caller.strays(), replied).collect(replies, timeout);
        ledger.giveUp();
    }

    private static Optional<Instant> expiry(Map<Asked, List<Target>> requests) {
        return requests.keySet().stream().map(Asked::expires).max(Instant::compareTo);
    }
}
