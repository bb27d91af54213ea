package io.muster.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.message.Bytes;
import io.muster.message.NodeId;
import io.muster.transport.Destination;

import jakarta.jms.Session;

import org.apache.activemq.command.ActiveMQBytesMessage;
import org.apache.activemq.command.BrokerInfo;
import org.apache.activemq.command.Command;
import org.apache.activemq.command.ConnectionControl;
import org.apache.activemq.command.ConnectionId;
import org.apache.activemq.command.ConsumerControl;
import org.apache.activemq.command.ConsumerId;
import org.apache.activemq.command.ConsumerInfo;
import org.apache.activemq.command.ControlCommand;
import org.apache.activemq.command.DestinationInfo;
import org.apache.activemq.command.FlushCommand;
import org.apache.activemq.command.LocalTransactionId;
import org.apache.activemq.command.MessageAck;
import org.apache.activemq.command.MessageId;
import org.apache.activemq.command.MessagePull;
import org.apache.activemq.command.ProducerId;
import org.apache.activemq.command.ProducerInfo;
import org.apache.activemq.command.RemoveInfo;
import org.apache.activemq.command.RemoveSubscriptionInfo;
import org.apache.activemq.command.SessionId;
import org.apache.activemq.command.SessionInfo;
import org.apache.activemq.command.TransactionInfo;
import org.apache.activemq.util.ByteSequence;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Attacks with bare commands: ActiveMQ believes the names that clients give to themselves, and each
 * message shows those of its sender. The victim must not notice anything.
 */
class ForgeryTest {
    private static final String OWN = "node/intruder/1";
    private static final String VICTIMS = "node/victim/known";
    private static final Destination QUEUE = new Destination.Node(new NodeId("victim"));
    private static final Destination ANNOUNCEMENTS = new Destination.Announcements();
    private static BrokerFixture bus;

    private Intruder intruder;
    private Intruder victim;

    @BeforeAll
    static void start() {
        bus = new BrokerFixture();
    }

    @AfterAll
    static void stop() {
        bus.close();
    }

    @BeforeEach
    void connect() throws Exception {
        victim = new Intruder(bus.fleet().node("victim"), bus.broker().port());
        victim.open();
        assertThat(victim.say(victim.bare(VICTIMS, "node/victim"))).isEmpty();
        subscribe();
        intruder = new Intruder(bus.fleet().node("intruder"), bus.broker().port());
        intruder.open();
    }

    @AfterEach
    void disconnect() throws Exception {
        intruder.close();
        victim.close();
    }

    @Test
    void connectionOfTheSameNameDoesNotEndTheVictims() throws Exception {
        assertThat(intruder.say(intruder.bare(VICTIMS, "node/intruder"))).isPresent();

        intruder.awaitEnd();
        assertThat(victim.say(ack())).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("forgeries")
    void namesOfTheVictimEndTheIntrudersConnection(Command forgery) throws Exception {
        assertThat(intruder.say(intruder.bare(OWN, "node/intruder"))).isEmpty();

        assertThat(intruder.say(forgery)).isPresent();

        intruder.awaitEnd();
        assertThat(victim.say(ack())).isEmpty();
    }

    static Stream<Command> forgeries() {
        var session = new SessionId(new ConnectionId(VICTIMS), 1);
        var consumer = new ConsumerId(session, 1);
        var info = new ConsumerInfo(consumer);
        info.setDestination(Intruder.queue("muster.node.intruder"));
        info.setPrefetchSize(1);
        var message = new ActiveMQBytesMessage();
        message.setProducerId(new ProducerId(session, 1));
        message.setMessageId(new MessageId(message.getProducerId(), 1));
        message.setDestination(Intruder.queue("muster.announcements"));
        return Stream.of(
                new SessionInfo(session),
                info,
                new ProducerInfo(new ProducerId(session, 1)),
                new RemoveInfo(consumer),
                new RemoveInfo(session),
                new RemoveInfo(new ConnectionId(VICTIMS)),
                message,
                ackOf(consumer));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void commandsThatNoClientOfOursSendsEndTheConnection(Command command) throws Exception {
        assertThat(intruder.say(intruder.bare(OWN, "node/intruder"))).isEmpty();

        assertThat(intruder.say(command)).isPresent();

        intruder.awaitEnd();
        assertThat(victim.say(ack())).isEmpty();
    }

    static Stream<Command> commands() {
        var network = new BrokerInfo();
        network.setBrokerName("evil");
        network.setDuplexConnection(true);
        network.setNetworkConnection(true);
        var shutdown = new ControlCommand();
        shutdown.setCommand("shutdown");
        var consumer = new ConsumerControl();
        consumer.setConsumerId(new ConsumerId(new SessionId(new ConnectionId(OWN), 1), 1));
        var destination = new DestinationInfo();
        destination.setConnectionId(new ConnectionId(OWN));
        destination.setOperationType(DestinationInfo.REMOVE_OPERATION_TYPE);
        destination.setDestination(Intruder.queue(QUEUE.name()));
        var durable = new RemoveSubscriptionInfo();
        durable.setConnectionId(new ConnectionId(OWN));
        durable.setClientId("node/victim");
        durable.setSubscriptionName("s");
        var transaction =
                new TransactionInfo(
                        new ConnectionId(OWN),
                        new LocalTransactionId(new ConnectionId(OWN), 1),
                        TransactionInfo.BEGIN);
        var pull = new MessagePull();
        pull.setDestination(Intruder.queue(QUEUE.name()));
        pull.setConsumerId(consumer.getConsumerId());
        return Stream.of(
                network,
                shutdown,
                consumer,
                destination,
                durable,
                transaction,
                pull,
                new ConnectionControl(),
                new FlushCommand());
    }

    @Test
    void secondConnectionInOneEndsIt() throws Exception {
        assertThat(intruder.say(intruder.bare(OWN, "node/intruder"))).isEmpty();

        assertThat(intruder.say(intruder.bare(OWN + "2", "node/intruder"))).isPresent();

        intruder.awaitEnd();
    }

    @Test
    void nothingIsHeardBeforeTheConnectionIsNamed() throws Exception {
        assertThat(intruder.say(new SessionInfo(new SessionId(new ConnectionId(OWN), 1))))
                .isPresent();

        intruder.awaitEnd();
    }

    @Test
    void compressedMessageEndsTheConnection() throws Exception {
        var producer = producer();
        var bomb = message(producer, 2);
        bomb.setCompressed(true);
        bomb.setContent(new ByteSequence(new byte[1_000]));
        assertThat(intruder.say(message(producer, 1))).isEmpty();

        assertThat(intruder.say(bomb)).isPresent();

        intruder.awaitEnd();
    }

    @Test
    void messagesForNobodyDoNotHoldUpTheQueue() throws Exception {
        var nobody = new ConsumerId(new SessionId(new ConnectionId("nobody"), 1), 1);
        var producer = producer();
        for (var i = 1; i <= 250; i++) {
            var message = message(producer, i);
            message.setTargetConsumerId(nobody);
            message.setContent(new ByteSequence(new byte[1]));
            intruder.shout(message);
        }
        assertThat(intruder.say(message(producer, 251))).isEmpty();

        assertThat(announced("still read")).contains(Bytes.utf8("still read"));
    }

    @Test
    void nothingButBytesPasses() throws Exception {
        var producer = producer();
        var message = message(producer, 1);
        message.setCorrelationId("x");
        message.setType("x");
        message.setGroupID("x");
        message.setUserID("x");
        message.setPriority((byte) 9);
        message.setDroppable(true);
        message.setProperty("x", "x");
        message.setReplyTo(Intruder.queue("muster.hub"));
        message.setOriginalDestination(Intruder.queue("muster.hub"));
        assertThat(intruder.say(message)).isEmpty();

        try (var hub = new Intruder(bus.fleet().hub(), bus.broker().port());
                var session = hub.connection().createSession(false, Session.AUTO_ACKNOWLEDGE);
                var reader = session.createConsumer(message.getDestination())) {
            var got = (ActiveMQBytesMessage) reader.receive(10_000);

            assertThat(got.getProducerId()).isEqualTo(producer);
            assertThat(got)
                    .returns(null, m -> m.getCorrelationId())
                    .returns(null, m -> m.getType())
                    .returns(null, m -> m.getGroupID())
                    .returns(null, m -> m.getUserID())
                    .returns(null, m -> m.getReplyTo())
                    .returns(null, m -> m.getOriginalDestination())
                    .returns(false, m -> m.isDroppable())
                    .returns((byte) 4, m -> m.getPriority());
            assertThat(got.getProperties()).isEmpty();
        }
    }

    @Test
    void messagesOfOneNameAllArrive() throws Exception {
        var producer = producer();
        for (var i = 0; i < 10; i++) {
            var message = message(producer, 1);
            message.setContent(new ByteSequence(new byte[] {(byte) i}));
            assertThat(intruder.say(message)).isEmpty();
        }

        assertThat(announced("the last"))
                .contains(
                        IntStream.range(0, 10)
                                .mapToObj(i -> Bytes.wrap(new byte[] {(byte) i}))
                                .toArray(Bytes[]::new));
    }

    /** What the hub reads up to this, which comes last. */
    private static Queue<Bytes> announced(String last) {
        var got = new ConcurrentLinkedQueue<Bytes>();
        try (var hub = bus.connect(bus.fleet().hub());
                var node = bus.connect(bus.fleet().node("honest"))) {
            hub.subscribe(ANNOUNCEMENTS, got::add);
            node.publish(ANNOUNCEMENTS, Bytes.utf8(last), Instant.now().plusSeconds(60));
            await().atMost(BrokerFixture.PATIENCE).until(() -> got.contains(Bytes.utf8(last)));
        }
        return got;
    }

    @Test
    void frameAboveTheLimitEndsTheConnection() throws Exception {
        var fits = message(producer(), 1);
        fits.setContent(new ByteSequence(new byte[500_000]));
        assertThat(intruder.say(fits)).isEmpty();
        try (var large = new Intruder(bus.fleet().node("other"), bus.broker().port())) {
            large.writeSize(1_100_000);

            large.awaitEndOfStream();
        }
    }

    @Test
    void acknowledgementOfOthersMessagesDoesNotRemoveThem() throws Exception {
        assertThat(intruder.say(intruder.bare(OWN, "node/intruder"))).isEmpty();
        assertThat(
                        intruder.say(
                                ackOf(
                                        new ConsumerId(
                                                new SessionId(new ConnectionId(VICTIMS), 1), 1))))
                .isPresent();
        var got = new ConcurrentLinkedQueue<Bytes>();
        victim.close();
        var node = bus.keep(bus.connect(bus.fleet().node("victim")));
        node.subscribe(QUEUE, got::add);

        bus.connect(bus.fleet().operator("alice"))
                .publish(QUEUE, Bytes.utf8("work"), Instant.now().plusSeconds(60));

        await().atMost(BrokerFixture.PATIENCE).until(() -> got.contains(Bytes.utf8("work")));
        node.close();
    }

    private ProducerId producer() {
        var session = new SessionInfo(new SessionId(new ConnectionId(OWN), 1));
        var producer = new ProducerInfo(session, 1);
        assertThat(intruder.say(intruder.bare(OWN, "node/intruder"))).isEmpty();
        assertThat(intruder.say(session)).isEmpty();
        assertThat(intruder.say(producer)).isEmpty();
        return producer.getProducerId();
    }

    private static ActiveMQBytesMessage message(ProducerId producer, int number) {
        var message = new ActiveMQBytesMessage();
        message.setProducerId(producer);
        message.setMessageId(new MessageId(producer, number));
        message.setDestination(Intruder.queue("muster.announcements"));
        return message;
    }

    private void subscribe() {
        var session = new SessionInfo(new SessionId(new ConnectionId(VICTIMS), 1));
        var consumer = new ConsumerInfo(session, 1);
        consumer.setDestination(Intruder.queue(QUEUE.name()));
        consumer.setPrefetchSize(1);
        assertThat(victim.say(session)).isEmpty();
        assertThat(victim.say(consumer)).isEmpty();
    }

    /** Something harmless that only works while the victim's consumer is there. */
    private static MessageAck ack() {
        return ackOf(new ConsumerId(new SessionId(new ConnectionId(VICTIMS), 1), 1));
    }

    private static MessageAck ackOf(ConsumerId consumer) {
        var ack = new MessageAck();
        ack.setConsumerId(consumer);
        ack.setDestination(Intruder.queue(QUEUE.name()));
        ack.setAckType(MessageAck.DELIVERED_ACK_TYPE);
        ack.setMessageCount(0);
        return ack;
    }
}
