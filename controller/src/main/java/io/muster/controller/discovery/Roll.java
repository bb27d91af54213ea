package io.muster.controller.discovery;

import io.muster.action.ActionClass;
import io.muster.controller.ask.Caller;
import io.muster.controller.ask.Question;
import io.muster.filter.Filter;
import io.muster.message.ActionName;
import io.muster.message.FieldReader;
import io.muster.message.Json;
import io.muster.message.MalformedException;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Reply;
import io.muster.message.Request;
import io.muster.message.Role;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.transport.Destination;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The hub's answer to "who matches, and is it here?", as it comes in: parts of up to a thousand
 * nodes and a final reply (docs/wire.md), in any order and perhaps repeated. It is complete when
 * every number up to the final one's is there.
 */
final class Roll {
    private static final ActionName PRESENCE = new ActionName("hub.presence");
    private static final Fields COLUMNS =
            Fields.EMPTY.with("columns", Value.texts(List.of("name", "state", "boot", "nonce")));

    private final List<Target> nodes = new ArrayList<>();
    private final Map<NodeId, String> facts = new HashMap<>();
    private final Set<Integer> taken = new HashSet<>();
    private Optional<Outcome> end = Optional.empty();
    private int parts;

    /** The question that it answers. */
    static Question question(Filter filter, Duration ttl) {
        return question(filter, COLUMNS, Optional.empty(), ttl);
    }

    /** The same about these nodes only. */
    static Question question(Filter filter, List<NodeId> nodes, Duration ttl) {
        return question(filter, COLUMNS, Optional.of(nodes), ttl);
    }

    /** What value of that fact each node has. */
    static Question question(String fact, Duration ttl) {
        var arguments = COLUMNS.with("fact", fact);
        return question(Filter.EVERYTHING, arguments, Optional.empty(), ttl);
    }

    private static Question question(
            Filter filter, Fields arguments, Optional<List<NodeId>> nodes, Duration ttl) {
        return new Question(
                PRESENCE, ActionClass.READ, arguments, filter, nodes, Map.of(), false, ttl);
    }

    /**
     * Asks the hub, and waits for each part of its answer for so long; it is not complete if one
     * did not come.
     *
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    static Roll call(Caller caller, Question question, Patience patience)
            throws InterruptedException {
        var asked = caller.sign(question);
        var roll = new Roll();
        try (var replies = caller.listen(Map.of(asked, Role.HUB))) {
            caller.send(asked, List.of(new Destination.Hub()));
            while (!roll.complete()) {
                var received = replies.next(patience.hub());
                if (received.isEmpty()) {
                    return roll;
                }
                roll.take(received.get().reply());
            }
        }
        return roll;
    }

    /**
     * These nodes, as the hub describes them now, but for those that it does not know; empty if it
     * does not say.
     *
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    static Optional<Map<NodeId, Target>> about(Caller caller, List<NodeId> ids, Patience patience)
            throws InterruptedException {
        var known = new LinkedHashMap<NodeId, Target>();
        for (int from = 0; from < ids.size(); from += Request.MAX_TARGETS) {
            var some = ids.subList(from, Math.min(from + Request.MAX_TARGETS, ids.size()));
            var question = question(Filter.EVERYTHING, some, patience.ttl());
            var now = call(caller, question, patience).nodes();
            if (now.isEmpty()) {
                return Optional.empty();
            }
            now.get().forEach(node -> known.put(node.id(), node));
        }
        return Optional.of(known);
    }

    /** Notes down what the hub said. */
    void take(Reply reply) {
        if (!taken.add(reply.sequence())) {
            return;
        }
        switch (reply.answer()) {
            case Reply.Answer.Part(Fields data) -> partOrProblem(data);
            case Reply.Answer.Accepted _, Reply.Answer.Armed _ -> {}
            case Reply.Answer.Final(Outcome outcome) -> {
                end = end.or(() -> Optional.of(outcome));
                parts = reply.sequence();
            }
        }
    }

    /** Whether the hub has said everything, or that it will not. */
    boolean complete() {
        return problem().isPresent() || (end.isPresent() && taken.size() > parts);
    }

    /** The nodes that match, if the hub has said all of them. */
    Optional<List<Target>> nodes() {
        return problem().isPresent() || !complete() ? Optional.empty() : Optional.of(nodes);
    }

    /** The value of the fact that was asked for, if that node has one. */
    Optional<String> fact(NodeId node) {
        return Optional.ofNullable(facts.get(node));
    }

    /** How many nodes the hub knows no facts of, and so cannot judge. */
    long withoutFacts() {
        return end.map(Outcome::result).flatMap(data -> data.member("withoutFacts")).stream()
                .mapToLong(value -> value instanceof Value.Whole(long number) ? number : 0)
                .sum();
    }

    /** Why the hub cannot use its registry, if so; chosen by the hub, so to be escaped. */
    Optional<String> registry() {
        return end.map(Outcome::result)
                .flatMap(data -> data.member("registry"))
                .flatMap(
                        value ->
                                value instanceof Value.Text(String text)
                                        ? Optional.of(text)
                                        : Optional.empty());
    }

    /** Why it would not say, if so; chosen by the hub, so to be escaped. */
    Optional<String> problem() {
        return end.flatMap(
                outcome ->
                        switch (outcome) {
                            case Outcome.Ok _, Outcome.Changed _ -> Optional.empty();
                            case Outcome.Failed _,
                                    Outcome.Refused _,
                                    Outcome.Expired _,
                                    Outcome.Interrupted _,
                                    Outcome.Cancelled _ ->
                                    Optional.of(outcome.word() + ": " + outcome.message());
                        });
    }

    private void partOrProblem(Fields data) {
        try {
            part(data);
        } catch (MalformedException e) {
            end = Optional.of(Outcome.failed("malformed", e.problem()));
        }
    }

    private void part(Fields data) {
        for (var row : new FieldReader("presence", data).optionalItems("nodes").orElse(List.of())) {
            nodes.add(target(row));
        }
    }

    /** Reads what we need and lets the rest be: a newer hub may say more. */
    private Target target(Value row) {
        if (!(row instanceof Fields fields)) {
            throw new MalformedException("presence: a node that is no object");
        }
        var reader = new FieldReader("presence", fields);
        var id = reader.text("id", NodeId::new);
        reader.optional("fact")
                .filter(value -> !(value instanceof Value.Nothing))
                .ifPresent(
                        value ->
                                facts.put(
                                        id,
                                        value instanceof Value.Text(String text)
                                                ? text
                                                : Json.text(value)));
        return new Target(
                id,
                reader.text("name"),
                reader.text("state", Presence::parse),
                reader.optionalText("boot", text -> text),
                reader.optionalText("nonce", text -> text));
    }
}
