package io.muster.hub.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.action.ActionClass;
import io.muster.filter.Filter;
import io.muster.message.ActionName;
import io.muster.message.Announcement;
import io.muster.message.Announcement.Kind;
import io.muster.message.Bounds;
import io.muster.message.Bytes;
import io.muster.message.Collective;
import io.muster.message.ListNumbers;
import io.muster.message.MalformedException;
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
import io.muster.security.PayloadType;
import io.muster.security.TestFleet;
import io.muster.security.Verifier;
import io.muster.transport.Destination;
import io.muster.transport.Transport;
import io.muster.transport.memory.InMemoryBus;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;

/** What waits for nodes that are away, from the question to the node's own queue. */
class QueueTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final TestFleet FLEET = new TestFleet("test", NOON);
    private static final Credentials ALICE = FLEET.operator("alice");
    private static final Credentials BOB = FLEET.operator("bob");
    private static final NodeId WEB = new NodeId("web01");

    @TempDir private Path temporary;
    private Instant now = NOON;
    private int ids;
    private final InMemoryBus bus = new InMemoryBus(() -> now, Runnable::run);
    private final Transport hub = bus.open();
    private final Transport nodes = bus.open();
    private final List<Bytes> received = new ArrayList<>();
    private RequestQueue queue;
    private Delivery delivery;

    @AfterEach
    void close() {
        hub.close();
        nodes.close();
    }

    /** A hub that begins with what is on the disk. */
    @BeforeEach
    void start() {
        start(Duration.ZERO);
    }

    private void start(Duration spread) {
        queue = new RequestQueue(temporary.resolve("queue"), () -> now);
        delivery = new Delivery(queue, hub, _ -> true, spread, () -> now, new Random(1));
    }

    private void listen(String node) {
        nodes.subscribe(new Destination.Node(new NodeId(node)), received::add);
    }

    private Request request(Credentials sender, String node, Duration ttl, Manner manner) {
        return new Request(
                new RequestId("%032x".formatted(++ids)),
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

    private Request waiting(Credentials sender, String node) {
        return request(sender, node, Duration.ofDays(1), Manner.QUEUED);
    }

    private static Bytes signed(Request request, Credentials by) {
        return by.signer().sign(PayloadType.REQUEST, request.encode());
    }

    private List<QueueEntry> ask(Credentials who, ActionName action, Fields arguments) {
        var question =
                new Request(
                        new RequestId("%032x".formatted(++ids)),
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
        var told = new ArrayList<QueueEntry>();
        Objects.requireNonNull(
                        new QueueAnswers(queue, new Verifier(FLEET.trust(), () -> now), () -> now)
                                .questions()
                                .get(action))
                .answer(
                        question,
                        answer -> {
                            if (answer instanceof Answer.Part(Fields part)
                                    && part.member("requests").orElseThrow()
                                            instanceof Items(var rows)) {
                                rows.forEach(row -> told.add(QueueEntry.of((Fields) row)));
                            }
                        });
        return told;
    }

    private void put(Credentials who, Bytes... envelopes) {
        var texts = List.of(envelopes).stream().map(Bytes::base64).toList();
        ask(who, QueueAnswers.PUT, Fields.EMPTY.with("requests", Value.texts(texts)));
    }

    private Request left(Credentials who, String node) {
        var request = waiting(who, node);
        put(who, signed(request, who));
        return request;
    }

    private List<QueueEntry> withdraw(Credentials who, Request request) {
        var ids = Value.texts(List.of(request.id().value()));
        return ask(who, QueueAnswers.WITHDRAW, Fields.EMPTY.with("requests", ids));
    }

    private List<QueueEntry> listed() {
        return ask(BOB, QueueAnswers.QUEUED, Fields.EMPTY);
    }

    private QueueState state(Request request) {
        return listed().stream()
                .filter(entry -> entry.id().equals(request.id()))
                .map(QueueEntry::state)
                .findFirst()
                .orElseThrow();
    }

    private void says(Kind kind, String node, String boot) {
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

    private void comes(String node) {
        says(Kind.UP, node, "boot-1");
        delivery.deliver();
    }

    private List<RequestId> got() {
        return received.stream()
                .map(body -> io.muster.security.Envelope.decode(body).payload())
                .map(payload -> Request.decode(payload).id())
                .toList();
    }

    @Test
    void whatWaitsIsOnTheDiskAndHandedOutInOrderOnceTheNodeIsThere() {
        listen("web01");
        start();
        var first = left(ALICE, "web01");
        var second = left(BOB, "web01");
        left(ALICE, "web02");
        start();
        assertThat(received).isEmpty();
        comes("web01");
        assertThat(got()).containsExactly(first.id(), second.id());
        assertThat(received.getFirst()).isEqualTo(signed(first, ALICE));
        assertThat(state(first)).isEqualTo(QueueState.HANDED);
        assertThat(listed()).hasSize(3);
    }

    @Test
    void whatMayHaveBeenLostIsHandedOutAgainEverMoreSeldom() {
        listen("web01");
        start();
        left(ALICE, "web01");
        comes("web01");
        comes("web01");
        assertThat(received).hasSize(1);
        for (int minute = 0; minute < 600; minute++) {
            now = now.plusSeconds(60);
            comes("web01");
        }
        assertThat(received).hasSizeBetween(10, 25);
        var before = received.size();
        says(Kind.UP, "web01", "boot-2");
        delivery.deliver();
        assertThat(received).hasSize(before + 1);
    }

    @Test
    void nodesThatComeBackAtOnceAreNotHandedItAtOnce() {
        start(Duration.ofMinutes(10));
        for (int i = 0; i < 50; i++) {
            listen("n" + i);
            left(ALICE, "n" + i);
            comes("n" + i);
        }
        var first = received.size();
        now = now.plus(Duration.ofMinutes(5));
        delivery.deliver();
        var half = received.size();
        now = now.plus(Duration.ofMinutes(5));
        delivery.deliver();
        assertThat(first).isLessThan(5);
        assertThat(half).isBetween(10, 40);
        assertThat(received).hasSize(50);
    }

    @Test
    void whoLeavesBeforeItsTurnIsHandedNothing() {
        listen("web01");
        start(Duration.ofMinutes(10));
        var request = left(ALICE, "web01");
        comes("web01");
        says(Kind.LEAVING, "web01", "boot-1");
        now = now.plus(Duration.ofMinutes(10));
        delivery.deliver();
        assertThat(received).isEmpty();
        assertThat(state(request)).isEqualTo(QueueState.WAITING);
    }

    @Test
    void whatExpiresIsDroppedAndTold() {
        listen("web01");
        start();
        var request = left(ALICE, "web01");
        now = now.plus(Duration.ofDays(1));
        comes("web01");
        assertThat(received).isEmpty();
        assertThat(state(request)).isEqualTo(QueueState.EXPIRED);
        now = now.plus(RequestQueue.TOLD).plusSeconds(1);
        queue.tidy();
        assertThat(listed()).isEmpty();
        start();
        assertThat(listed()).isEmpty();
    }

    @Test
    void whatIsTakenBackIsNotHandedOutAlsoAfterARestart() {
        listen("web01");
        start();
        var request = left(ALICE, "web01");
        assertThat(withdraw(ALICE, request).getFirst().state()).isEqualTo(QueueState.WITHDRAWN);
        start();
        comes("web01");
        assertThat(received).isEmpty();
        assertThat(state(request)).isEqualTo(QueueState.WITHDRAWN);
        assertThatThrownBy(() -> put(ALICE, signed(request, ALICE)))
                .hasMessageContaining("withdrawn");
    }

    @Test
    void whatWasHandedOutIsNeverCalledWithdrawn() {
        listen("web01");
        start();
        var request = left(ALICE, "web01");
        comes("web01");
        start();
        assertThat(withdraw(ALICE, request).getFirst().state()).isEqualTo(QueueState.HANDED);
        now = now.plus(Duration.ofHours(2));
        comes("web01");
        assertThat(received).hasSize(1);
    }

    @Test
    void nobodyTakesBackOrSeesIntoWhatIsAnothers() {
        start();
        var request = left(ALICE, "web01");
        assertThat(withdraw(BOB, request)).isEmpty();
        assertThat(state(request)).isEqualTo(QueueState.WAITING);
        assertThat(listed().getFirst().toValue().toString()).doesNotContain("not-for-all");
        var own = Fields.EMPTY.with("own", true);
        assertThat(ask(BOB, QueueAnswers.QUEUED, own)).isEmpty();
        assertThat(ask(ALICE, QueueAnswers.QUEUED, own)).hasSize(1);
    }

    @Test
    void onlyWhatItsSenderSignedToWaitIsTaken() {
        start();
        var foreign = waiting(ALICE, "web01");
        for (var bad :
                List.of(
                        signed(foreign, ALICE),
                        signed(foreign, BOB),
                        signed(waiting(BOB, "web01"), FLEET.node("web01")),
                        signed(request(BOB, "web01", Duration.ofMinutes(5), Manner.PLAIN), BOB),
                        signed(request(BOB, "web01", Duration.ofDays(8), Manner.QUEUED), BOB),
                        Bytes.utf8("{}"))) {
            assertThatThrownBy(() -> put(BOB, signed(waiting(BOB, "web02"), BOB), bad))
                    .isInstanceOf(MalformedException.class);
        }
        var late = waiting(BOB, "web01");
        now = now.plus(Duration.ofDays(2));
        assertThatThrownBy(() -> put(BOB, signed(late, BOB))).hasMessageContaining("expired");
        assertThat(listed()).isEmpty();
    }

    @Test
    void theSameTwiceWaitsOnce() {
        start();
        var request = left(ALICE, "web01");
        put(ALICE, signed(request, ALICE));
        assertThat(listed()).hasSize(1);
    }

    @Test
    void thereIsRoomForSoManyAndNoMore() {
        start();
        for (int i = 0; i < RequestQueue.MOST_FOR_ONE; i++) {
            left(i % 2 == 0 ? ALICE : BOB, "web01");
        }
        assertThatThrownBy(() -> left(BOB, "web01")).hasMessageContaining("for one node");
        left(BOB, "web02");
        assertThat(listed()).hasSize(RequestQueue.MOST_FOR_ONE + 1);
    }

    @Test
    void theNextHolderOfAnIdFindsNothing() {
        listen("web01");
        start();
        left(ALICE, "web01");
        var other = left(ALICE, "web02");
        queue.purge(WEB);
        start();
        comes("web01");
        assertThat(received).isEmpty();
        assertThat(listed()).extracting(QueueEntry::id).containsExactly(other.id());
    }

    @Test
    void aTornFileIsLeftAloneAndKeepsNothingElseBack() throws IOException {
        listen("web01");
        start();
        var torn = left(ALICE, "web01");
        var whole = left(ALICE, "web01");
        try (var files = Files.list(temporary.resolve("queue"))) {
            var file = files.filter(f -> f.toString().endsWith(torn.id().value())).findFirst();
            var content = Files.readAllBytes(file.orElseThrow());
            Files.write(file.get(), java.util.Arrays.copyOf(content, content.length / 2));
        }
        Files.writeString(temporary.resolve("queue").resolve(".half.tmp"), "{");
        start();
        comes("web01");
        assertThat(got()).containsExactly(whole.id());
    }

    @Test
    void nobodyIsToldThatItWaitsIfItCannotBeWrittenDown() throws IOException {
        start();
        Files.writeString(temporary.resolve("queue"), "in the way");
        assertThatThrownBy(() -> left(ALICE, "web01")).isInstanceOf(QueueException.class);
        assertThat(listed()).isEmpty();
    }
}
