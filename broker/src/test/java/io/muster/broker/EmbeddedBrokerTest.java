package io.muster.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.muster.message.Bytes;
import io.muster.message.Collective;
import io.muster.message.Identity;
import io.muster.message.NodeId;
import io.muster.message.ReplyAddress;
import io.muster.security.TestFleet;
import io.muster.security.Tls;
import io.muster.transport.Destination;
import io.muster.transport.jms.BrokerAddress;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;

class EmbeddedBrokerTest {
    private static final Destination QUEUE = new Destination.Node(new NodeId("mail"));

    @Test
    void portThatIsTakenIsOneClearLine() {
        try (var first = EmbeddedBroker.start(BrokerConfig.plain())) {
            var port = first.port();

            assertThatThrownBy(() -> EmbeddedBroker.start(BrokerConfig.plain().withPort(port)))
                    .isInstanceOf(BrokerException.class)
                    .hasMessageMatching(
                            "cannot listen on 127.0.0.1:"
                                    + port
                                    + ": Address already in use.*; is"
                                    + " a broker running there\\?");
        }
    }

    @Test
    void brokerWithoutCertificatesStaysOnThisMachine() {
        var plain = BrokerConfig.plain();
        var open =
                new BrokerConfig(
                        "0.0.0.0",
                        0,
                        plain.access(),
                        plain.storage(),
                        plain.limits(),
                        plain.times());

        assertThatThrownBy(() -> EmbeddedBroker.start(open))
                .isInstanceOf(BrokerException.class)
                .hasMessage(
                        "a broker without certificates listens on a loopback address only, not on"
                                + " 0.0.0.0");
    }

    @Test
    void brokerWithCertificatesMayListenEverywhere() {
        var fleet = TestFleet.create();
        var config =
                BrokerConfig.secure(
                                new BrokerAddress("0.0.0.0", 1),
                                Tls.mutual(fleet.broker()),
                                chain -> Optional.empty(),
                                node -> Set.of())
                        .withPort(0);

        EmbeddedBroker.start(config).close();
    }

    @Test
    void closeIsIdempotent() {
        var broker = EmbeddedBroker.start(BrokerConfig.plain());
        broker.close();
        broker.close();
    }

    @Test
    void connectionEndsWhenItsCertificateIsNotGoodAnyMore() {
        Set<Identity> revoked = ConcurrentHashMap.newKeySet();
        var often = everySoOften(Duration.ofMillis(100));
        try (var bus = new BrokerFixture(TestFleet.create(), c -> unless(revoked, c, often))) {
            var bad = bus.connect(bus.fleet().node("bad"));
            var good = bus.connect(bus.fleet().node("good"));
            assertThat(bus.broker().connections()).isEqualTo(2);

            revoked.add(bus.fleet().node("bad").identity());

            await().atMost(BrokerFixture.PATIENCE).until(() -> !bad.connected());
            assertThat(good.connected()).isTrue();
            assertThatThrownBy(() -> bus.connect(bus.fleet().node("bad")))
                    .hasMessageContaining("it may not accept our certificate");
        }
    }

    @Test
    void connectionEndsWhenItReadsWhatItMayNotAnyMore() {
        Set<Collective> collectives = ConcurrentHashMap.newKeySet();
        collectives.add(Collective.MAIN);
        try (var bus = new BrokerFixture(TestFleet.create(), c -> within(collectives, c))) {
            var requests = new Destination.Requests(Collective.MAIN);
            var reading = bus.connect(bus.fleet().node("reading"));
            reading.subscribe(requests, body -> {});
            var other = bus.connect(bus.fleet().node("other"));
            bus.broker().recheck();
            assertThat(reading.connected()).isTrue();

            collectives.clear();
            bus.broker().recheck();

            await().atMost(BrokerFixture.PATIENCE).until(() -> !reading.connected());
            assertThat(other.connected()).isTrue();
        }
    }

    @Test
    void connectionsCanBeRecheckedAtOnce() {
        Set<Identity> revoked = ConcurrentHashMap.newKeySet();
        var never = everySoOften(Duration.ofDays(1));
        try (var bus = new BrokerFixture(TestFleet.create(), c -> unless(revoked, c, never))) {
            var bad = bus.connect(bus.fleet().node("bad"));
            revoked.add(bus.fleet().node("bad").identity());

            bus.broker().recheck();

            await().atMost(BrokerFixture.PATIENCE).until(() -> !bad.connected());
        }
    }

    @Test
    void persistentWorkForANodeSurvivesARestart(@TempDir Path directory) throws Exception {
        var fleet = TestFleet.create();
        UnaryOperator<BrokerConfig> onDisk = c -> c.withStorage(new Storage.Disk(directory));
        try (var bus = new BrokerFixture(fleet, onDisk);
                var operator = new Intruder(fleet.operator("alice"), bus.broker().port())) {
            Intruder.send(operator.connection(), Intruder.queue(QUEUE.name()), "kept");
        }

        try (var bus = new BrokerFixture(fleet, onDisk)) {
            var taken = new ConcurrentLinkedQueue<Bytes>();
            bus.connect(fleet.node("mail")).subscribe(QUEUE, taken::add);
            await().atMost(BrokerFixture.PATIENCE).until(() -> !taken.isEmpty());
            assertThat(taken).containsExactly(Bytes.utf8("kept"));
        }
    }

    @Test
    void queueIsRemovedWhenItIsIdleAndNeverWithAMessageOrAReader() throws Exception {
        var fleet = TestFleet.create();
        var alice = fleet.operator("alice");
        var inbox = new Destination.Replies(ReplyAddress.of(alice.identity(), "1"));
        var read = new Destination.Node(new NodeId("web"));
        try (var bus = new BrokerFixture(fleet, c -> c.withTimes(idle(Duration.ofMillis(300))))) {
            bus.connect(fleet.node("web")).subscribe(read, _ -> {});
            var operator = bus.connect(alice);
            var expires = Instant.now().plus(Duration.ofMinutes(5));
            operator.publishConfirmed(QUEUE, Bytes.utf8("kept"), expires, BrokerFixture.PATIENCE);
            operator.subscribe(inbox, _ -> {}).close();

            await().atMost(BrokerFixture.PATIENCE)
                    .until(() -> !bus.broker().destinations().contains(inbox.name()));

            assertThat(bus.broker().destinations()).contains(QUEUE.name(), read.name());
            var taken = new ConcurrentLinkedQueue<Bytes>();
            bus.connect(fleet.node("mail")).subscribe(QUEUE, taken::add);
            await().atMost(BrokerFixture.PATIENCE).until(() -> !taken.isEmpty());
            assertThat(taken).containsExactly(Bytes.utf8("kept"));
        }
    }

    private static BrokerTimes idle(Duration queue) {
        var usual = BrokerTimes.usual();
        return new BrokerTimes(
                usual.handshake(), usual.inactivity(), queue, usual.recheck(), usual.longestStay());
    }

    private static BrokerConfig unless(Set<Identity> revoked, BrokerConfig config, BrokerTimes t) {
        var certificates = (Access.Certificates) config.access();
        var stricter =
                new Access.Certificates(
                        certificates.context(),
                        chain ->
                                certificates
                                        .identify()
                                        .apply(chain)
                                        .filter(who -> !revoked.contains(who)),
                        certificates.collectives());
        return new BrokerConfig(
                config.host(), config.port(), stricter, config.storage(), config.limits(), t);
    }

    private static BrokerConfig within(Set<Collective> collectives, BrokerConfig config) {
        var certificates = (Access.Certificates) config.access();
        var access =
                new Access.Certificates(
                        certificates.context(), certificates.identify(), node -> collectives);
        return new BrokerConfig(
                config.host(),
                config.port(),
                access,
                config.storage(),
                config.limits(),
                config.times());
    }

    private static BrokerTimes everySoOften(Duration recheck) {
        var usual = BrokerTimes.usual();
        return new BrokerTimes(
                usual.handshake(),
                usual.inactivity(),
                usual.queueIdle(),
                recheck,
                usual.longestStay());
    }
}
