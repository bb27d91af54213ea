package io.muster.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.message.Bytes;
import io.muster.message.NodeId;
import io.muster.transport.Destination;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

/** Whoever leaves in good order loses nothing that was on its way to it. */
class ClosingTest {
    private static final Destination QUEUE = new Destination.Node(new NodeId("mail"));

    private final BrokerFixture bus = new BrokerFixture();
    private final Queue<Bytes> done = new ConcurrentLinkedQueue<>();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch mayEnd = new CountDownLatch(1);

    @AfterEach
    void stop() {
        mayEnd.countDown();
        bus.close();
    }

    @Test
    void whatAReceiverIsAtIsEndedBeforeItsSubscriptionIs() throws Exception {
        var mail = bus.fleet().node("mail");
        var node = bus.connect(mail);
        var subscription = node.subscribe(QUEUE, this::slowly);
        var operator = bus.connect(bus.fleet().operator("alice"));
        operator.publish(QUEUE, Bytes.utf8("at work"), soon());
        begun.await();
        operator.publish(QUEUE, Bytes.utf8("behind it"), soon());

        var closing = Thread.ofPlatform().start(subscription::close);
        await().atMost(BrokerFixture.PATIENCE)
                .until(() -> closing.getState() == Thread.State.TIMED_WAITING);
        assertThat(done).isEmpty();
        mayEnd.countDown();
        closing.join();

        assertThat(done).containsExactly(Bytes.utf8("at work"));
        var next = new ConcurrentLinkedQueue<Bytes>();
        node.subscribe(QUEUE, next::add);
        await().atMost(BrokerFixture.PATIENCE).until(() -> !next.isEmpty());
        assertThat(next).containsExactly(Bytes.utf8("behind it"));
    }

    @Test
    void aReceiverMayCloseItsOwnSubscription() throws Exception {
        var node = bus.connect(bus.fleet().node("mail"));
        var closed = new CountDownLatch(1);
        var subscriptions = new ConcurrentLinkedQueue<AutoCloseable>();
        subscriptions.add(
                node.subscribe(
                        QUEUE,
                        body -> {
                            await().until(() -> !subscriptions.isEmpty());
                            close(subscriptions.element());
                            closed.countDown();
                        }));
        bus.connect(bus.fleet().operator("alice")).publish(QUEUE, Bytes.utf8("go"), soon());
        closed.await();
    }

    private void slowly(Bytes body) {
        begun.countDown();
        try {
            mayEnd.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        done.add(body);
    }

    private static void close(AutoCloseable subscription) {
        try {
            subscription.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static Instant soon() {
        return Instant.now().plusSeconds(60);
    }
}
