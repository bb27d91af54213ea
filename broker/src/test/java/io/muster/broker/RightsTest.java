package io.muster.broker;

import static io.muster.broker.Intruder.queue;
import static io.muster.broker.Intruder.send;
import static io.muster.broker.Intruder.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.muster.message.Bytes;
import io.muster.message.NodeId;
import io.muster.message.ReplyAddress;
import io.muster.security.Credentials;
import io.muster.transport.Destination;

import jakarta.jms.JMSException;
import jakarta.jms.Session;

import org.apache.activemq.ActiveMQConnection;
import org.apache.activemq.ActiveMQSession;
import org.apache.activemq.command.ActiveMQDestination;
import org.apache.activemq.command.ActiveMQTopic;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a stolen certificate is good for, with ActiveMQ's own client: each attack beside the use it
 * resembles, so that a broker that refuses everything fails as well.
 */
class RightsTest {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final BrokerFixture BUS = new BrokerFixture();

    private final String number = Integer.toString(NUMBER.incrementAndGet());
    private final Credentials alice = BUS.fleet().operator("alice-" + number);
    private final Credentials bob = BUS.fleet().operator("bob-" + number);
    private final Credentials mail = BUS.fleet().node("mail-" + number);
    private final Credentials web = BUS.fleet().node("web-" + number);
    private final String mailQueue = "muster.node.mail-" + number;
    private final String webQueue = "muster.node.web-" + number;
    private final String alicesReplies = "muster.reply." + ReplyAddress.of(alice.identity(), "0");
    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterAll
    static void stop() {
        BUS.close();
    }

    @AfterEach
    void closeAll() throws Exception {
        for (var o : opened.reversed()) {
            o.close();
        }
    }

    @Test
    void nodeReadsItsOwnQueueAndRequestsAndNothingElse() throws Exception {
        reads(mail, queue(mailQueue));
        reads(mail, topic("muster.requests.main"));

        mayNotRead(mail, queue(webQueue));
        mayNotRead(mail, queue(alicesReplies));
        mayNotRead(mail, queue("muster.announcements"));
        mayNotRead(mail, queue("muster.hub"));
        mayNotRead(mail, queue("something.else"));
        mayNotRead(mail, topic(mailQueue));
    }

    @Test
    void nodeReadsRequestsToItsCollectivesOnly() throws Exception {
        var both = BUS.fleet().node("dr-" + number);
        reads(both, topic("muster.requests.main"));
        reads(both, topic("muster.requests.dr"));

        mayNotRead(mail, topic("muster.requests.dr"));
        mayNotRead(both, topic("muster.requests.invented-" + number));
        assertThat(BUS.broker().destinations())
                .doesNotContain("muster.requests.invented-" + number);
    }

    @Test
    void nodeWritesRepliesAnnouncementsAndToItselfAndNothingElse() throws Exception {
        reads(alice, queue(alicesReplies));
        writes(mail, queue(alicesReplies));
        writes(mail, queue("muster.announcements"));
        writes(mail, queue(mailQueue));

        mayNotWrite(mail, topic("muster.requests.main"));
        mayNotWrite(mail, queue(webQueue));
        mayNotWrite(mail, queue("muster.hub"));
        mayNotWrite(mail, queue("something.else"));
    }

    @Test
    void operatorReadsItsOwnRepliesAndNothingElse() throws Exception {
        reads(alice, queue(alicesReplies));
        reads(alice, queue("muster.reply." + ReplyAddress.of(alice.identity(), "ff")));

        mayNotRead(bob, queue(alicesReplies));
        mayNotRead(bob, queue(mailQueue));
        mayNotRead(bob, topic("muster.requests.main"));
        mayNotRead(bob, queue("muster.announcements"));
        mayNotRead(bob, queue("muster.hub"));
    }

    @Test
    void operatorWritesRequestsAndNothingElse() throws Exception {
        writes(alice, topic("muster.requests.main"));
        writes(alice, queue(mailQueue));
        writes(alice, queue("muster.hub"));

        reads(bob, queue("muster.reply." + ReplyAddress.of(bob.identity(), "0")));
        mayNotWrite(alice, queue("muster.reply." + ReplyAddress.of(bob.identity(), "0")));
        mayNotWrite(alice, queue("muster.announcements"));
        mayNotWrite(alice, queue("something.else"));
    }

    @Test
    void hubReadsWhatIsSentToItAnswersAndPassesDocumentsOnAndNothingElse() throws Exception {
        var hub = BUS.fleet().hub();
        reads(hub, queue("muster.announcements"));
        reads(hub, queue("muster.hub"));
        reads(alice, queue(alicesReplies));
        writes(hub, queue(alicesReplies));
        writes(hub, topic("muster.requests.main"));
        writes(hub, queue(mailQueue));
        writes(hub, queue("muster.announcements"));
        writes(hub, queue("muster.hub"));

        mayNotRead(hub, queue(mailQueue));
        mayNotRead(hub, queue(alicesReplies));
        mayNotRead(hub, topic("muster.requests.main"));
        mayNotWrite(hub, queue("something.else"));
    }

    @Test
    void brokerCertificateOpensNothing() {
        assertThatThrownBy(() -> connection(BUS.fleet().broker()))
                .hasMessageContaining("brokers do not connect");
    }

    @Test
    void repliesGoOnlyWhereTheirReaderHasBeen() throws Exception {
        var strangers = queue("muster.reply." + ReplyAddress.of(bob.identity(), "1"));

        assertThatThrownBy(() -> send(connection(mail), strangers, "x"))
                .hasMessageContaining("nobody listens at");

        reads(bob, strangers);
        writes(mail, strangers);
    }

    @Test
    void severalDestinationsAtOnceAreRefused() throws Exception {
        mayNotRead(mail, queue(mailQueue + "," + webQueue));
        mayNotRead(mail, queue("muster.node.>"));
        mayNotRead(mail, queue(">"));
        mayNotRead(mail, topic(">"));
        mayNotRead(mail, queue("muster.node.*"));
        mayNotRead(mail, topic("muster.requests.*"));
        mayNotWrite(alice, queue(mailQueue + "," + webQueue));
        mayNotWrite(alice, queue("muster.node.>"));
    }

    @Test
    void advisoriesAreRefused() throws Exception {
        mayNotRead(mail, topic("ActiveMQ.Advisory.>"));
        mayNotRead(mail, topic("ActiveMQ.Advisory.Connection"));
        mayNotRead(alice, topic("ActiveMQ.Advisory.Consumer.Queue." + mailQueue));
    }

    @Test
    void browsersAndSelectorsAreRefused() throws Exception {
        var session = session(connection(mail));
        var own = queue(mailQueue);

        refused(() -> session.createBrowser((jakarta.jms.Queue) own).getEnumeration(), "browsing");
        refused(() -> session.createConsumer(own, "JMSPriority > 4"), "a selector");
        session.createConsumer(own).close();
    }

    @Test
    void durableSubscriptionsAreRefused() throws Exception {
        var session = session(connection(mail));
        var requests = new ActiveMQTopic("muster.requests.main");

        refused(() -> session.createDurableSubscriber(requests, "mine"), "durable");
        session.createConsumer(requests).close();
    }

    @Test
    void pullingIsRefused() throws Exception {
        var session = session(connection(mail));

        refused(
                () -> session.createConsumer(queue(mailQueue + "?consumer.prefetchSize=0")),
                "pulling");
        session.createConsumer(queue(mailQueue + "?consumer.prefetchSize=1")).close();
    }

    @Test
    void temporaryDestinationsEndTheConnection() throws Exception {
        var session = session(connection(mail));

        ends(session::createTemporaryQueue);
        assertThat(BUS.broker().refusals()).containsKey("forbidden command");
    }

    @Test
    void transactionsEndTheConnection() throws Exception {
        var connection = connection(alice);
        var session = (ActiveMQSession) connection.createSession(true, Session.SESSION_TRANSACTED);
        var producer = session.createProducer(null);

        // ActiveMQ's client may stumble over what it has cleared when the connection ends
        assertThatThrownBy(
                        () -> {
                            producer.send(queue(mailQueue), session.createBytesMessage());
                            session.commit();
                        })
                .isInstanceOfAny(JMSException.class, NullPointerException.class);
        await().atMost(BrokerFixture.PATIENCE).until(connection::isTransportFailed);
    }

    @Test
    void nobodyRemovesDestinations() throws Exception {
        writes(alice, queue(mailQueue));

        ends(() -> connection(alice).destroyDestination(queue(mailQueue)));

        var got = new ConcurrentLinkedQueue<Bytes>();
        BUS.keep(BUS.connect(mail))
                .subscribe(new Destination.Node(new NodeId("mail-" + number)), got::add);
        await().atMost(BrokerFixture.PATIENCE).until(() -> !got.isEmpty());
    }

    @Test
    void textsMapsAndObjectsEndTheConnection() throws Exception {
        var session = session(connection(alice));
        var producer = session.createProducer(queue(mailQueue));
        producer.send(session.createBytesMessage());

        ends(() -> producer.send(session.createTextMessage("not bytes")));
    }

    @Test
    void clientIdOfSomebodyElseEndsTheConnection() throws Exception {
        var victim = BUS.connect(mail);
        for (var id : List.of("node/mail-" + number, "node/web-" + number + "/x", "web", "")) {
            var intruder = keep(new Intruder(web, BUS.broker().port()));
            intruder.open();
            assertThat(intruder.say(intruder.bare("node/web-" + number + "/1", id)))
                    .as(id)
                    .isPresent();
            intruder.awaitEnd();
        }
        assertThat(victim.connected()).isTrue();
        var honest = keep(new Intruder(web, BUS.broker().port()));
        honest.open();
        assertThat(honest.say(honest.bare("node/web-" + number + "/1", "node/web-" + number)))
                .isEmpty();
    }

    @Test
    void whoGoesOnTryingIsDisconnected() throws Exception {
        var session = session(connection(mail));

        ends(
                () -> {
                    while (true) {
                        tryReading(session);
                    }
                });
        assertThat(BUS.broker().refusals().get("may not read")).isGreaterThanOrEqualTo(16);
    }

    @Test
    void publisherThatDoesNotAskIsDisconnectedAtOnce() throws Exception {
        var connection = keep(new Intruder(web, BUS.broker().port()));
        var jms = connection.connection(f -> f.setUseAsyncSend(true));

        ends(
                () -> {
                    while (true) {
                        send(jms, queue(mailQueue), "command");
                        session(jms).close();
                    }
                });
    }

    private static void tryReading(Session session) throws JMSException {
        try {
            session.createConsumer(queue("muster.hub"));
        } catch (JMSException e) {
            if (!String.valueOf(e.getMessage()).contains("may not read")) {
                throw e;
            }
        }
    }

    private void reads(Credentials who, ActiveMQDestination destination) throws Exception {
        session(connection(who)).createConsumer(destination).close();
    }

    private void writes(Credentials who, ActiveMQDestination destination) throws Exception {
        send(connection(who), destination, "good");
    }

    private void mayNotRead(Credentials who, ActiveMQDestination destination) throws Exception {
        var session = session(connection(who));
        refused(() -> session.createConsumer(destination), "may not read");
    }

    private void mayNotWrite(Credentials who, ActiveMQDestination destination) throws Exception {
        var connection = connection(who);
        refused(() -> send(connection, destination, "bad"), "may not write");
        refused(() -> session(connection).createProducer(destination), "may not write");
    }

    private static void refused(ThrowingCallable attack, String reason) {
        assertThatThrownBy(attack).isInstanceOf(JMSException.class).hasMessageContaining(reason);
    }

    private static void ends(ThrowingCallable attack) {
        var start = Instant.now();
        assertThatThrownBy(attack).isInstanceOf(JMSException.class);
        assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(14));
    }

    private ActiveMQConnection connection(Credentials who) throws Exception {
        return keep(new Intruder(who, BUS.broker().port())).connection();
    }

    private static ActiveMQSession session(ActiveMQConnection connection) throws JMSException {
        return (ActiveMQSession) connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
    }

    private <T extends AutoCloseable> T keep(T closed) {
        opened.add(closed);
        return closed;
    }
}
