package io.muster.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.muster.message.Identity;
import io.muster.message.IssuerName;
import io.muster.message.Role;
import io.muster.security.Certificates;
import io.muster.security.Credentials;
import io.muster.security.Doorkeeper;
import io.muster.security.TestFleet;
import io.muster.transport.TransportException;
import io.muster.transport.jms.ConnectionState;
import io.muster.transport.jms.JmsTransport;
import io.muster.trust.RevocationList;
import io.muster.trust.RevocationList.Revoked;
import io.muster.trust.Revocations;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** Whose certificate does not count any more has no connection, however it came by it. */
class RevokedTest {
    private final TestFleet fleet = TestFleet.create();
    private final Revocations revocations = new Revocations();
    private final Set<String> locked = ConcurrentHashMap.newKeySet();

    private BrokerFixture start() {
        var doorkeeper =
                new Doorkeeper(
                        fleet.trust(),
                        revocations,
                        (who, _) -> locked.contains(who.brief()),
                        InstantSource.system());
        return new BrokerFixture(
                fleet,
                config -> {
                    var access = (Access.Certificates) config.access();
                    return new BrokerConfig(
                            config.host(),
                            config.port(),
                            new Access.Certificates(
                                    access.context(), doorkeeper::identify, access.collectives()),
                            config.storage(),
                            config.limits(),
                            config.times());
                });
    }

    private void revoke(Credentials who) {
        var now = Instant.now();
        revocations.take(
                new RevocationList(
                        "test",
                        IssuerName.OPERATORS,
                        revocations.numbers().operators() + 1,
                        now,
                        now.plusSeconds(600),
                        List.of(
                                new Revoked(
                                        who.identity(),
                                        Certificates.serial(who.certificate()),
                                        now.plusSeconds(600),
                                        "stolen"))));
    }

    private static Queue<ConnectionState> watch(BrokerFixture bus, Credentials who) {
        var states = new ConcurrentLinkedQueue<ConnectionState>();
        bus.keep(JmsTransport.open(bus.client(who), states::add));
        await().atMost(BrokerFixture.PATIENCE)
                .until(() -> states.stream().anyMatch(ConnectionState.Connected.class::isInstance));
        return states;
    }

    private static void awaitLoss(Queue<ConnectionState> states) {
        await().atMost(Duration.ofSeconds(5))
                .until(() -> states.stream().anyMatch(ConnectionState.Lost.class::isInstance));
    }

    @Test
    void aRevokedOperatorLosesItsConnectionAndGetsNoOther() {
        try (var bus = start()) {
            var bob = fleet.operator("bob");
            var alice = bus.connect(fleet.operator("alice"));
            var states = watch(bus, bob);
            revoke(bob);
            bus.broker().recheck();
            awaitLoss(states);
            assertThatThrownBy(() -> bus.connect(bob)).isInstanceOf(TransportException.class);
            assertThat(alice.connected()).isTrue();
            bus.connect(fleet.operator("bob"));
        }
    }

    @Test
    void aLockedOneLosesItsConnectionUntilItIsReleased() {
        try (var bus = start()) {
            var bob = fleet.operator("bob");
            var states = watch(bus, bob);
            locked.add("operator/bob");
            bus.broker().recheck();
            awaitLoss(states);
            assertThatThrownBy(() -> JmsTransport.connect(bus.client(bob), Duration.ofSeconds(2)))
                    .isInstanceOf(TransportException.class);
            locked.clear();
            bus.connect(bob);
        }
    }

    @Test
    void anExpiredCertificateEndsTheConnectionWithinSeconds() {
        try (var bus = start()) {
            var brief =
                    fleet.credentials(
                            fleet.operatorsIssuer(),
                            new Identity("test", Role.OPERATOR, "brief"),
                            Duration.ofSeconds(6));
            var states = watch(bus, brief);
            var end = brief.certificate().getNotAfter().toInstant();
            await().atMost(Duration.ofSeconds(12))
                    .until(() -> states.stream().anyMatch(ConnectionState.Lost.class::isInstance));
            assertThat(Instant.now()).isBetween(end, end.plusSeconds(5));
        }
    }

    /** Java asks no trust manager when a session is resumed, so the broker asks itself. */
    @Test
    void aRevokedOperatorWhoResumesItsTlsSessionIsRefused() throws Exception {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var process =
                new ProcessBuilder(
                                java,
                                "-Djdk.tls.server.newSessionTicketCount=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                ResumedSessionMain.class.getName())
                        .redirectErrorStream(true)
                        .start();
        try {
            var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(said)
                    .contains("first: true")
                    .contains("resumed: true")
                    .contains("second: true")
                    .contains("resumed when revoked: true")
                    .contains("third: false")
                    .contains("refused: true");
        } finally {
            process.destroyForcibly();
        }
    }
}
