package io.muster.hub.queue;

import io.muster.action.ActionClass;
import io.muster.filter.Filter;
import io.muster.message.ActionName;
import io.muster.message.Announcement;
import io.muster.message.Announcement.Kind;
import io.muster.message.Bounds;
import io.muster.message.Bytes;
import io.muster.message.Collective;
import io.muster.message.ListNumbers;
import io.muster.message.Manner;
import io.muster.message.NodeId;
import io.muster.message.Reply.Answer;
import io.muster.message.ReplyAddress;
import io.muster.message.Request;
import io.muster.message.RequestId;
import io.muster.message.SealedArguments;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;
import io.muster.queue.QueueEntry;
import io.muster.queue.QueueState;
import io.muster.security.Credentials;
import io.muster.security.Envelope;
import io.muster.security.PayloadType;
import io.muster.security.TestFleet;
import io.muster.security.Verifier;
import io.muster.transport.Destination;
import io.muster.transport.Transport;
import io.muster.transport.memory.InMemoryBus;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;

/** A hub's queue with its operators and nodes, on a bus in memory; one thread, and a clock. */
final class QueueFixture implements AutoCloseable {
    static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    static final TestFleet FLEET = new TestFleet("test", NOON);
    static final Credentials ALICE = FLEET.operator("alice");
    static final Credentials BOB = FLEET.operator("bob");

    private final Path directory;
    private final InMemoryBus bus = new InMemoryBus(() -> this.now, Runnable::run);
    private final Transport hub = bus.open();
    private final Transport nodes = bus.open();
    private int ids;
    Instant now = NOON;

    /** What came to the nodes that are listened to. */
    final List<Bytes> received = new ArrayList<>();

    RequestQueue queue;
    Delivery delivery;
    private QueueTerms terms;

    /** Begins with what is on the disk. */
    QueueFixture(Path directory) {
        this.directory = directory;
        this.terms = new QueueTerms(Duration.ZERO, QueueTerms.DEFAULT.share(), List.of());
        this.queue = new RequestQueue(directory, terms, () -> now);
        this.delivery = delivery();
    }

    private Delivery delivery() {
        return new Delivery(queue, hub, _ -> true, terms.spread(), () -> now, new Random(1));
    }

    /** A hub that begins anew with what is on the disk. */
    void restart() {
        queue = new RequestQueue(directory, terms, () -> now);
        delivery = delivery();
    }

    /** The same, with other terms. */
    void restart(QueueTerms other) {
        terms = other;
        restart();
    }

    void pass(Duration time) {
        now = now.plus(time);
    }

    void listen(String node) {
        nodes.subscribe(new Destination.Node(new NodeId(node)), received::add);
    }

    /** Unlike all others already in its first digits, as random ones are. */
    private RequestId id() {
        return new RequestId("%08x%024x".formatted(++ids, ids));
    }

    Request request(Credentials sender, String node, Duration ttl, Manner manner) {
        return request(id(), sender, node, ttl, manner);
    }

    Request request(RequestId id, Credentials sender, String node, Duration ttl, Manner manner) {
        return new Request(
                id,
                "test",
                Collective.MAIN,
                sender.identity(),
                new ActionName("puppet.run"),
                Fields.EMPTY.with("environment", "not-for-all"),
                Filter.EVERYTHING,
                Optional.of(List.of(new NodeId(node))),
                ReplyAddress.of(sender.identity(), "1"),
                now,
                now.plus(ttl),
                ActionClass.CHANGE,
                false,
                Map.of(),
                List.of(),
                Map.of(),
                Bounds.NONE,
                ListNumbers.NONE,
                SealedArguments.NONE,
                manner);
    }

    Request waiting(Credentials sender, String node) {
        return request(sender, node, Duration.ofDays(1), Manner.QUEUED);
    }

    static Bytes signed(Request request, Credentials by) {
        return by.signer().sign(PayloadType.REQUEST, request.encode());
    }

    /** All that the hub answers, in lists of that name. */
    List<Fields> ask(Credentials who, ActionName action, Fields arguments, String kind) {
        var question =
                new Request(
                        id(),
                        "test",
                        Collective.MAIN,
                        who.identity(),
                        action,
                        arguments,
                        Filter.EVERYTHING,
                        Optional.empty(),
                        ReplyAddress.of(who.identity(), "1"),
                        now,
                        now.plusSeconds(60),
                        ActionClass.READ,
                        false,
                        Map.of(),
                        List.of());
        var told = new ArrayList<Fields>();
        var verifier = new Verifier(FLEET.trust(), () -> now);
        Objects.requireNonNull(
                        new QueueAnswers(queue, terms, verifier, () -> now).questions().get(action))
                .answer(
                        question,
                        answer -> {
                            if (answer instanceof Answer.Part(Fields part)
                                    && part.member(kind).orElseThrow() instanceof Items(var rows)) {
                                rows.forEach(row -> told.add((Fields) row));
                            }
                        });
        return told;
    }

    private List<QueueEntry> entries(Credentials who, ActionName action, Fields arguments) {
        return ask(who, action, arguments, "requests").stream().map(QueueEntry::of).toList();
    }

    /** What the hub would not keep of these, and why. */
    List<Fields> put(Credentials who, Bytes... envelopes) {
        var texts = List.of(envelopes).stream().map(Bytes::base64).toList();
        var arguments = Fields.EMPTY.with("requests", Value.texts(texts));
        return ask(who, QueueAnswers.PUT, arguments, "refused");
    }

    /** One that waits. */
    Request left(Credentials who, String node) {
        return left(who, node, Duration.ofDays(1));
    }

    Request left(Credentials who, String node, Duration ttl) {
        var request = request(who, node, ttl, Manner.QUEUED);
        if (!put(who, signed(request, who)).isEmpty()) {
            throw new AssertionError("not kept");
        }
        return request;
    }

    List<QueueEntry> withdraw(Credentials who, Request request) {
        var names = Value.texts(List.of(request.id().value()));
        return entries(who, QueueAnswers.WITHDRAW, Fields.EMPTY.with("requests", names));
    }

    List<QueueEntry> withdraw(Credentials who, long place) {
        var names = Value.texts(List.of(Long.toString(place)));
        return entries(who, QueueAnswers.WITHDRAW, Fields.EMPTY.with("places", names));
    }

    List<QueueEntry> listed(Credentials who) {
        return listed(who, Fields.EMPTY);
    }

    List<QueueEntry> listed(Credentials who, Fields arguments) {
        return entries(who, QueueAnswers.QUEUED, arguments);
    }

    /** How far it has come, as everybody is told. */
    QueueState state(Request request) {
        return listed(BOB).stream()
                .filter(entry -> request.id().value().startsWith(entry.request()))
                .filter(entry -> entry.sender().equals(request.sender()))
                .map(QueueEntry::state)
                .findFirst()
                .orElseThrow();
    }

    void says(Kind kind, String node, String boot) {
        delivery.heard(
                new Announcement(
                        FLEET.node(node).identity(),
                        node,
                        List.of(Collective.MAIN),
                        kind,
                        1,
                        now,
                        Duration.ofMinutes(1),
                        boot,
                        "machine",
                        "1",
                        List.of(),
                        List.of(),
                        Optional.empty()));
    }

    /** A node announces itself, and is handed what is due. */
    void comes(String node) {
        comes(node, "boot-1");
    }

    void comes(String node, String boot) {
        says(Kind.UP, node, boot);
        delivery.deliver();
    }

    /** What came, in its order. */
    List<RequestId> got() {
        return received.stream()
                .map(body -> Request.decode(Envelope.decode(body).payload()).id())
                .toList();
    }

    @Override
    public void close() {
        hub.close();
        nodes.close();
    }
}
