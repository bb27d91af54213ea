package io.muster.controller.discovery;

import io.muster.action.BuiltIn;
import io.muster.controller.ask.Caller;
import io.muster.controller.ask.Question;
import io.muster.controller.ask.Replies;
import io.muster.filter.Filter;
import io.muster.message.Escape;
import io.muster.message.NodeId;
import io.muster.message.Reply;
import io.muster.message.Request;
import io.muster.message.Role;
import io.muster.message.Spans;
import io.muster.message.Value.Fields;
import io.muster.transport.Destination;

import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * In which boot nodes are that something destructive is meant for. Most are known to be in one from
 * discovery; whoever is not is asked, as every answer of a node says it, a refusal included.
 */
public final class Boots {
    private static final Duration TTL = Duration.ofMinutes(1);
    private static final int NAMED = 5;

    private final Caller caller;
    private final Duration limit;

    /** Nodes that nothing destructive can be meant for; the message says which, and what to do. */
    public static final class UnknownBootException extends RuntimeException {
        private static final long serialVersionUID = 1;

        UnknownBootException(String message) {
            super(message);
        }
    }

    /**
     * @param limit how long to wait for another answer
     */
    public Boots(Caller caller, Duration limit) {
        this.caller = caller;
        this.limit = limit;
    }

    /**
     * The same targets, with their boots: of those that are there, and quote no nonce if {@code
     * challenge}.
     *
     * @throws UnknownBootException naming those that did not say
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    public Targets known(Targets targets, boolean challenge) throws InterruptedException {
        var unknown = unknown(targets.online(), challenge);
        if (unknown.isEmpty()) {
            return targets;
        }
        var boots = new LinkedHashMap<NodeId, String>();
        for (int from = 0; from < unknown.size(); from += Request.MAX_TARGETS) {
            ask(unknown.subList(from, Math.min(from + Request.MAX_TARGETS, unknown.size())), boots);
        }
        var all = targets.all().stream().map(target -> with(target, boots)).toList();
        var known =
                new Targets(
                        all,
                        targets.unknown(),
                        targets.method(),
                        targets.took(),
                        targets.notices());
        check(known.online(), challenge, ", which did not say within " + Spans.print(limit));
        return known;
    }

    /**
     * Refuses to go on with nodes whose boot is not known.
     *
     * @throws UnknownBootException naming them
     */
    public static void check(List<Target> targets, boolean challenge) {
        check(targets, challenge, "");
    }

    private static void check(List<Target> targets, boolean challenge, String asked) {
        var unknown = unknown(targets, challenge);
        if (!unknown.isEmpty()) {
            throw new UnknownBootException(
                    "nothing was sent: what is destructive is meant for one boot of a node, and it"
                            + " is not known in which one is "
                            + listed(unknown)
                            + asked
                            + ": leave them out, or try again once muster ping reaches them");
        }
    }

    /** A nonce is of one boot as well. */
    private static List<Target> unknown(List<Target> targets, boolean challenge) {
        return targets.stream()
                .filter(target -> target.boot().isEmpty())
                .filter(target -> !challenge || target.nonce().isEmpty())
                .toList();
    }

    private static Target with(Target target, Map<NodeId, String> boots) {
        return new Target(
                target.id(),
                target.name(),
                target.presence(),
                target.boot().or(() -> Optional.ofNullable(boots.get(target.id()))),
                target.nonce());
    }

    private void ask(List<Target> targets, Map<NodeId, String> boots) throws InterruptedException {
        var ids = targets.stream().map(Target::id).toList();
        var asked =
                caller.sign(
                        new Question(
                                BuiltIn.NODE_PING.name(),
                                BuiltIn.NODE_PING.actionClass(),
                                Fields.EMPTY,
                                Filter.EVERYTHING,
                                Optional.of(ids),
                                Map.of(),
                                false,
                                TTL));
        try (var replies = caller.listen(Map.of(asked, Role.NODE))) {
            caller.send(asked, ids.stream().<Destination>map(Destination.Node::new).toList());
            collect(replies, ids, boots);
        }
    }

    private void collect(Replies replies, List<NodeId> ids, Map<NodeId, String> boots)
            throws InterruptedException {
        var missing = new HashSet<>(ids);
        var last = caller.ticks();
        while (!missing.isEmpty()) {
            var received = replies.next(limit.minusNanos(caller.ticks() - last));
            if (received.isEmpty()) {
                return;
            }
            Reply reply = received.get().reply();
            // Somebody who repeats himself must not keep us waiting.
            if (missing.remove(reply.sender().nodeId())) {
                boots.put(reply.sender().nodeId(), reply.boot());
                last = caller.ticks();
            }
        }
    }

    private static String listed(List<Target> targets) {
        var some =
                targets.stream()
                        .limit(NAMED)
                        .map(t -> Escape.line(t.name()) + " (" + t.id() + ")")
                        .toList();
        var text = String.join(", ", some);
        return targets.size() > NAMED ? text + " and " + (targets.size() - NAMED) + " more" : text;
    }
}
