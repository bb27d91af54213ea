package io.muster.hub.presence;

import static org.awaitility.Awaitility.await;

import io.muster.action.ActionClass;
import io.muster.filter.Filter;
import io.muster.hub.audit.Checkpoints;
import io.muster.message.Bytes;
import io.muster.message.Collective;
import io.muster.message.ListNumbers;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Reply;
import io.muster.message.Reply.Answer;
import io.muster.message.ReplyAddress;
import io.muster.message.Request;
import io.muster.message.RequestId;
import io.muster.message.Role;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;
import io.muster.security.Credentials;
import io.muster.security.PayloadType;
import io.muster.security.TestFleet;
import io.muster.security.Verification.Trusted;
import io.muster.security.Verifier;
import io.muster.threads.Threads;
import io.muster.transport.Destination;
import io.muster.transport.Transport;
import io.muster.transport.memory.InMemoryBus;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** A hub in memory, and Alice, who asks it. */
abstract class HubQuestions {
    static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    static final TestFleet FLEET = new TestFleet("test", NOON);
    static final Credentials ALICE = FLEET.operator("alice");
    static final ReplyAddress INBOX = ReplyAddress.of(ALICE.identity(), "01");
    final Verifier verifier = new Verifier(FLEET.trust(), () -> NOON);
    final Presence presence = new Presence(PresenceTimes.DEFAULT, 20_000);
    final InMemoryBus bus = new InMemoryBus(() -> NOON, t -> Thread.ofVirtual().start(t));
    final Transport hub = bus.open();
    final Transport operator = bus.open();
    volatile Optional<String> trouble = Optional.empty();
    final List<Reply> inbox = new CopyOnWriteArrayList<>();

    @BeforeEach
    void subscribe() {
        var service =
                new HubService(
                        verifier,
                        FLEET.hub().signer(),
                        hub,
                        presence,
                        new Checkpoints(Path.of("target", "no-checkpoints")),
                        new HubService.Self("hub.example.org", "boot-hub"),
                        () -> ListNumbers.NONE,
                        Map.of(),
                        () -> trouble,
                        () -> NOON,
                        Threads.REAL);
        hub.subscribe(new Destination.Hub(), service);
        operator.subscribe(new Destination.Replies(INBOX), this::take);
    }

    @AfterEach
    void close() {
        hub.close();
        operator.close();
    }

    void take(Bytes body) {
        if (verifier.verify(body, PayloadType.REPLY, Set.of(Role.HUB)) instanceof Trusted trusted) {
            inbox.add(Reply.decode(trusted.payload()));
        }
    }

    static Request question(Fields arguments, Filter filter) {
        return new Request(
                RequestId.random(new SecureRandom()),
                "test",
                Collective.MAIN,
                ALICE.identity(),
                HubService.PRESENCE,
                arguments,
                filter,
                Optional.empty(),
                INBOX,
                NOON,
                NOON.plusSeconds(60),
                ActionClass.READ,
                false,
                Map.of(),
                List.of());
    }

    static Bytes signed(Request request) {
        return ALICE.signer().sign(PayloadType.REQUEST, request.encode());
    }

    Outcome ask(Request request) {
        send(signed(request));
        await().until(() -> finalOf(request.id()).isPresent());
        return finalOf(request.id()).orElseThrow();
    }

    void send(Bytes body) {
        operator.publish(new Destination.Hub(), body, NOON.plusSeconds(60));
    }

    Optional<Outcome> finalOf(RequestId id) {
        return inbox.stream()
                .filter(reply -> reply.request().equals(id))
                .flatMap(
                        reply ->
                                reply.answer() instanceof Answer.Final(Outcome outcome)
                                        ? Optional.of(outcome).stream()
                                        : Optional.<Outcome>empty().stream())
                .findFirst();
    }

    List<Fields> rows(RequestId id) {
        return inbox.stream()
                .filter(reply -> reply.request().equals(id))
                .flatMap(
                        reply ->
                                reply.answer() instanceof Answer.Part(Fields data)
                                        ? data.member("nodes").stream()
                                        : Optional.<Value>empty().stream())
                .flatMap(
                        nodes ->
                                nodes instanceof Items(var items)
                                        ? items.stream()
                                        : List.<Value>of().stream())
                .map(Fields.class::cast)
                .toList();
    }

    void node(String id, Instant heard, Fields facts) {
        presence.hear(Said.up(id, 1, heard).facts(facts).announcement(), heard);
    }

    void threeNodes() {
        node("web01", NOON, Fields.EMPTY.with("role", "web").with("cores", 4));
        node("web02", NOON.minusSeconds(130), Fields.EMPTY.with("role", "web"));
        node("db01", NOON.minusSeconds(600), Fields.EMPTY.with("role", "db"));
        presence.expect(new NodeId("new01"), "new01.example.org", NOON);
    }
}
