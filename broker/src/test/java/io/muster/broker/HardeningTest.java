package io.muster.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.muster.message.Bytes;
import io.muster.message.NodeId;
import io.muster.security.Credentials;
import io.muster.security.TestFleet;
import io.muster.transport.Destination;

import jakarta.jms.JMSException;
import jakarta.jms.Session;

import org.apache.activemq.ScheduledMessage;
import org.apache.activemq.command.ActiveMQTempQueue;
import org.apache.activemq.command.ConnectionId;
import org.apache.activemq.command.ConsumerInfo;
import org.apache.activemq.command.DestinationInfo;
import org.apache.activemq.command.SessionId;
import org.apache.activemq.command.SessionInfo;
import org.apache.activemq.store.kahadb.KahaDBPersistenceAdapter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

import javax.management.ObjectName;

/** What the broker is not: everything of ActiveMQ that a fleet has no use for. */
class HardeningTest {
    private static final Destination QUEUE = new Destination.Node(new NodeId("mail"));

    private Set<Integer> doorsBefore;
    private BrokerFixture bus;
    private Credentials mail;
    private Credentials alice;

    @BeforeEach
    void start() throws IOException {
        doorsBefore = doors();
        bus = new BrokerFixture(TestFleet.create(), config -> config);
        mail = bus.fleet().node("mail");
        alice = bus.fleet().operator("alice");
    }

    @AfterEach
    void stop() {
        bus.close();
    }

    /** The ports that this process listens on. */
    private static Set<Integer> doors() throws IOException {
        var own = new HashSet<String>();
        try (var files = Files.list(Path.of("/proc/self/fd"))) {
            for (var file : files.toList()) {
                if (Files.isSymbolicLink(file)) {
                    own.add(Files.readSymbolicLink(file).toString());
                }
            }
        }
        var doors = new HashSet<Integer>();
        for (var table : Set.of("tcp", "tcp6")) {
            for (var line : Files.readAllLines(Path.of("/proc/self/net", table))) {
                var words = line.strip().split("\\s+", -1);
                if (words[3].equals("0A") && own.contains("socket:[" + words[9] + "]")) {
                    doors.add(Integer.parseInt(words[1].replaceAll(".*:", ""), 16));
                }
            }
        }
        return doors;
    }

    @Test
    void thereIsNoOtherDoor() throws Exception {
        var doors = doors();
        doors.removeAll(doorsBefore);

        assertThat(doors).containsExactly(bus.broker().port());
        assertThat(
                        ManagementFactory.getPlatformMBeanServer()
                                .queryNames(new ObjectName("org.apache.activemq:*"), null))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "org/jolokia/http/AgentServlet.class",
                "org/springframework/context/ApplicationContext.class",
                "org/eclipse/jetty/server/Server.class",
                "org/apache/activemq/transport/stomp/StompTransportFactory.class",
                "org/apache/activemq/transport/mqtt/MQTTTransportFactory.class",
                "org/apache/activemq/transport/amqp/AmqpTransportFactory.class",
                "org/apache/activemq/transport/http/HttpTransportFactory.class",
                "com/thoughtworks/xstream/XStream.class"
            })
    void whatMostHolesWereInIsNotThere(String name) {
        assertThat(HardeningTest.class.getClassLoader().getResource(name)).isNull();
    }

    @Test
    void durableSubscriptionsAreNeitherTakenOverNorRemoved() throws Exception {
        try (var intruder = new Intruder(mail, bus.broker().port())) {
            intruder.open();
            var name = new ConnectionId("node/mail/1");
            assertThat(intruder.say(intruder.bare(name.getValue(), "node/mail"))).isEmpty();
            var session = new SessionInfo(new SessionId(name, 1));
            assertThat(intruder.say(session)).isEmpty();
            var taken = new ConsumerInfo(session, 1);
            taken.setDestination(Intruder.topic("muster.requests.main"));
            taken.setPrefetchSize(1);
            taken.setSubscriptionName("of-another");
            assertThat(intruder.say(taken).orElseThrow()).contains("durable");
        }
        try (var intruder = new Intruder(mail, bus.broker().port())) {
            var session = intruder.connection().createSession(false, Session.AUTO_ACKNOWLEDGE);
            assertThatThrownBy(() -> session.unsubscribe("of-another"))
                    .isInstanceOf(JMSException.class);
            assertThat(bus.broker().refusals()).containsKey("forbidden command");
        }
    }

    @Test
    void temporaryDestinationsOfOthersAreNeitherReadNorWrittenNorRemoved() throws Exception {
        var others = new ActiveMQTempQueue("node/web/1:1");
        try (var intruder = new Intruder(mail, bus.broker().port())) {
            var session = intruder.connection().createSession(false, Session.AUTO_ACKNOWLEDGE);
            assertThatThrownBy(() -> session.createConsumer(others))
                    .isInstanceOf(JMSException.class);
            assertThatThrownBy(() -> session.createProducer(others))
                    .isInstanceOf(JMSException.class);
        }
        try (var intruder = new Intruder(mail, bus.broker().port())) {
            intruder.open();
            assertThat(intruder.say(intruder.bare("node/mail/1", "node/mail"))).isEmpty();
            var remove = new DestinationInfo();
            remove.setConnectionId(new ConnectionId("node/mail/1"));
            remove.setOperationType(DestinationInfo.REMOVE_OPERATION_TYPE);
            remove.setDestination(others);
            assertThat(intruder.say(remove)).isPresent();
            intruder.awaitEnd();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ActiveMQ.DLQ",
                "DLQ.muster.node.mail",
                "ActiveMQ.Statistics.Broker",
                "ActiveMQ.Statistics.Destination.>",
                "ActiveMQ.Scheduler.Management",
                "VirtualTopic.x",
                "Consumer.a.VirtualTopic.x"
            })
    void destinationsThatActiveMqActsUponAreNobodys(String name) throws Exception {
        for (var who : Set.of(mail, alice, bus.fleet().hub())) {
            try (var intruder = new Intruder(who, bus.broker().port())) {
                var connection = intruder.connection();
                var session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
                assertThatThrownBy(() -> session.createConsumer(Intruder.queue(name)))
                        .hasMessageContaining("may not read");
                assertThatThrownBy(() -> Intruder.send(connection, Intruder.queue(name), "x"))
                        .hasMessageContaining("may not write");
            }
        }
        assertThat(bus.broker().destinations()).doesNotContain(name);
    }

    @Test
    void noMessageIsScheduledOrRepeated() throws Exception {
        var got = new ConcurrentLinkedQueue<Bytes>();
        bus.connect(mail).subscribe(QUEUE, got::add);
        try (var intruder = new Intruder(alice, bus.broker().port());
                var session =
                        intruder.connection().createSession(false, Session.AUTO_ACKNOWLEDGE)) {
            var message = session.createBytesMessage();
            message.writeByte((byte) 1);
            message.setLongProperty(ScheduledMessage.AMQ_SCHEDULED_DELAY, 3_600_000);
            message.setLongProperty(ScheduledMessage.AMQ_SCHEDULED_PERIOD, 1);
            message.setIntProperty(ScheduledMessage.AMQ_SCHEDULED_REPEAT, 100);
            var producer = session.createProducer(Intruder.queue(QUEUE.name()));
            producer.setTimeToLive(60_000);
            producer.send(message);
        }
        bus.connect(alice).publish(QUEUE, Bytes.utf8("last"), Instant.now().plusSeconds(60));

        await().atMost(BrokerFixture.PATIENCE).until(() -> got.contains(Bytes.utf8("last")));
        assertThat(got).containsExactly(Bytes.wrap(new byte[] {1}), Bytes.utf8("last"));
    }

    @Test
    void oneConnectionHasOnlySoManySessionsReadersAndSenders() throws Exception {
        try (var intruder = new Intruder(mail, bus.broker().port())) {
            var connection = intruder.connection();
            assertThatThrownBy(
                            () -> {
                                for (var i = 0; i < 1_000; i++) {
                                    connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
                                }
                            })
                    .isInstanceOf(JMSException.class);
        }
        try (var intruder = new Intruder(mail, bus.broker().port())) {
            var session = intruder.connection().createSession(false, Session.AUTO_ACKNOWLEDGE);
            assertThatThrownBy(
                            () -> {
                                for (var i = 0; i < 1_000; i++) {
                                    session.createConsumer(Intruder.queue(QUEUE.name()));
                                }
                            })
                    .isInstanceOf(JMSException.class);
        }
        try (var intruder = new Intruder(alice, bus.broker().port())) {
            var session = intruder.connection().createSession(false, Session.AUTO_ACKNOWLEDGE);
            assertThatThrownBy(
                            () -> {
                                for (var i = 0; i < 1_000; i++) {
                                    session.createProducer(Intruder.queue(QUEUE.name()));
                                }
                            })
                    .isInstanceOf(JMSException.class)
                    .hasMessageContaining("maximum");
        }
    }

    @Test
    void whatIsKeptIsOnDiskBeforeItIsConfirmed(@TempDir Path directory) throws IOException {
        var config = BrokerConfig.plain().withStorage(new Storage.Disk(directory));
        var service = ServiceAssembly.assemble(config, "kept");

        var store = (KahaDBPersistenceAdapter) service.getPersistenceAdapter();
        assertThat(store.getJournalDiskSyncStrategy()).isEqualTo("ALWAYS");
        assertThat(service.isPersistent()).isTrue();
    }

    @Test
    void whatHasExpiredIsGone() throws Exception {
        var operator = bus.connect(alice);
        operator.publishConfirmed(
                QUEUE, Bytes.utf8("secret"), Instant.now().plusMillis(300), Duration.ofSeconds(10));
        var over = Instant.now().plusMillis(400);
        await().until(() -> Instant.now().isAfter(over));

        var got = new ConcurrentLinkedQueue<Bytes>();
        bus.connect(mail).subscribe(QUEUE, got::add);
        operator.publish(QUEUE, Bytes.utf8("fresh"), Instant.now().plusSeconds(60));

        await().atMost(BrokerFixture.PATIENCE).until(() -> !got.isEmpty());
        assertThat(got).containsExactly(Bytes.utf8("fresh"));
        assertThat(bus.broker().destinations()).noneMatch(name -> name.contains("DLQ"));
    }
}
