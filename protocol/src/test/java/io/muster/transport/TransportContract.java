package io.muster.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.muster.message.Bytes;
import io.muster.message.Collective;
import io.muster.message.Identity;
import io.muster.message.NodeId;
import io.muster.message.ReplyAddress;
import io.muster.message.Role;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** What every {@link Transport} promises. Each test uses destinations of its own. */
public abstract class TransportContract {
    protected static final String FLEET = "test";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final List<Transport> opened = new ArrayList<>();
    private final String token =
            HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong(), 12);
    private final Identity alice = new Identity(FLEET, Role.OPERATOR, "alice-" + token);
    private final Identity hub = new Identity(FLEET, Role.HUB, "hub");
    private final NodeId id = new NodeId("n-" + token);
    private final Identity node = Identity.node(FLEET, id);
    private final Destination queue = new Destination.Node(id);
    private final Destination replies = new Destination.Replies(ReplyAddress.of(alice, "0"));
    private final Destination broadcast = new Destination.Requests(new Collective("c" + token));

    /** A connected transport of somebody on the one bus of this test class. */
    protected abstract Transport open(Identity who);

    @AfterEach
    void closeAll() {
        opened.forEach(Transport::close);
    }

    private Transport connect(Identity who) {
        var transport = open(who);
        opened.add(transport);
        return transport;
    }

    @Test
    void queueKeepsAMessageUntilItsSubscriberComes() {
        connect(alice).publishConfirmed(queue, Bytes.utf8("early"), soon(), PATIENCE);

        var got = new Inbox(connect(node), queue);

        got.awaits("early");
    }

    @Test
    void everySubscriberOfABroadcastGetsEachMessageOnce() {
        var inboxes =
                IntStream.range(0, 3)
                        .mapToObj(i -> Identity.node(FLEET, new NodeId("n-" + i + token)))
                        .map(who -> new Inbox(connect(who), broadcast))
                        .toList();
        var sender = connect(alice);

        sender.publish(broadcast, Bytes.utf8("one"), soon());
        sender.publish(broadcast, Bytes.utf8("two"), soon());

        inboxes.forEach(inbox -> inbox.awaits("one", "two"));
    }

    @Test
    void broadcastIsNotKeptForThoseWhoComeLater() {
        var sender = connect(alice);
        var early = new Inbox(connect(node), broadcast);
        sender.publish(broadcast, Bytes.utf8("missed"), soon());
        early.awaits("missed");

        var late = new Inbox(connect(other()), broadcast);
        sender.publish(broadcast, Bytes.utf8("seen"), soon());

        late.awaits("seen");
    }

    @Test
    void expiredMessageIsDroppedInsteadOfDelivered() {
        var sender = connect(alice);
        var expires = Instant.now().plusMillis(300);
        sender.publishConfirmed(queue, Bytes.utf8("stale"), expires, PATIENCE);
        sender.publish(queue, Bytes.utf8("over already"), Instant.now().minusSeconds(1));
        sender.publishConfirmed(queue, Bytes.utf8("fresh"), soon(), PATIENCE);
        await().until(() -> Instant.now().isAfter(expires.plusMillis(50)));

        var got = new Inbox(connect(node), queue);

        got.awaits("fresh");
    }

    @Test
    void eachMessageOfAQueueGoesToOneSubscriber() {
        var announcements = new Destination.Announcements();
        var got = new Inbox(connect(hub), announcements);
        got.listen(connect(hub), announcements);
        var sender = connect(node);
        var expected = texts(200);

        expected.forEach(t -> sender.publish(announcements, Bytes.utf8(t), soon()));

        got.awaitsInAnyOrder(expected);
    }

    @Test
    void receiverThatThrowsGetsTheMessageAgain() {
        throwsOnce(connect(node), connect(alice), queue);
        throwsOnce(connect(alice), connect(node), replies);
    }

    private static void throwsOnce(
            Transport subscriber, Transport publisher, Destination destination) {
        var calls = new AtomicInteger();
        var taken = new ConcurrentLinkedQueue<Bytes>();
        subscriber.subscribe(
                destination,
                body -> {
                    if (calls.incrementAndGet() == 2) {
                        throw new IllegalStateException("this attempt fails");
                    }
                    taken.add(body);
                });

        publisher.publish(destination, Bytes.utf8("easy"), soon());
        publisher.publish(destination, Bytes.utf8("stubborn"), soon());
        publisher.publish(destination, Bytes.utf8("next"), soon());

        await().atMost(PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(taken)
                                        .containsExactlyInAnyOrder(
                                                Bytes.utf8("easy"),
                                                Bytes.utf8("stubborn"),
                                                Bytes.utf8("next")));
        assertThat(calls).hasValue(4);
    }

    @Test
    void whatAClosedSubscriberDidNotFinishGoesToTheNext() throws Exception {
        var started = new CountDownLatch(1);
        var mayFail = new CountDownLatch(1);
        var first = connect(node);
        first.subscribe(
                queue,
                body -> {
                    started.countDown();
                    awaitQuietly(mayFail);
                    throw new IllegalStateException("not finished");
                });
        connect(alice).publish(queue, Bytes.utf8("work"), soon());
        started.await();

        var closing = Thread.ofVirtual().start(first::close);
        mayFail.countDown();
        closing.join();

        new Inbox(connect(node), queue).awaits("work");
    }

    @Test
    void confirmedMessageHasBeenTakenByTheBus() {
        var sender = connect(alice);
        sender.publishConfirmed(queue, Bytes.utf8("kept"), soon(), PATIENCE);
        sender.close();

        new Inbox(connect(node), queue).awaits("kept");
    }

    @Test
    void messageThatIsTooLargeIsRefusedAtOnce() {
        var sender = connect(alice);
        var got = new Inbox(connect(node), queue);
        var largest = Bytes.wrap(new byte[Transport.MAX_BODY]);
        var larger = Bytes.wrap(new byte[Transport.MAX_BODY + 1]);

        assertThatThrownBy(() -> sender.publish(queue, larger, soon()))
                .isInstanceOf(TransportException.class)
                .hasMessage("too large for the bus: 524289 bytes, at most 524288 are taken");
        assertThatThrownBy(() -> sender.publishConfirmed(queue, larger, soon(), PATIENCE))
                .isInstanceOf(TransportException.class);
        sender.publish(queue, largest, soon());

        got.awaits(largest);
    }

    @Test
    void anyBytesArriveUntouched() {
        var got = new Inbox(connect(node), queue);
        var sender = connect(alice);
        var every = new byte[256];
        for (var i = 0; i < every.length; i++) {
            every[i] = (byte) i;
        }
        var random = new byte[100_000];
        ThreadLocalRandom.current().nextBytes(random);
        var bodies =
                List.of(Bytes.wrap(every), Bytes.wrap(new byte[0]), Bytes.wrap(random))
                        .toArray(Bytes[]::new);

        for (var body : bodies) {
            sender.publish(queue, body, soon());
        }

        got.awaits(bodies);
    }

    @Test
    void closedSubscriptionGetsNothingMore() {
        var sender = connect(alice);
        var receiver = connect(node);
        var first = new Inbox(receiver, queue);
        sender.publish(queue, Bytes.utf8("before"), soon());
        first.awaits("before");

        first.close();
        sender.publishConfirmed(queue, Bytes.utf8("after"), soon(), PATIENCE);

        new Inbox(receiver, queue).awaits("after");
        first.awaits("before");
    }

    @Test
    void closeIsIdempotentAndFinal() {
        var transport = connect(alice);
        transport.close();

        assertThatCode(transport::close).doesNotThrowAnyException();
        assertThatThrownBy(() -> transport.publish(queue, Bytes.utf8("late"), soon()))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("closed");
        assertThatThrownBy(() -> transport.subscribe(queue, body -> {}))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void manyMayPublishAtOnceOnOneTransport() {
        var got = new Inbox(connect(node), queue);
        var sender = connect(alice);
        var expected = texts(400);

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            expected.forEach(
                    t -> threads.execute(() -> sender.publish(queue, Bytes.utf8(t), soon())));
        }

        got.awaitsInAnyOrder(expected);
    }

    @Test
    void orderOfOnePublisherIsKept() {
        var got = new Inbox(connect(alice), replies);
        var sender = connect(node);
        var expected = texts(500);

        expected.forEach(t -> sender.publish(replies, Bytes.utf8(t), soon()));

        got.awaits(expected.toArray(String[]::new));
    }

    @Test
    void receiverMayPublish() {
        var asker = connect(alice);
        var got = new Inbox(asker, replies);
        var answerer = connect(node);
        answerer.subscribe(queue, body -> answerer.publish(replies, body, soon()));

        asker.publish(queue, Bytes.utf8("echo"), soon());

        got.awaits("echo");
    }

    @Test
    void destinationsAreSeparate() {
        var receiver = connect(node);
        var own = new Inbox(receiver, queue);
        var all = new Inbox(receiver, broadcast);
        var sender = connect(alice);

        sender.publish(broadcast, Bytes.utf8("to all"), soon());
        sender.publish(queue, Bytes.utf8("to one"), soon());

        own.awaits("to one");
        all.awaits("to all");
    }

    private Identity other() {
        return Identity.node(FLEET, new NodeId("other-" + token));
    }

    private static Instant soon() {
        return Instant.now().plusSeconds(60);
    }

    private static List<String> texts(int count) {
        return IntStream.range(0, count).mapToObj(i -> "message " + i).toList();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What one or more subscriptions got, in order. */
    private static final class Inbox {
        private final Queue<Bytes> taken = new ConcurrentLinkedQueue<>();
        private final List<Transport.Subscription> subscriptions = new ArrayList<>();

        Inbox(Transport transport, Destination destination) {
            listen(transport, destination);
        }

        void listen(Transport transport, Destination destination) {
            subscriptions.add(transport.subscribe(destination, taken::add));
        }

        void close() {
            subscriptions.forEach(Transport.Subscription::close);
        }

        void awaits(String... texts) {
            awaits(List.of(texts).stream().map(Bytes::utf8).toArray(Bytes[]::new));
        }

        void awaits(Bytes... bodies) {
            await().atMost(PATIENCE).until(() -> taken.size() >= bodies.length);
            assertThat(taken).containsExactly(bodies);
        }

        void awaitsInAnyOrder(List<String> texts) {
            await().atMost(PATIENCE).until(() -> taken.size() >= texts.size());
            assertThat(taken)
                    .containsExactlyInAnyOrderElementsOf(texts.stream().map(Bytes::utf8).toList());
        }
    }
}
