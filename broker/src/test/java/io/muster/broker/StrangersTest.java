package io.muster.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.muster.message.Bytes;
import io.muster.message.Identity;
import io.muster.message.NodeId;
import io.muster.message.Role;
import io.muster.security.Certificates;
import io.muster.security.Credentials;
import io.muster.security.TestFleet;
import io.muster.security.Tls;
import io.muster.transport.Destination;
import io.muster.transport.TransportException;
import io.muster.transport.jms.BrokerAddress;
import io.muster.transport.jms.JmsConnectionConfig;
import io.muster.transport.jms.JmsTransport;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** Those who connect without a certificate that is good for anything. */
class StrangersTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private static final String KEY_OF_32_BYTES = "06032b6570032100";
    private static final String KEY_OF_NO_BYTES = "06032b6570030000";

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (var o : opened.reversed()) {
            o.close();
        }
    }

    @Test
    void silentSocketsKeepNobodyOutAndAreClosed() throws Exception {
        var bus = start(config -> config.withTimes(handshakeWithin(Duration.ofSeconds(1))));
        var silent = new ArrayList<Socket>();
        for (var i = 0; i < 50; i++) {
            silent.add(keep(new Socket(InetAddress.getLoopbackAddress(), bus.broker().port())));
        }
        var start = Instant.now();

        bus.connect(bus.fleet().node("n-1"));

        assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(8));
        for (var socket : silent) {
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void socketThatSendsABytePerMomentIsClosed() throws Exception {
        var bus = start(config -> config.withTimes(handshakeWithin(Duration.ofMillis(500))));
        var socket = keep(new Socket(InetAddress.getLoopbackAddress(), bus.broker().port()));
        var start = Instant.now();
        var hello = new byte[] {22, 3, 1, 2, 0};

        assertThatThrownBy(
                        () -> {
                            for (var i = 0; ; i = Math.min(i + 1, hello.length - 1)) {
                                socket.getOutputStream().write(hello[i]);
                                pause(Duration.ofMillis(50));
                            }
                        })
                .isInstanceOf(IOException.class);
        assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void connectedClientsMayBeSilentForLongerThanAHandshake() throws Exception {
        var second = handshakeWithin(Duration.ofSeconds(1));
        var bus = start(config -> config.withTimes(second));
        var secure = bus.connect(bus.fleet().node("n-1"));
        var open = keep(EmbeddedBroker.start(BrokerConfig.plain().withTimes(second)));
        var address = List.of(new BrokerAddress("localhost", open.port()));
        var plain =
                keep(JmsTransport.connect(JmsConnectionConfig.plain(address, "node/n-1"), LIMIT));

        await().during(Duration.ofMillis(1_500))
                .until(() -> secure.connected() && plain.connected());

        var announcements = new Destination.Announcements();
        var soon = Instant.now().plusSeconds(60);
        secure.publishConfirmed(announcements, Bytes.utf8("here"), soon, LIMIT);
        plain.publishConfirmed(announcements, Bytes.utf8("here"), soon, LIMIT);
    }

    @Test
    void oneAddressGetsOnlySoManyConnections() throws Exception {
        var limits = BrokerLimits.usual().withPerAddress(3, 2);
        var bus = start(config -> config.withLimits(limits));
        bus.connect(bus.fleet().node("n-1"));
        bus.connect(bus.fleet().node("n-2"));
        var third = bus.connect(bus.fleet().node("n-3"));

        assertThatThrownBy(() -> bus.connect(bus.fleet().node("n-4")))
                .isInstanceOf(TransportException.class);
        assertThat(bus.broker().refusals()).containsEntry("too many connections", 1L);

        third.close();
        await().atMost(LIMIT)
                .ignoreExceptions()
                .until(() -> bus.connect(bus.fleet().node("n-4")).connected());
    }

    @Test
    void oneAddressGetsOnlySoManyHandshakes() throws Exception {
        var limits = BrokerLimits.usual().withPerAddress(100, 2);
        var bus = start(config -> config.withLimits(limits));
        for (var i = 0; i < 3; i++) {
            keep(new Socket(InetAddress.getLoopbackAddress(), bus.broker().port()));
        }

        await().untilAsserted(
                        () ->
                                assertThat(bus.broker().refusals())
                                        .containsEntry("too many strangers", 1L));
    }

    @Test
    void oneOperatorGetsOnlySoManyConnections() {
        var bus = start(UnaryOperator.identity());
        var alice = bus.fleet().operator("alice");
        IntStream.range(0, 64).forEach(i -> bus.connect(alice));

        assertThatThrownBy(() -> bus.connect(alice))
                .hasMessageContaining("too many connections of operator/alice");
        bus.connect(bus.fleet().operator("bob"));
    }

    @Test
    void oneIdentityGetsOnlySoManyConnectionsBeforeItSaysItsName() throws Exception {
        var usual = BrokerLimits.usual();
        var each =
                new BrokerLimits.Each(
                        1,
                        usual.each().destinations(),
                        usual.each().nodeWaiting(),
                        usual.each().waiting(),
                        usual.each().rate());
        var bus = start(config -> config.withLimits(usual.withEach(each)));
        var context = Tls.mutual(bus.fleet().node("n-1"));
        shake(bus, context, "TLSv1.3");
        var second = shake(bus, context, "TLSv1.3");

        assertThat(shake(bus, context, "TLSv1.3").getInputStream().read()).isEqualTo(-1);
        assertThat(bus.broker().refusals()).containsEntry("too many connections", 1L);
        bus.connect(bus.fleet().node("n-2"));

        second.close();
        await().atMost(LIMIT)
                .ignoreExceptions()
                .until(() -> bus.connect(bus.fleet().node("n-1")).connected());
    }

    @Test
    void connectionThatNeverSaysItsNameIsClosed() throws Exception {
        var bus = start(config -> config.withTimes(signOfLifeWithin(Duration.ofMillis(200))));
        var silent = shake(bus, Tls.mutual(bus.fleet().node("n-1")), "TLSv1.3");
        silent.setSoTimeout((int) LIMIT.toMillis());

        silent.getInputStream().readAllBytes();

        assertThat(bus.broker().refusals()).containsEntry("connection without a name", 1L);
        await().atMost(LIMIT).until(() -> bus.broker().connections() == 0);
    }

    @Test
    void clientThatAsksNotToBeWatchedIsWatched() throws Exception {
        var bus = start(config -> config.withTimes(signOfLifeWithin(Duration.ofMillis(200))));
        var dead = keep(new Intruder(bus.fleet().node("n-1"), bus.broker().port(), Duration.ZERO));
        dead.open();
        assertThat(dead.say(dead.bare("node/n-1/1", "node/n-1"))).isEmpty();

        dead.awaitEnd();
    }

    @Test
    void strangersTakeNoPlaceFromThoseWhoGetIn() throws Exception {
        var bus = start(c -> c.withLimits(BrokerLimits.usual().withInAll(1, 3)));
        for (var i = 0; i < 2; i++) {
            keep(new Socket(InetAddress.getLoopbackAddress(), bus.broker().port()));
        }

        bus.connect(bus.fleet().node("n-1"));

        assertThatThrownBy(() -> bus.connect(bus.fleet().node("n-2")))
                .isInstanceOf(TransportException.class);
        assertThat(bus.broker().refusals()).containsOnlyKeys("too many connections");
        for (var i = 0; i < 2; i++) {
            keep(new Socket(InetAddress.getLoopbackAddress(), bus.broker().port()));
        }
        await().atMost(LIMIT)
                .until(() -> bus.broker().refusals().containsKey("too many strangers"));
    }

    @Test
    void certificateOfAnotherFleetIsRefused() {
        var bus = start(UnaryOperator.identity());
        var stranger = TestFleet.create().node("n-1");

        refused(bus, withRoot(bus.fleet(), stranger));
        bus.connect(bus.fleet().node("n-1"));
    }

    @Test
    void clientWithoutCertificateIsRefused() {
        var bus = start(UnaryOperator.identity());

        refused(bus, Tls.anonymous(bus.fleet().trust().root()));
    }

    /** The JDK's parser fails at it in a way of its own, in whatever thread that is. */
    @Test
    void certificateThatNoParserTakesEndsItsOwnConnectionOnly() {
        var bus = start(config -> config.withLimits(BrokerLimits.usual().withInAll(2, 2)));
        var honest = bus.connect(bus.fleet().node("n-2"));
        var node = bus.fleet().node("n-1");
        var bent = new BentCertificate(node.certificate(), withoutKey(node.certificate()));

        for (var i = 0; i < 10; i++) {
            refused(bus, Tls.mutual(new Credentials(node.key(), bent, node.trust())));
        }

        await().atMost(LIMIT).ignoreExceptions().until(() -> bus.connect(node).connected());
        assertThat(honest.connected()).isTrue();
    }

    /** Its bytes, but for the length of the key, which is none. */
    private static byte[] withoutKey(X509Certificate certificate) {
        var hex = HexFormat.of();
        var der = hex.formatHex(Certificates.der(certificate).toArray());
        assertThat(der).contains(KEY_OF_32_BYTES);
        return hex.parseHex(der.replace(KEY_OF_32_BYTES, KEY_OF_NO_BYTES));
    }

    @Test
    void expiredCertificateIsRefusedAndSaidSo() {
        var past = new TestFleet("test", Instant.now().minus(Duration.ofDays(10)));
        var bus = keep(new BrokerFixture(past, UnaryOperator.identity()));
        var node = Identity.node("test", new NodeId("n-1"));
        var old = past.credentials(past.nodesIssuer(), node, Duration.ofDays(9));

        assertThatThrownBy(() -> bus.connect(old))
                .hasMessageMatching(
                        "cannot connect: localhost:\\d+ refuses our certificate: certificate .*");
        bus.connect(past.node("n-1"));
    }

    @Test
    void certificateOfAnOperatorFromTheNodesIssuerIsRefused() {
        var bus = start(UnaryOperator.identity());
        var fleet = bus.fleet();
        var forged =
                fleet.credentials(
                        fleet.nodesIssuer(),
                        new Identity("test", Role.OPERATOR, "alice"),
                        Duration.ofDays(1));

        assertThatThrownBy(() -> bus.connect(forged)).isInstanceOf(TransportException.class);
        await().untilAsserted(() -> assertThat(bus.broker().refusals()).isNotEmpty());
        bus.connect(fleet.operator("alice"));
    }

    @Test
    void oldTlsIsNotSpoken() throws Exception {
        var bus = start(UnaryOperator.identity());
        var context = Tls.mutual(bus.fleet().node("n-1"));

        assertThatThrownBy(() -> shake(bus, context, "TLSv1.2")).isInstanceOf(IOException.class);
        shake(bus, context, "TLSv1.3").close();
    }

    @Test
    void sessionsAreNotResumed() throws Exception {
        var bus = start(UnaryOperator.identity());
        var context = Tls.mutual(bus.fleet().node("n-1"));
        var first = shake(bus, context, "TLSv1.3");
        readTickets(first);

        var second = shake(bus, context, "TLSv1.3");

        assertThat(second.getSession().getCreationTime())
                .isGreaterThan(first.getSession().getCreationTime());
        assertThat(second.getSession().getId()).isNotEqualTo(first.getSession().getId());
    }

    private BrokerFixture start(UnaryOperator<BrokerConfig> settings) {
        return keep(new BrokerFixture(TestFleet.create(), settings));
    }

    private static void refused(BrokerFixture bus, SSLContext context) {
        var node = bus.fleet().node("n-1");
        var good = bus.client(node);
        var config = JmsConnectionConfig.tls(good.brokers(), context, good.clientId());
        assertThatThrownBy(() -> JmsTransport.connect(config, LIMIT).close())
                .isInstanceOf(TransportException.class)
                .message()
                .startsWith("cannot connect: ")
                .hasLineCount(1);
        await().untilAsserted(() -> assertThat(bus.broker().refusals()).isNotEmpty());
    }

    /** Trusts the broker, but shows a certificate it does not know. */
    private static SSLContext withRoot(TestFleet fleet, Credentials stranger) {
        return Tls.mutual(new Credentials(stranger.key(), stranger.certificate(), fleet.trust()));
    }

    private SSLSocket shake(BrokerFixture bus, SSLContext context, String protocol)
            throws IOException {
        var socket =
                (SSLSocket)
                        context.getSocketFactory().createSocket("localhost", bus.broker().port());
        keep(socket);
        socket.setEnabledProtocols(new String[] {protocol});
        socket.startHandshake();
        return socket;
    }

    /** The broker says its name after the handshake; tickets would come before that. */
    private static void readTickets(SSLSocket socket) throws IOException {
        assertThat(socket.getInputStream().read()).isNotNegative();
        socket.close();
    }

    private static BrokerTimes handshakeWithin(Duration limit) {
        var usual = BrokerTimes.usual();
        return new BrokerTimes(
                limit, usual.inactivity(), usual.queueIdle(), usual.recheck(), usual.longestStay());
    }

    private static BrokerTimes signOfLifeWithin(Duration limit) {
        var usual = BrokerTimes.usual();
        return new BrokerTimes(
                usual.handshake(), limit, usual.queueIdle(), usual.recheck(), usual.longestStay());
    }

    private static void pause(Duration pause) {
        var end = Instant.now().plus(pause);
        await().pollInterval(Duration.ofMillis(10)).until(() -> Instant.now().isAfter(end));
    }

    private <T extends AutoCloseable> T keep(T closed) {
        opened.add(closed);
        return closed;
    }
}
