package io.muster.hub.presence;

import io.muster.filter.FactPath;
import io.muster.hub.presence.PresenceQuestion.Column;
import io.muster.message.ActionName;
import io.muster.message.Announcement;
import io.muster.message.Bytes;
import io.muster.message.Collective;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Reply.Answer;
import io.muster.message.Request;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;
import io.muster.message.Value.Nothing;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Makes the answer to one {@code hub.presence}: parts that every reader can hold, then the final
 * one with the counts.
 */
final class PresenceAnswer {
    /** The most nodes in one part. */
    static final int MAX_NODES = 1_000;

    /** Well below what {@link io.muster.message.Json} reads, for the reply around it. */
    private static final long MAX_BYTES = 200 * 1024;

    private static final long MAX_TOKENS = 18_000;
    private static final int MAX_DEPTH = 10;

    private final PresenceTimes times;
    private final Request request;
    private final PresenceQuestion question;
    private final Instant now;
    private final Function<NodeId, Optional<Bytes>> certificates;
    private final Optional<String> trouble;
    private final Consumer<Answer> out;

    private final Map<String, Value> states = new TreeMap<>();
    private List<Value> rows = new ArrayList<>();
    private Extent filled = new Extent(0, 0, 0);
    private int known;
    private int matched;
    private int withoutFacts;
    private int withoutFact;
    private int parts;

    /**
     * Prepares an answer.
     *
     * @param certificates of the nodes, in DER
     * @param trouble why the registry cannot be used, if so
     * @param out takes the parts, in order
     */
    PresenceAnswer(
            PresenceTimes times,
            Request request,
            PresenceQuestion question,
            Instant now,
            Function<NodeId, Optional<Bytes>> certificates,
            Optional<String> trouble,
            Consumer<Answer> out) {
        this.times = times;
        this.request = request;
        this.question = question;
        this.now = now;
        this.certificates = certificates;
        this.trouble = trouble;
        this.out = out;
    }

    /** Looks at every node and hands out the parts and the final answer. */
    void answer(Iterable<Sighting> sightings) {
        for (var sighting : sightings) {
            if (concerns(sighting)) {
                consider(sighting);
            }
        }
        if (!rows.isEmpty()) {
            part();
        }
        var data =
                Fields.EMPTY
                        .with("known", known)
                        .with("matched", matched)
                        .with("parts", parts)
                        .with("states", new Fields(states))
                        .with("withoutFacts", withoutFacts);
        if (question.fact().isPresent()) {
            data = data.with("withoutFact", withoutFact);
        }
        var last = data;
        if (trouble.isPresent()) {
            last = data.with("registry", trouble.get());
        }
        out.accept(new Answer.Final(new Outcome.Ok(matched + " nodes of " + known, last)));
    }

    /** A node that was not heard yet is in the collective that every node is in. */
    private boolean concerns(Sighting sighting) {
        var collectives =
                sighting.last().map(Announcement::collectives).orElse(List.of(Collective.MAIN));
        return collectives.contains(request.collective()) && request.mayConcern(sighting.id());
    }

    private void consider(Sighting sighting) {
        known++;
        withoutFacts += sighting.factsKnown() ? 0 : 1;
        var state = sighting.state(now, times);
        if (!question.states().contains(state) || !request.filter().matches(sighting.subject())) {
            return;
        }
        matched++;
        states.merge(state.word(), Value.of(1), (count, _) -> Value.of(count(count) + 1));
        add(row(sighting, state));
    }

    private static long count(Value value) {
        return value instanceof Value.Whole(long number) ? number : 0;
    }

    private void add(Fields row) {
        var extent = Extent.of(row);
        var full = filled.plus(extent);
        if (rows.size() >= MAX_NODES || full.bytes() > MAX_BYTES || full.tokens() > MAX_TOKENS) {
            if (!rows.isEmpty()) {
                part();
            }
            full = extent;
        }
        rows.add(row);
        filled = full;
    }

    private void part() {
        out.accept(new Answer.Part(Fields.EMPTY.with("nodes", new Items(rows))));
        parts++;
        rows = new ArrayList<>();
        filled = new Extent(0, 0, 0);
    }

    private Fields row(Sighting sighting, NodeState state) {
        var row = new LinkedHashMap<String, Value>();
        row.put("id", Value.of(sighting.id().value()));
        for (var column : question.columns()) {
            column(row, column, sighting, state);
        }
        question.fact().ifPresent(path -> row.put("fact", fact(sighting, path)));
        if (question.details()) {
            row.putAll(details(sighting));
        }
        return new Fields(row);
    }

    /** What is not known of a node that was not heard yet is left out. */
    private void column(Map<String, Value> row, Column column, Sighting sighting, NodeState state) {
        var last = sighting.last();
        switch (column) {
            case NAME -> row.put("name", Value.of(sighting.subject().name()));
            case STATE -> row.put("state", Value.of(state.word()));
            case SINCE -> row.put("since", moment(sighting.since(now, times)));
            case SEEN -> last.ifPresent(_ -> row.put("seen", moment(sighting.heard())));
            case BOOT -> last.ifPresent(a -> row.put("boot", Value.of(a.boot())));
            case INTERVAL ->
                    last.ifPresent(a -> row.put("interval", Value.of(a.interval().toMillis())));
            case VERSION -> last.ifPresent(a -> row.put("version", Value.of(a.version())));
            case COLLECTIVES ->
                    last.ifPresent(
                            a ->
                                    row.put(
                                            "collectives",
                                            Value.texts(
                                                    a.collectives().stream()
                                                            .map(Collective::value)
                                                            .toList())));
            case CERTIFICATE ->
                    certificates
                            .apply(sighting.id())
                            .ifPresent(der -> row.put("certificate", Value.of(der.base64())));
            case OFFSET ->
                    last.ifPresent(_ -> row.put("offset", Value.of(sighting.offset().toMillis())));
            case POLICY ->
                    last.map(a -> a.standing().policy())
                            .filter(number -> number > 0)
                            .ifPresent(number -> row.put("policy", Value.of(number)));
            case NONCE ->
                    last.flatMap(Announcement::nonce)
                            .ifPresent(nonce -> row.put("nonce", Value.of(nonce)));
        }
    }

    private static Value moment(Instant instant) {
        return Value.of(instant.toEpochMilli());
    }

    private Value fact(Sighting sighting, FactPath path) {
        var value = path.in(sighting.subject().facts()).filter(found -> fits(Extent.of(found)));
        withoutFact += value.isPresent() ? 0 : 1;
        return value.orElseGet(Nothing::new);
    }

    /** As much of it as a part can hold: facts go first, for they are what may be large. */
    private static Map<String, Value> details(Sighting sighting) {
        var subject = sighting.subject();
        var classes = Value.texts(List.copyOf(subject.classes()));
        var actions = Value.texts(subject.actions().stream().map(ActionName::value).toList());
        var whole = new LinkedHashMap<String, Value>();
        whole.put("facts", subject.facts());
        whole.put("complete", Value.of(sighting.factsKnown()));
        whole.put("classes", classes);
        whole.put("actions", actions);
        if (fits(Extent.of(new Fields(whole)))) {
            return whole;
        }
        whole.put("facts", Fields.EMPTY);
        whole.put("complete", Value.of(false));
        if (!fits(Extent.of(new Fields(whole)))) {
            whole.put("classes", Value.texts(List.of()));
            whole.put("actions", Value.texts(List.of()));
        }
        return whole;
    }

    /** A fact and the details leave a fifth of a part for the columns. */
    private static boolean fits(Extent extent) {
        return extent.bytes() <= MAX_BYTES * 2 / 5
                && extent.tokens() <= MAX_TOKENS * 2 / 5
                && extent.depth() <= MAX_DEPTH;
    }
}
