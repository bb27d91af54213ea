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

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What operators say to the queue: keep this, tell what waits, take that back. Each leaves and
 * takes back what is its own; all may see that something waits, and nobody what is in it.
 */
public final class QueueAnswers {
    /** Keeps requests. */
    public static final ActionName PUT = new ActionName("hub.queue");

    /** Tells what is kept. */
    public static final ActionName QUEUED = new ActionName("hub.queued");

    /** Takes requests back. */
    public static final ActionName WITHDRAW = new ActionName("hub.withdraw");

    private static final Duration LONGEST = Duration.ofDays(7);
    private static final int AT_ONCE = 100;
    private static final int ROWS = 200;

    private final RequestQueue queue;
    private final Verifier verifier;
    private final InstantSource clock;

    public QueueAnswers(RequestQueue queue, Verifier verifier, InstantSource clock) {
        this.queue = queue;
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
        var envelopes = reader.texts("requests", Bytes::base64);
        reader.done();
        if (envelopes.isEmpty() || envelopes.size() > AT_ONCE) {
            throw new MalformedException("from 1 to " + AT_ONCE + " requests at a time");
        }
        var offers = new ArrayList<Offer>();
        for (var envelope : envelopes) {
            offers.add(new Offer(entry(asker, envelope), envelope));
        }
        if (offers.stream().map(o -> o.entry().id()).distinct().count() < offers.size()) {
            throw new MalformedException("the same request twice");
        }
        queue.put(offers);
        out.accept(done(offers.size() + " requests wait here"));
    }

    private QueueEntry entry(Request asker, Bytes envelope) {
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
        if (!clock.instant().isBefore(request.expires())) {
            throw new MalformedException("expired at " + request.expires());
        }
        if (request.ttl().compareTo(LONGEST) > 0) {
            throw new MalformedException("a request waits here for 7 days at the most");
        }
        return QueueEntry.of(request);
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
        var requests = set(reader.optionalTexts("requests", RequestId::new));
        var states = set(reader.optionalTexts("states", QueueState::parse));
        var own = reader.optionalTruth("own").orElse(false);
        reader.done();
        var told =
                queue.entries().stream()
                        .filter(entry -> named(nodes, entry.node()))
                        .filter(entry -> named(requests, entry.id()))
                        .filter(entry -> named(states, entry.state()))
                        .filter(entry -> !own || entry.sender().equals(asker.sender()))
                        .toList();
        tell(told, out);
    }

    private void withdraw(Request asker, Consumer<Answer> out) {
        var reader = new FieldReader(WITHDRAW.value(), asker.arguments());
        var requests = reader.texts("requests", RequestId::new);
        reader.done();
        if (requests.size() > Request.MAX_TARGETS) {
            throw new MalformedException(Request.MAX_TARGETS + " requests at a time at the most");
        }
        var told = new ArrayList<QueueEntry>();
        for (var id : requests) {
            queue.withdraw(id, asker.sender()).ifPresent(told::add);
        }
        tell(told, out);
    }

    private static <T> boolean named(Optional<Set<T>> some, T one) {
        return some.isEmpty() || some.get().contains(one);
    }

    private static <T> Optional<Set<T>> set(Optional<List<T>> named) {
        return named.map(HashSet::new);
    }

    private static void tell(List<QueueEntry> told, Consumer<Answer> out) {
        for (int from = 0; from < told.size(); from += ROWS) {
            var share = told.subList(from, Math.min(from + ROWS, told.size()));
            var rows = share.stream().<Value>map(QueueEntry::toValue).toList();
            out.accept(new Answer.Part(Fields.EMPTY.with("requests", new Items(rows))));
        }
        out.accept(done(told.size() + " requests"));
    }

    private static Answer done(String message) {
        return new Answer.Final(Outcome.ok(message));
    }
}
