package io.muster.hub.queue;

import io.muster.hub.presence.HubService.Answering;
import io.muster.hub.queue.RequestQueue.Offer;
import io.muster.message.ActionName;
import io.muster.message.Bytes;
import io.muster.message.FieldReader;
import io.muster.message.MalformedException;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Reply.Answer;
import io.muster.message.Request;
import io.muster.message.RequestId;
import io.muster.message.Role;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;
import io.muster.queue.QueueEntry;
import io.muster.queue.QueueState;
import io.muster.security.PayloadType;
import io.muster.security.Verification.Trusted;
import io.muster.security.Verification.Untrusted;
import io.muster.security.Verifier;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What operators say to the queue: keep this, tell what waits, take that back. Each leaves what is
 * its own, and takes that back; those who are named may take back others' as well. All may see that
 * something waits, and nobody what is in it.
 */
public final class QueueAnswers {
    private static final Logger LOG = System.getLogger(QueueAnswers.class.getName());

    /** Keeps requests, or tells whether there is room for some. */
    public static final ActionName PUT = new ActionName("hub.queue");

    /** Tells what is kept. */
    public static final ActionName QUEUED = new ActionName("hub.queued");

    /** Takes requests back. */
    public static final ActionName WITHDRAW = new ActionName("hub.withdraw");

    private static final Duration LONGEST = Duration.ofDays(7);
    private static final int AT_ONCE = 100;
    private static final int ROWS = 200;

    private final RequestQueue queue;
    private final QueueTerms terms;
    private final Verifier verifier;
    private final InstantSource clock;

    public QueueAnswers(
            RequestQueue queue, QueueTerms terms, Verifier verifier, InstantSource clock) {
        this.queue = queue;
        this.terms = terms;
        this.verifier = verifier;
        this.clock = clock;
    }

    /** What it answers. */
    public Map<ActionName, Answering> questions() {
        return Map.of(PUT, this::put, QUEUED, this::list, WITHDRAW, this::withdraw);
    }

    /** What is answered where the queue would be that of one hub among several. */
    public static Map<ActionName, Answering> none() {
        Answering no =
                (_, _) -> {
                    throw new MalformedException(
                            "this hub shares its fleet with others (redis), and keeps nothing for"
                                    + " nodes that are away");
                };
        return Map.of(PUT, no, QUEUED, no, WITHDRAW, no);
    }

    private void put(Request asker, Consumer<Answer> out) {
        var reader = new FieldReader(PUT.value(), asker.arguments());
        var nodes = reader.optionalTexts("nodes", NodeId::new);
        var envelopes = reader.optionalTexts("requests", Bytes::base64).orElse(List.of());
        reader.done();
        if (nodes.isPresent() && envelopes.isEmpty()) {
            full(asker, nodes.get(), out);
            return;
        }
        if (nodes.isPresent() || envelopes.isEmpty() || envelopes.size() > AT_ONCE) {
            throw new MalformedException("from 1 to " + AT_ONCE + " requests at a time");
        }
        var offers = envelopes.stream().map(e -> new Offer(request(asker, e), e)).toList();
        if (offers.stream().map(o -> o.request().id()).distinct().count() < offers.size()) {
            throw new MalformedException("the same request twice");
        }
        var refused = queue.put(offers);
        tell("refused", refused.entrySet(), no -> refusal("request", no.getKey().value(), no), out);
        out.accept(done(offers.size() - refused.size() + " requests wait here"));
    }

    private void full(Request asker, List<NodeId> nodes, Consumer<Answer> out) {
        if (nodes.size() > Request.MAX_TARGETS) {
            throw new MalformedException(Request.MAX_TARGETS + " nodes at a time at the most");
        }
        var full = queue.full(asker.sender(), nodes);
        tell("refused", full.entrySet(), no -> refusal("node", no.getKey().value(), no), out);
        out.accept(done("there is room for " + (nodes.size() - full.size())));
    }

    private static Fields refusal(String kind, String name, Map.Entry<?, String> why) {
        return Fields.EMPTY.with(kind, name).with("why", why.getValue());
    }

    private Request request(Request asker, Bytes envelope) {
        var request =
                switch (verifier.verify(envelope, PayloadType.REQUEST, Set.of(Role.OPERATOR))) {
                    case Untrusted(var flaw, String problem) ->
                            throw new MalformedException(flaw + ": " + problem);
                    case Trusted trusted -> signed(Request.decode(trusted.payload()), trusted);
                };
        if (!request.sender().equals(asker.sender())) {
            throw new MalformedException("only its sender leaves a request here");
        }
        if (!request.fleet().equals(asker.fleet())) {
            throw new MalformedException("of another fleet");
        }
        if (!request.queued()) {
            throw new MalformedException("not made to wait: a request that is says so (queued)");
        }
        if (!clock.instant().isBefore(request.expires())) {
            throw new MalformedException("expired at " + request.expires());
        }
        if (request.ttl().compareTo(LONGEST) > 0) {
            throw new MalformedException("a request waits here for 7 days at the most");
        }
        return request;
    }

    private static Request signed(Request request, Trusted by) {
        if (!request.sender().equals(by.signer())) {
            throw new MalformedException(by.signer().brief() + " signed for another");
        }
        return request;
    }

    private void list(Request asker, Consumer<Answer> out) {
        var reader = new FieldReader(QUEUED.value(), asker.arguments());
        var nodes = set(reader.optionalTexts("nodes", NodeId::new));
        var requests = reader.optionalTexts("requests", RequestId::new);
        var states = set(reader.optionalTexts("states", QueueState::parse));
        var own = reader.optionalTruth("own").orElse(false);
        reader.done();
        var known =
                requests.map(ids -> queue.at(queue.places(ids, asker.sender())))
                        .orElseGet(queue::entries);
        var told =
                known.stream()
                        .filter(entry -> named(nodes, entry.node()))
                        .filter(entry -> named(states, entry.state()))
                        .filter(entry -> !own || entry.sender().equals(asker.sender()))
                        .toList();
        tell(asker, told, out);
    }

    private void withdraw(Request asker, Consumer<Answer> out) {
        var reader = new FieldReader(WITHDRAW.value(), asker.arguments());
        var requests = reader.optionalTexts("requests", RequestId::new).orElse(List.of());
        var named = reader.optionalTexts("places", QueueAnswers::place).orElse(List.of());
        reader.done();
        if (requests.size() + named.size() > Request.MAX_TARGETS) {
            throw new MalformedException(Request.MAX_TARGETS + " requests at a time at the most");
        }
        var places = new ArrayList<>(queue.places(requests, asker.sender()));
        places.addAll(named);
        var others =
                queue.at(places).stream()
                        .filter(entry -> !entry.sender().equals(asker.sender()))
                        .toList();
        if (!others.isEmpty() && !terms.administers(asker.sender())) {
            throw new MalformedException(
                    "what "
                            + others.getFirst().sender().brief()
                            + " left here only those take back whom queue-operators of the hub's"
                            + " settings names");
        }
        var told = queue.withdraw(places);
        others.forEach(entry -> note(asker, entry));
        tell(asker, told, out);
    }

    private static long place(String text) {
        if (!text.matches("[1-9][0-9]{0,17}")) {
            throw new MalformedException("not a place in the queue");
        }
        return Long.parseLong(text);
    }

    /** Whoever takes away what is another's leaves a trace. */
    private static void note(Request asker, QueueEntry entry) {
        LOG.log(
                Level.WARNING,
                () ->
                        "queue: "
                                + asker.sender().brief()
                                + " took back "
                                + entry.brief().request()
                                + ", "
                                + entry.action()
                                + " of "
                                + entry.sender().brief()
                                + " for "
                                + entry.node()
                                + ", which was "
                                + entry.state().word());
    }

    private static <T> boolean named(Optional<Set<T>> some, T one) {
        return some.isEmpty() || some.get().contains(one);
    }

    private static <T> Optional<Set<T>> set(Optional<List<T>> named) {
        return named.map(HashSet::new);
    }

    private static void tell(Request asker, List<QueueEntry> told, Consumer<Answer> out) {
        tell("requests", told, entry -> shown(asker, entry).toValue(), out);
        out.accept(done(told.size() + " requests"));
    }

    private static QueueEntry shown(Request asker, QueueEntry entry) {
        return entry.sender().equals(asker.sender()) ? entry : entry.brief();
    }

    private static <T> void tell(
            String kind, Collection<T> all, Function<T, Fields> form, Consumer<Answer> out) {
        var rows = all.stream().<Value>map(form).toList();
        for (int from = 0; from < rows.size(); from += ROWS) {
            var share = rows.subList(from, Math.min(from + ROWS, rows.size()));
            out.accept(new Answer.Part(Fields.EMPTY.with(kind, new Items(share))));
        }
    }

    private static Answer done(String message) {
        return new Answer.Final(Outcome.ok(message));
    }
}
