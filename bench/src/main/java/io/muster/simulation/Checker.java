package io.muster.simulation;

import io.muster.action.ActionClass;
import io.muster.controller.Entry;
import io.muster.controller.TargetState;
import io.muster.controller.queue.Standing;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Reply;
import io.muster.message.Reply.Answer;
import io.muster.message.RequestId;
import io.muster.simulation.History.OfNode;
import io.muster.simulation.History.OfRun;
import io.muster.simulation.History.Signed;
import io.muster.simulation.History.Step;
import io.muster.simulation.Violation.Promise;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Says what must hold of every history, whatever went wrong on the way: the promises of
 * docs/security.md as code, over what really happened, what was written down, and what was told.
 */
public final class Checker {
    private final History history;
    private final Map<RequestId, Signed> signed = new HashMap<>();
    private final List<Violation> found = new ArrayList<>();

    private Checker(History history) {
        this.history = history;
        history.runs().forEach(run -> signed.putAll(run.requests()));
    }

    /**
     * What does not hold; nothing if all is well.
     *
     * @param settled whether everybody had time to end what was begun, and was asked for the rest
     */
    public static List<Violation> check(History history, boolean settled) {
        var checker = new Checker(history);
        checker.marks();
        checker.extents();
        history.nodes().forEach((id, node) -> checker.node(id, node, settled));
        history.runs().forEach(run -> checker.run(run, settled));
        return List.copyOf(checker.found);
    }

    private void violated(Promise promise, String what) {
        found.add(new Violation(promise, what));
    }

    private void marks() {
        var done = new HashSet<String>();
        for (var mark : history.marks()) {
            var what = mark.request() + " on " + mark.node();
            if (!done.add(what)) {
                violated(Promise.ONCE, what + " was done again at " + mark.at());
            }
            var request = Optional.ofNullable(signed.get(mark.request()));
            if (request.isEmpty()) {
                violated(Promise.SIGNED, what + " was done, and nobody asked for it");
            } else {
                mark(mark, request.get(), what);
            }
        }
    }

    private void mark(Mark mark, Signed of, String what) {
        var request = of.request();
        if (!request.mayConcern(mark.node())) {
            violated(Promise.SIGNED, what + " was meant for others");
        }
        var wrong = !mark.at().isBefore(request.expires());
        if (wrong || mark.at().isBefore(request.issued().minus(history.skew()))) {
            violated(
                    Promise.IN_TIME,
                    "%s was done at %s, and was good from %s to %s"
                            .formatted(what, mark.at(), request.issued(), request.expires()));
        }
        var node = Optional.ofNullable(history.nodes().get(mark.node()));
        if (node.filter(n -> n.wrote(mark.request())).isEmpty()) {
            violated(Promise.WRITTEN_DOWN, what + " is not in the node's journal");
        }
        if (node.filter(n -> n.accepted().contains(mark.request())).isEmpty()) {
            violated(Promise.WRITTEN_DOWN, what + " is not in the node's audit log");
        }
    }

    private void extents() {
        for (var extent : history.extents()) {
            if (extent.size() > extent.most()) {
                violated(
                        Promise.BOUNDED,
                        "%s: %d, and %d at the most"
                                .formatted(extent.what(), extent.size(), extent.most()));
            }
        }
    }

    private boolean done(RequestId request, NodeId node) {
        return history.marks().stream()
                .anyMatch(mark -> mark.request().equals(request) && mark.node().equals(node));
    }

    private void node(NodeId id, OfNode node, boolean settled) {
        // A node whose disk was full may not have come to its first record.
        if (!node.full() || !node.audit().chains().isEmpty()) {
            node.audit()
                    .problems()
                    .forEach(problem -> violated(Promise.AUDIT, "of " + id + ": " + problem));
        }
        node.begun()
                .forEach(
                        (request, begun) -> {
                            var known = Optional.ofNullable(signed.get(request));
                            if (known.filter(s -> s.digest().equals(begun.digest())).isEmpty()) {
                                violated(
                                        Promise.SIGNED,
                                        id + " began " + request + ", and nobody signed that");
                            }
                            if (settled && !node.ended().containsKey(request)) {
                                violated(
                                        Promise.ENDED,
                                        id + " began " + request + ", and it has no end");
                            }
                        });
    }

    private void run(OfRun run, boolean settled) {
        var report = run.run().past().report();
        var targets = run.run().past().targets().all();
        var ids = targets.stream().map(target -> target.id()).collect(Collectors.toSet());
        if (report.entries().size() != targets.size()
                || report.counts().values().stream().mapToInt(n -> n).sum() != targets.size()) {
            violated(Promise.ADDS_UP, name(run) + ": " + report.counts() + " of " + targets.size());
        }
        run.shown().ifPresent(shown -> shown(run, report.entries(), shown, ids));
        var asked = asked(run);
        found.addAll(new RolloutRules(run).violations());
        receipts(run, settled);
        for (var entry : report.entries()) {
            entry(run, entry, Optional.ofNullable(asked.get(entry.id())), settled);
        }
    }

    static String name(OfRun run) {
        return "run " + run.run().id();
    }

    /** What was told last is what is written down, unless more was heard since. */
    private void shown(OfRun run, List<Entry> entries, Map<NodeId, String> shown, Set<NodeId> ids) {
        if (!shown.keySet().equals(ids)) {
            violated(Promise.ADDS_UP, name(run) + " told of " + shown.keySet() + ", not " + ids);
        }
        for (var entry : entries) {
            var told = shown.getOrDefault(entry.id(), "");
            var out = run.run().past().takenOut().contains(entry.id());
            var since = out || told.equals("no-reply") || told.equals("not-sent");
            if (!told.equals(entry.state().word()) && !since && !unwritten(run, entry)) {
                violated(
                        Promise.TRUE_REPORT,
                        "%s told that %s is %s, and wrote down %s"
                                .formatted(name(run), entry.id(), told, entry.state()));
            }
        }
    }

    /** What only looks goes on where it cannot be written down. */
    private static boolean unwritten(OfRun run, Entry entry) {
        return run.run().plan().actionClass() == ActionClass.READ && !entry.state().good();
    }

    /** Which request each node was sent, or may get from the hub. */
    private Map<NodeId, RequestId> asked(OfRun run) {
        var asked = new LinkedHashMap<NodeId, RequestId>();
        var queue = run.run().past().queue();
        for (var step : run.steps()) {
            if (step instanceof Step.Sent(RequestId request, List<NodeId> to)
                    && !(queue.get(request) instanceof Standing.Refused)) {
                for (var node : to) {
                    var before = asked.put(node, request);
                    if (before != null
                            && !before.equals(request)
                            && (run.run().plan().waits().isZero() || begun(before, node))) {
                        violated(
                                Promise.ONE_REQUEST,
                                name(run) + " sent " + node + " both " + before + " and "
                                        + request);
                    }
                }
            }
        }
        return asked;
    }

    /** Who was sent to again, being at another change, must not have begun the first time. */
    private boolean begun(RequestId request, NodeId node) {
        return done(request, node)
                || Optional.ofNullable(history.nodes().get(node))
                        .filter(n -> n.begun().containsKey(request))
                        .isPresent();
    }

    /** What the operator was told is on a node's disk is there, and comes to its end. */
    private void receipts(OfRun run, boolean settled) {
        for (var step : run.steps()) {
            if (step instanceof Step.Receipt(NodeId id, RequestId request)) {
                var node = Optional.ofNullable(history.nodes().get(id));
                if (node.filter(n -> n.wrote(request)).isEmpty()) {
                    violated(
                            Promise.RECEIPT,
                            name(run)
                                    + ": "
                                    + id
                                    + " said that it has "
                                    + request
                                    + ", and it is not in its journal");
                } else if (settled && node.filter(n -> n.ended().containsKey(request)).isEmpty()) {
                    violated(
                            Promise.ENDED,
                            id + " said that it has " + request + ", and it has no end");
                }
            }
        }
    }

    private void entry(OfRun run, Entry entry, Optional<RequestId> asked, boolean settled) {
        var node = Optional.ofNullable(history.nodes().get(entry.id()));
        var looks = run.run().plan().actionClass() == ActionClass.READ;
        var ended = asked.flatMap(id -> node.flatMap(n -> Optional.ofNullable(n.ended().get(id))));
        var forgot = node.filter(OfNode::full).isPresent() && !said(ended, entry.state());
        var done = asked.filter(id -> done(id, entry.id())).isPresent();
        var what = name(run) + ": " + entry.id() + " is " + entry.state();
        switch (entry.state()) {
            case OFFLINE, NOT_SENT -> {
                if (asked.isPresent()) {
                    violated(Promise.TRUE_REPORT, what + ", and was sent " + asked.get());
                }
            }
            case NO_REPLY -> {
                if (settled && !looks) {
                    violated(Promise.SETTLED, what + ", although it was asked");
                }
            }
            case OK, CHANGED -> {
                if (!looks && !forgot && (!done || !said(ended, entry.state()))) {
                    violated(Promise.TRUE_REPORT, what + ", and there " + there(done, ended));
                }
            }
            case FAILED, INTERRUPTED -> {
                if (!looks && !forgot && !said(ended, entry.state())) {
                    violated(Promise.TRUE_REPORT, what + ", and there " + there(done, ended));
                }
            }
            case CANCELLED -> {
                // What was not begun may be forgotten with the loss of power.
                var told = said(ended, entry.state()) || (ended.isEmpty() && !done);
                if (!looks && !forgot && !told) {
                    violated(Promise.TRUE_REPORT, what + ", and there " + there(done, ended));
                }
            }
            case QUEUED -> {
                // The hub keeps it, and perhaps hands it out at this moment.
            }
            case REFUSED, EXPIRED -> {
                if (done) {
                    violated(Promise.TRUE_REPORT, what + ", and there it was done");
                }
            }
        }
    }

    private static String there(boolean done, Optional<Reply> ended) {
        return (done ? "it was done" : "it was not done")
                + ", and ended as "
                + ended.flatMap(Checker::word).orElse("nothing");
    }

    private static boolean said(Optional<Reply> ended, TargetState state) {
        return ended.flatMap(Checker::word).filter(state.word()::equals).isPresent();
    }

    private static Optional<String> word(Reply reply) {
        return reply.answer() instanceof Answer.Final(Outcome outcome)
                ? Optional.of(Objects.requireNonNull(outcome.word()))
                : Optional.empty();
    }
}
