package io.muster.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.muster.message.Bytes;
import io.muster.message.Collective;
import io.muster.message.NodeId;
import io.muster.security.Credentials;
import io.muster.threads.Threads;
import io.muster.transport.Destination;
import io.muster.transport.Echo;
import io.muster.transport.EchoPace;
import io.muster.transport.HearingTransport;
import io.muster.transport.TransportException;
import io.muster.transport.jms.BrokerAddress;
import io.muster.transport.jms.ConnectionState;
import io.muster.transport.jms.JmsConnectionConfig;
import io.muster.transport.jms.JmsTransport;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

/** A transport comes back by itself, with its subscriptions. */
class ReconnectTest {
    private static final Destination REQUESTS = new Destination.Requests(Collective.MAIN);
    private static final Destination QUEUE = new Destination.Node(new NodeId("mail"));

    private final BrokerFixture bus = new BrokerFixture();
    private final Credentials mail = bus.fleet().node("mail");
    private final Credentials alice = bus.fleet().operator("alice");
    private final Queue<ConnectionState> states = new ConcurrentLinkedQueue<>();
    private final Queue<Bytes> taken = new ConcurrentLinkedQueue<>();

    @AfterEach
    void stop() {
        bus.close();
    }

    @Test
    void brokerThatIsRestartedFindsEverySubscriptionAgain() {
        var node = open(bus.client(mail));
        node.subscribe(REQUESTS, taken::add);
        node.subscribe(QUEUE, taken::add);
        var operator = bus.connect(alice);
        awaits(ConnectionState.Connected.class, 1);
        var port = bus.broker().port();

        bus.stop();
        awaits(ConnectionState.Lost.class, 1);
        assertThatThrownBy(() -> operator.publish(QUEUE, Bytes.utf8("lost"), soon()))
                .isInstanceOf(TransportException.class)
                .hasMessageStartingWith("not ");
        awaits(ConnectionState.Failed.class, 1);
        bus.restart(port);

        awaits(ConnectionState.Connected.class, 2);
        await().atMost(BrokerFixture.PATIENCE).until(operator::connected);
        operator.publish(REQUESTS, Bytes.utf8("to all"), soon());
        operator.publish(QUEUE, Bytes.utf8("to one"), soon());
        await().atMost(BrokerFixture.PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(taken)
                                        .contains(Bytes.utf8("to all"), Bytes.utf8("to one")));
    }

    @Test
    void subscriptionMadeWhileTheBrokerIsAwayIsLiveOnceItIsBack() {
        var port = bus.broker().port();
        var config = bus.client(mail);
        bus.stop();
        var node = open(config);
        awaits(ConnectionState.Failed.class, 1);

        node.subscribe(QUEUE, taken::add);
        node.subscribe(REQUESTS, taken::add).close();
        bus.restart(port);

        awaits(ConnectionState.Connected.class, 1);
        var operator = bus.connect(alice);
        operator.publish(REQUESTS, Bytes.utf8("not asked for"), soon());
        operator.publish(QUEUE, Bytes.utf8("work"), soon());
        await().atMost(BrokerFixture.PATIENCE).until(() -> !taken.isEmpty());
        assertThat(taken).containsExactly(Bytes.utf8("work"));
    }

    @Test
    void frozenBrokerIsNoticedAndLeftAndFoundAgain() throws Exception {
        var relay = bus.keep(new Relay(bus.broker().port()));
        var here = bus.client(mail);
        var config =
                JmsConnectionConfig.tls(
                                List.of(new BrokerAddress("localhost", relay.port())),
                                context(here),
                                here.clientId())
                        .withBackoff(here.backoff())
                        .withInactivity(Duration.ofMillis(600))
                        .withConnectLimit(Duration.ofSeconds(1));
        var node = open(config);
        node.subscribe(QUEUE, taken::add);
        awaits(ConnectionState.Connected.class, 1);
        var start = Instant.now();

        relay.freeze();

        awaits(ConnectionState.Lost.class, 1);
        assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(5));
        assertThat(states.toString()).contains("nothing was heard from the broker for too long");
        awaits(ConnectionState.Failed.class, 1);
        relay.thaw();
        awaits(ConnectionState.Connected.class, 2);
        bus.connect(alice).publish(QUEUE, Bytes.utf8("work"), soon());
        await().atMost(BrokerFixture.PATIENCE)
                .untilAsserted(() -> assertThat(taken).contains(Bytes.utf8("work")));
    }

    /** Whatever hangs in a receiver is on the thread that reads the connection. */
    @Test
    void whoseReceiverHangsConnectsAnewAndSaysSoIfThatDoesNotHelp() {
        var line = open(bus.client(mail));
        var over = new CountDownLatch(1);
        var problems = new ConcurrentLinkedQueue<String>();
        var brief = Duration.ofMillis(200);
        var node =
                bus.keep(
                        new HearingTransport(
                                line,
                                Set.of(QUEUE),
                                new EchoPace(brief, brief, 2),
                                line::cut,
                                problems::add,
                                InstantSource.system(),
                                new Random(1),
                                Threads.REAL));
        node.subscribe(
                QUEUE,
                body -> {
                    taken.add(body);
                    hang(over);
                });
        node.start();
        awaits(ConnectionState.Connected.class, 1);
        bus.connect(alice).publish(QUEUE, Bytes.utf8("work"), soon());

        awaits(ConnectionState.Connected.class, 2);
        await().atMost(BrokerFixture.PATIENCE).until(() -> !problems.isEmpty());
        over.countDown();
        assertThat(taken).contains(Bytes.utf8("work")).noneMatch(Echo::is);
    }

    private static void hang(CountDownLatch over) {
        try {
            over.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void nodeThatComesBackDoesNotWaitForItsOldConnectionToBeMissed() {
        var before = bus.connect(mail);

        var now = bus.connect(mail);
        now.subscribe(QUEUE, taken::add);
        before.close();

        bus.connect(alice).publish(QUEUE, Bytes.utf8("work"), soon());
        await().atMost(BrokerFixture.PATIENCE).until(() -> !taken.isEmpty());
    }

    @Test
    void refusedSubscriptionIsSaidAtOnce() {
        var node = bus.connect(mail);

        assertThatThrownBy(
                        () -> node.subscribe(new Destination.Node(new NodeId("web")), taken::add))
                .isInstanceOf(TransportException.class)
                .hasMessageMatching(
                        "no subscription to muster.node.web: localhost:\\d+ refuses us: "
                                + "node/mail: may not read: .*");
        node.subscribe(QUEUE, taken::add);
    }

    @Test
    void refusedMessageIsSaidToWhoAsks() {
        var node = bus.connect(mail);

        assertThatThrownBy(
                        () ->
                                node.publishConfirmed(
                                        REQUESTS,
                                        Bytes.utf8("obey"),
                                        soon(),
                                        BrokerFixture.PATIENCE))
                .isInstanceOf(TransportException.class)
                .hasMessageMatching(
                        "not published to muster.requests.main: localhost:\\d+ refuses us: .*");
    }

    @Test
    void closedTransportsLeaveNoThreads() {
        bus.connect(mail).close();
        await().atMost(BrokerFixture.PATIENCE).until(() -> bus.broker().connections() == 0);
        var before = Thread.activeCount();

        for (var i = 0; i < 20; i++) {
            var node = bus.connect(bus.fleet().node("n-" + i));
            node.subscribe(new Destination.Node(new NodeId("n-" + i)), taken::add);
            node.close();
        }

        await().atMost(BrokerFixture.PATIENCE)
                .untilAsserted(
                        () -> {
                            assertThat(bus.broker().connections()).isZero();
                            assertThat(Thread.activeCount()).isLessThanOrEqualTo(before + 2);
                        });
    }

    private JmsTransport open(JmsConnectionConfig config) {
        return bus.keep(JmsTransport.open(config, states::add));
    }

    private void awaits(Class<? extends ConnectionState> kind, int count) {
        await().atMost(BrokerFixture.PATIENCE)
                .until(() -> states.stream().filter(kind::isInstance).count() >= count);
    }

    private static javax.net.ssl.SSLContext context(JmsConnectionConfig config) {
        return ((io.muster.transport.jms.Wire.Tls) config.wire()).context();
    }

    private static Instant soon() {
        return Instant.now().plusSeconds(60);
    }
}
