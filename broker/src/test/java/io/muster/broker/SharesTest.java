package io.muster.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.muster.message.Bytes;
import io.muster.message.NodeId;
import io.muster.message.ReplyAddress;
import io.muster.security.Credentials;
import io.muster.security.TestFleet;
import io.muster.transport.Destination;
import io.muster.transport.Transport;
import io.muster.transport.TransportException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;

/** What one identity can take of the broker, whatever it does. */
class SharesTest {
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
    void nodeWhoseMessagesAreNotReadLeavesRoomForOthers() {
        var each = new BrokerLimits.Each(64, 100, 300_000, 10_000_000, BrokerLimits.Rate.USUAL);
        var bus = start(config -> config.withLimits(config.limits().withEach(each)));
        bus.connect(alice)
                .subscribe(
                        replies,
                        body -> {
                            awaitQuietly(end);
                            taken.add(body);
                        });
        var node = bus.connect(mail);
        var web = bus.connect(fleet.node("web"));
        var large = Bytes.wrap(new byte[100_000]);

        assertThat(untilRefused(node, large, "too much of yours waits")).isEqualTo(3);
        web.publishConfirmed(replies, large, soon(), LIMIT);

        end.countDown();
        await().atMost(LIMIT).until(() -> taken.size() == 4);
        await().atMost(LIMIT)
                .ignoreExceptions()
                .until(
                        () -> {
                            node.publishConfirmed(replies, large, soon(), LIMIT);
                            return true;
                        });
    }

    @Test
    void whatWasReadDoesNotCountAnyMore() {
        var each = new BrokerLimits.Each(64, 100, 700_000, 700_000, BrokerLimits.Rate.USUAL);
        var bus = start(config -> config.withLimits(config.limits().withEach(each)));
        var operator = bus.connect(alice);
        operator.subscribe(replies, taken::add);
        var node = bus.connect(mail);
        var work = bus.connect(fleet.node("web"));
        var queue = new Destination.Node(new NodeId("web"));
        work.subscribe(queue, taken::add);
        var body = Bytes.wrap(new byte[100_000]);

        for (var i = 0; i < 40; i++) {
            var count = 2 * i;
            node.publishConfirmed(replies, body, soon(), LIMIT);
            operator.publishConfirmed(queue, body, soon(), LIMIT);
            await().atMost(LIMIT).until(() -> taken.size() == count + 2);
        }
    }

    private int untilRefused(Transport from, Bytes body, String why) {
        for (var i = 0; i < 1_000; i++) {
            try {
                from.publishConfirmed(replies, body, soon(), LIMIT);
            } catch (TransportException e) {
                assertThat(e).hasMessageContaining(why);
                return i;
            }
        }
        throw new AssertionError("never refused");
    }

    @Test
    void repliesThatNobodyReadsGoAway() {
        var bus = start(config -> config.withTimes(idle(Duration.ofMillis(300))));
        var operator = bus.connect(alice);
        operator.subscribe(replies, body -> awaitQuietly(end));
        var node = bus.connect(mail);
        for (var i = 0; i < 20; i++) {
            node.publishConfirmed(replies, Bytes.utf8("reply"), soon(), LIMIT);
        }
        bus.broker().recheck();
        assertThat(bus.broker().refusals()).isEmpty();

        operator.close();

        await().atMost(LIMIT)
                .until(
                        () -> {
                            bus.broker().recheck();
                            return !bus.broker().destinations().contains(replies.name());
                        });
        assertThat(bus.broker().refusals()).containsEntry("replies that nobody reads", 1L);
    }

    @Test
    void operatorMakesOnlySoManyQueuesAtATime() throws Exception {
        var each = new BrokerLimits.Each(64, 3, 1_000_000, 1_000_000, BrokerLimits.Rate.USUAL);
        var bus =
                start(
                        config ->
                                config.withLimits(config.limits().withEach(each))
                                        .withTimes(idle(Duration.ofMillis(300))));
        var operator = bus.connect(alice);
        for (var i = 0; i < 3; i++) {
            operator.publishConfirmed(invented(i), Bytes.utf8("x"), soon(), LIMIT);
        }

        assertThatThrownBy(
                        () ->
                                operator.publishConfirmed(
                                        invented(3), Bytes.utf8("x"), soon(), LIMIT))
                .hasMessageContaining("too many destinations");
        operator.publishConfirmed(invented(2), Bytes.utf8("x"), soon(), LIMIT);
        bus.connect(fleet.operator("bob"))
                .publishConfirmed(invented(4), Bytes.utf8("x"), soon(), LIMIT);

        try (var node = bus.connect(fleet.node("invented-0"))) {
            node.subscribe(invented(0), taken::add);
            await().atMost(LIMIT).until(() -> taken.size() == 1);
        }
        await().atMost(LIMIT)
                .until(() -> !bus.broker().destinations().contains(invented(0).name()));
        operator.publishConfirmed(invented(3), Bytes.utf8("x"), soon(), LIMIT);
    }

    private static Destination invented(int number) {
        return new Destination.Node(new NodeId("invented-" + number));
    }

    private BrokerFixture start(UnaryOperator<BrokerConfig> settings) {
        var bus = new BrokerFixture(fleet, settings);
        opened.add(bus);
        return bus;
    }

    private static BrokerTimes idle(Duration queue) {
        var usual = BrokerTimes.usual();
        return new BrokerTimes(
                usual.handshake(), usual.inactivity(), queue, usual.recheck(), usual.longestStay());
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
