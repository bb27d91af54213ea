package io.muster.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.muster.message.Bytes;
import io.muster.message.Collective;
import io.muster.message.NodeId;
import io.muster.message.ReplyAddress;
import io.muster.security.Credentials;
import io.muster.security.TestFleet;
import io.muster.transport.Destination;
import io.muster.transport.TransportException;

import jakarta.jms.Session;

import org.apache.activemq.command.ActiveMQBytesMessage;
import org.apache.activemq.command.ConnectionId;
import org.apache.activemq.command.MessageId;
import org.apache.activemq.command.ProducerInfo;
import org.apache.activemq.command.SessionId;
import org.apache.activemq.command.SessionInfo;
import org.apache.activemq.util.ByteSequence;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** Those who may, and do too much of it; and those who stop reading. */
class PressureTest {
    private static final Destination REQUESTS = new Destination.Requests(Collective.MAIN);
    private static final Destination QUEUE = new Destination.Node(new NodeId("mail"));
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final TestFleet fleet = TestFleet.create();
    private final Credentials alice = fleet.operator("alice");
    private final Credentials mail = fleet.node("mail");
    private final Destination replies =
            new Destination.Replies(ReplyAddress.of(alice.identity(), "0"));
    private final Queue<Bytes> taken = new ConcurrentLinkedQueue<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        end.countDown();
        for (var o : opened.reversed()) {
            o.close();
        }
    }

    @Test
    void fastPublisherIsSlowedDownAndLosesNothing() {
        var rate = new BrokerLimits.Rate(100, Duration.ofSeconds(1), 10);
        var bus = start(config -> config.withLimits(config.limits().withRate(rate)));
        bus.connect(alice).subscribe(replies, taken::add);
        var node = bus.connect(mail);
        var start = Instant.now();

        for (var i = 0; i < 60; i++) {
            node.publish(replies, Bytes.utf8("reply " + i), soon());
        }

        await().atMost(LIMIT).until(() -> taken.size() == 60);
        assertThat(Duration.between(start, Instant.now())).isGreaterThan(Duration.ofMillis(400));
    }

    @Test
    void largeMessagesCountAsSeveral() {
        var rate = new BrokerLimits.Rate(100, Duration.ofSeconds(1), 10);
        var bus = start(config -> config.withLimits(config.limits().withRate(rate)));
        bus.connect(alice).subscribe(replies, taken::add);
        var node = bus.connect(mail);
        var start = Instant.now();

        for (var i = 0; i < 6; i++) {
            node.publish(replies, Bytes.wrap(new byte[40_000]), soon());
        }

        await().atMost(LIMIT).until(() -> taken.size() == 6);
        assertThat(Duration.between(start, Instant.now())).isGreaterThan(Duration.ofMillis(400));
    }

    /** Each of those who get it has to verify it. */
    @Test
    void whoFloodsAllNodesIsSlowedDownTenTimesAsMuch() {
        var rate = new BrokerLimits.Rate(20, Duration.ofSeconds(1), 20);
        var bus = start(config -> config.withLimits(config.limits().withRate(rate)));
        var requests = new Destination.Requests(Collective.MAIN);
        bus.connect(mail).subscribe(requests, taken::add);
        var operator = bus.connect(alice);
        var start = Instant.now();

        // An operator's share is five times a node's: ten at once, and ten a second.
        for (var i = 0; i < 16; i++) {
            operator.publish(requests, Bytes.utf8("request " + i), soon());
        }

        await().atMost(LIMIT).until(() -> taken.size() == 16);
        assertThat(Duration.between(start, Instant.now())).isGreaterThan(Duration.ofMillis(400));
    }

    /** Whoever has the name next gets nothing that was meant for the one before. */
    @Test
    void whatWaitsInAnEmptiedQueueIsGoneAndTheNextArrives() {
        var bus = start(UnaryOperator.identity());
        var operator = bus.connect(alice);
        var other = new Destination.Node(new NodeId("web"));
        var others = new ConcurrentLinkedQueue<Bytes>();
        for (var i = 0; i < 3; i++) {
            operator.publishConfirmed(QUEUE, Bytes.utf8("old " + i), soon(), LIMIT);
            operator.publishConfirmed(other, Bytes.utf8("kept " + i), soon(), LIMIT);
        }

        bus.broker().purge(QUEUE);
        bus.broker().purge(new Destination.Node(new NodeId("nobody")));
        operator.publishConfirmed(QUEUE, Bytes.utf8("new"), soon(), LIMIT);

        bus.connect(mail).subscribe(QUEUE, taken::add);
        bus.connect(fleet.node("web")).subscribe(other, others::add);
        await().atMost(LIMIT).until(() -> others.size() == 3 && !taken.isEmpty());
        assertThat(taken).containsExactly(Bytes.utf8("new"));
    }

    @Test
    void fullQueueRefusesMoreAndHurtsNoOther() {
        var bus = start(config -> config.withLimits(config.limits().withQueueMemory(300_000)));
        var operator = bus.connect(alice);
        operator.subscribe(replies, body -> awaitQuietly(end));
        var node = bus.connect(mail);
        var large = Bytes.wrap(new byte[100_000]);

        assertThatThrownBy(
                        () -> {
                            for (var i = 0; i < 1_100; i++) {
                                node.publishConfirmed(replies, large, soon(), LIMIT);
                            }
                        })
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("the queue is full");
        assertThat(bus.broker().refusals()).containsEntry("queue is full", 1L);

        var bob = fleet.operator("bob");
        var bobs = new Destination.Replies(ReplyAddress.of(bob.identity(), "0"));
        bus.connect(bob).subscribe(bobs, taken::add);
        node.publish(bobs, large, soon());
        await().atMost(LIMIT).until(() -> taken.size() == 1);
    }

    @Test
    void nodesThatDoNotReadHoldUpNobody() {
        var bus = start(UnaryOperator.identity());
        for (var i = 0; i < 3; i++) {
            var stuck = bus.connect(fleet.node("stuck-" + i));
            stuck.subscribe(REQUESTS, body -> awaitQuietly(end));
        }
        bus.connect(mail).subscribe(REQUESTS, taken::add);
        var operator = bus.connect(alice);
        var large = Bytes.wrap(new byte[200_000]);

        for (var i = 0; i < 30; i++) {
            operator.publishConfirmed(REQUESTS, large, soon(), LIMIT);
        }

        await().atMost(LIMIT).until(() -> taken.size() == 30);
    }

    @Test
    void receiverThatOftenFailsDoesNotStopTheStream() {
        var bus = start(UnaryOperator.identity());
        var calls = new AtomicInteger();
        bus.connect(alice)
                .subscribe(
                        replies,
                        body -> {
                            if (calls.incrementAndGet() % 400 == 0) {
                                throw new IllegalStateException("now and then");
                            }
                            taken.add(body);
                        });
        var node = bus.connect(mail);

        for (var i = 0; i < 3_000; i++) {
            node.publish(replies, Bytes.utf8("reply " + i), soon());
        }

        await().atMost(LIMIT).until(() -> taken.size() == 3_000);
    }

    @Test
    void queueThatNobodyUsesGoesAway() {
        var bus = start(config -> config.withTimes(times(Duration.ofMillis(300), week())));
        var operator = bus.connect(alice);
        operator.subscribe(replies, taken::add);
        var node = bus.connect(mail);
        node.publishConfirmed(replies, Bytes.utf8("in time"), soon(), LIMIT);
        await().atMost(LIMIT).until(() -> taken.size() == 1);

        operator.close();

        await().atMost(LIMIT).until(() -> !bus.broker().destinations().contains(replies.name()));
        assertThatThrownBy(() -> node.publishConfirmed(replies, Bytes.utf8("late"), soon(), LIMIT))
                .hasMessageContaining("nobody listens");
        node.publish(replies, Bytes.utf8("dropped"), soon());
        node.publishConfirmed(
                new Destination.Announcements(), Bytes.utf8("still here"), soon(), LIMIT);
    }

    @Test
    void nothingStaysForLongerThanItCanBeOfUse() throws Exception {
        var bus = start(UnaryOperator.identity());
        var expires = Instant.now().plus(Duration.ofDays(6));
        var announcements = new Destination.Announcements();
        var node = bus.connect(mail);
        var operator = bus.connect(alice);
        operator.subscribe(replies, body -> {}).close();
        node.publish(announcements, Bytes.utf8("x"), expires);
        node.publish(replies, Bytes.utf8("x"), expires);
        operator.publish(QUEUE, Bytes.utf8("x"), expires);
        node.close();

        assertThat(stay(bus, fleet.hub(), announcements)).isEqualTo(Duration.ofMinutes(5));
        assertThat(stay(bus, alice, replies)).isEqualTo(Duration.ofMinutes(10));
        assertThat(stay(bus, mail, QUEUE)).isEqualTo(Duration.ofMinutes(20));
    }

    /** How long the broker would keep the next message there. */
    private static Duration stay(BrokerFixture bus, Credentials who, Destination destination)
            throws Exception {
        try (var reader = new Intruder(who, bus.broker().port());
                var session = reader.connection().createSession(false, Session.AUTO_ACKNOWLEDGE);
                var consumer = session.createConsumer(Intruder.queue(destination.name()))) {
            var message = consumer.receive(LIMIT.toMillis());
            return Duration.ofMillis(message.getJMSExpiration() - message.getJMSTimestamp());
        }
    }

    @Test
    void lifetimeCountsOnTheBrokersClock() throws Exception {
        var bus = start(UnaryOperator.identity());
        var anHourAgo = System.currentTimeMillis() - 3_600_000;

        raw(bus, anHourAgo, anHourAgo + 60_000);

        bus.connect(mail).subscribe(QUEUE, taken::add);
        await().atMost(LIMIT).until(() -> taken.size() == 1);
    }

    @Test
    void noMessageStaysForever() throws Exception {
        var times = times(Duration.ofMinutes(1), Duration.ofMillis(200));
        var bus = start(config -> config.withTimes(times));
        raw(bus, System.currentTimeMillis(), 0);
        var over = Instant.now().plusMillis(300);
        await().until(() -> Instant.now().isAfter(over));

        bus.connect(mail).subscribe(QUEUE, taken::add);
        bus.connect(alice).publish(QUEUE, Bytes.utf8("fresh"), soon());

        await().atMost(LIMIT).until(() -> !taken.isEmpty());
        assertThat(taken).containsExactly(Bytes.utf8("fresh"));
    }

    /** A message with times of its sender's choice. */
    private void raw(BrokerFixture bus, long sent, long expires) throws Exception {
        var intruder = new Intruder(alice, bus.broker().port());
        opened.add(intruder);
        intruder.open();
        var session = new SessionInfo(new SessionId(new ConnectionId("operator/alice/1"), 1));
        var producer = new ProducerInfo(session, 1);
        assertThat(intruder.say(intruder.bare("operator/alice/1", "operator/alice"))).isEmpty();
        assertThat(intruder.say(session)).isEmpty();
        assertThat(intruder.say(producer)).isEmpty();
        var message = new ActiveMQBytesMessage();
        message.setProducerId(producer.getProducerId());
        message.setMessageId(new MessageId(producer.getProducerId(), 1));
        message.setDestination(Intruder.queue(QUEUE.name()));
        message.setContent(new ByteSequence(new byte[] {1}));
        message.setTimestamp(sent);
        message.setExpiration(expires);
        assertThat(intruder.say(message)).isEmpty();
    }

    private BrokerFixture start(UnaryOperator<BrokerConfig> settings) {
        var bus = new BrokerFixture(fleet, settings);
        opened.add(bus);
        return bus;
    }

    private static BrokerTimes times(Duration queueIdle, Duration longestStay) {
        var usual = BrokerTimes.usual();
        return new BrokerTimes(
                usual.handshake(), usual.inactivity(), queueIdle, usual.recheck(), longestStay);
    }

    private static Duration week() {
        return Duration.ofDays(7);
    }

    private static Instant soon() {
        return Instant.now().plusSeconds(60);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
