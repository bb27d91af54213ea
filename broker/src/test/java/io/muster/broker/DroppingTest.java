package io.muster.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.message.Bytes;
import io.muster.message.Collective;
import io.muster.transport.Destination;
import io.muster.transport.Transport;
import io.muster.transport.jms.BrokerAddress;
import io.muster.transport.jms.JmsConnectionConfig;
import io.muster.transport.jms.JmsTransport;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;

import org.apache.activemq.ActiveMQConnectionFactory;
import org.apache.activemq.broker.BrokerService;
import org.apache.activemq.command.ActiveMQTopic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What a client of ours does with strange messages, on a broker that lets everything pass. */
class DroppingTest {
    private static final Destination REQUESTS = new Destination.Requests(Collective.MAIN);
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final BrokerService stock = new BrokerService();
    private final Queue<Bytes> taken = new ConcurrentLinkedQueue<>();
    private JmsTransport transport;
    private ActiveMQConnectionFactory factory;

    @BeforeEach
    void start() throws Exception {
        stock.setBrokerName("lenient");
        stock.setPersistent(false);
        stock.setUseJmx(false);
        stock.setUseShutdownHook(false);
        var connector = stock.addConnector("tcp://127.0.0.1:0");
        stock.start();
        stock.waitUntilStarted();
        var port = connector.getConnectUri().getPort();
        factory = new ActiveMQConnectionFactory("tcp://127.0.0.1:" + port);
        transport =
                JmsTransport.connect(
                        JmsConnectionConfig.plain(
                                List.of(new BrokerAddress("127.0.0.1", port)), "node/n-1"),
                        LIMIT);
        transport.subscribe(REQUESTS, taken::add);
    }

    @AfterEach
    void stop() throws Exception {
        transport.close();
        stock.stop();
    }

    @Test
    void whatIsNotBytesIsDroppedAndCounted() throws Exception {
        send(Session::createTextMessage);
        send(session -> session.createTextMessage("run this"));
        send(session -> session.createObjectMessage("an object"));
        send(Session::createMapMessage);
        send(Session::createStreamMessage);
        send(Session::createMessage);

        onlyTheNextOneArrives(6);
    }

    @Test
    void whatIsTooLargeIsDroppedAndCounted() throws Exception {
        send(session -> bytes(session, Transport.MAX_BODY + 1));

        onlyTheNextOneArrives(1);
    }

    @Test
    void whatIsCompressedIsDroppedAndNeverUnpacked() throws Exception {
        factory.setUseCompression(true);
        send(session -> bytes(session, 64 * 1024 * 1024));
        factory.setUseCompression(false);

        onlyTheNextOneArrives(1);
    }

    private void onlyTheNextOneArrives(int dropped) {
        transport.publish(REQUESTS, Bytes.utf8("a request"), Instant.now().plusSeconds(60));

        await().atMost(LIMIT).until(() -> !taken.isEmpty());
        assertThat(taken).containsExactly(Bytes.utf8("a request"));
        assertThat(transport.dropped()).isEqualTo(dropped);
    }

    private static BytesMessage bytes(Session session, int length) throws JMSException {
        var message = session.createBytesMessage();
        message.writeBytes(new byte[length]);
        return message;
    }

    private void send(Making making) throws JMSException {
        try (var connection = factory.createConnection();
                Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
                MessageProducer producer =
                        session.createProducer(new ActiveMQTopic(REQUESTS.name()))) {
            producer.send(making.message(session));
        }
    }

    private interface Making {
        Message message(Session session) throws JMSException;
    }
}
