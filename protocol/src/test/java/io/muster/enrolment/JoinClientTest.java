package io.muster.enrolment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.enrolment.JoinAnswer.Granted;
import io.muster.enrolment.JoinAnswer.Pending;
import io.muster.enrolment.JoinAnswer.Refusal;
import io.muster.enrolment.JoinAnswer.Refused;
import io.muster.enrolment.JoinException.Kind;
import io.muster.message.Bytes;
import io.muster.message.Collective;
import io.muster.message.Endpoint;
import io.muster.message.Identity;
import io.muster.message.NodeId;
import io.muster.security.Certificates;
import io.muster.security.Ed25519Key;
import io.muster.security.Issuance;
import io.muster.security.TestFleet;
import io.muster.security.TrustStore;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

class JoinClientTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final TestFleet FLEET = TestFleet.create();
    private static final Ed25519Key KEY = Ed25519Key.generate(RANDOM);
    private static final Applicant WEB01 =
            new Applicant(Optional.of(new NodeId("web01")), "web01.example.org", "m1");

    private final List<String> waits = new ArrayList<>();
    private Instant now = Instant.now();

    private JoinClient client(Duration patience) {
        return new JoinClient(
                () -> now,
                RANDOM,
                patience,
                (why, _) -> waits.add(why),
                length -> now = now.plus(length));
    }

    private static Granted granted(TestFleet fleet, Ed25519Key key, String id, TrustStore trust) {
        var certificate =
                new Issuance(RANDOM)
                        .leaf(
                                fleet.nodesIssuer(),
                                Identity.node(fleet.name(), new NodeId(id)),
                                key.publicKey(),
                                List.of(),
                                Instant.now(),
                                Duration.ofDays(1));
        return new Granted(
                Certificates.der(certificate),
                trust.certificates().stream().map(Certificates::der).toList(),
                List.of(Collective.MAIN),
                Endpoint.parse("hub.example.org:61617"),
                Optional.empty());
    }

    private static Granted with(Granted granted, Bytes set) {
        return new Granted(
                granted.certificate(),
                granted.trust(),
                granted.collectives(),
                granted.broker(),
                Optional.of(set));
    }

    private Joined join(Granted granted) throws Exception {
        try (var hub = ScriptedHub.start(FLEET.hub(), _ -> ScriptedHub.http(granted))) {
            return join(hub);
        }
    }

    @Test
    void aTrustSetThatThePinnedRootSignedIsGoneByFromTheStart() throws Exception {
        var next = FLEET.reissued();
        var granted = granted(FLEET, KEY, "web01", FLEET.trust());
        var trust =
                join(with(granted, FLEET.signed(TestFleet.set(1, FLEET, next))))
                        .credentials()
                        .trust();
        assertThat(trust.number()).isEqualTo(1);
        assertThat(trust.anchors()).containsExactly(FLEET.anchor(), next.anchor());
    }

    @Test
    void aTrustSetThatAnotherRootSignedIsNotBelieved() throws Exception {
        var next = FLEET.successor();
        var granted = granted(FLEET, KEY, "web01", FLEET.trust());
        var trust =
                join(with(granted, next.signed(TestFleet.set(2, FLEET, next))))
                        .credentials()
                        .trust();
        assertThat(trust.number()).isZero();
        assertThat(trust.anchors()).containsExactly(FLEET.anchor());
    }

    @Test
    void aTrustSetThatSaysOtherwiseThanTheHubIsNotJoinedUnder() {
        var next = FLEET.reissued();
        var granted = granted(FLEET, KEY, "web01", FLEET.trust());
        assertThatThrownBy(() -> join(with(granted, FLEET.signed(TestFleet.set(2, next, FLEET)))))
                .hasMessageContaining("a trust set with another authority in use");
        assertThatThrownBy(() -> join(with(granted, Bytes.utf8("{}"))))
                .isInstanceOf(JoinException.class);
    }

    private static String welcome(Bytes request) {
        JoinRequest.decode(request);
        return ScriptedHub.http(granted(FLEET, KEY, "web01", FLEET.trust()));
    }

    private Joined join(ScriptedHub hub) throws InterruptedException {
        var token = JoinToken.create(RANDOM, hub.listener("localhost", FLEET.hub()));
        return client(Duration.ofMinutes(5)).join(token, KEY, WEB01);
    }

    private static void assertKind(ThrowingJoin join, Kind kind, String... parts) {
        assertThatThrownBy(join::run)
                .isInstanceOfSatisfying(
                        JoinException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .message()
                .contains(parts)
                .doesNotContain("\n");
    }

    private interface ThrowingJoin {
        void run() throws InterruptedException;
    }

    @Test
    void aWelcomedMachineHasItsIdentityItsCollectivesAndTheBroker() throws Exception {
        try (var hub = ScriptedHub.start(FLEET.hub(), JoinClientTest::welcome)) {
            var joined = join(hub);
            assertThat(joined.credentials().identity().brief()).isEqualTo("node/web01");
            assertThat(joined.collectives()).containsExactly(Collective.MAIN);
            assertThat(joined.broker()).hasToString("hub.example.org:61617");
            assertThat(waits).isEmpty();
        }
    }

    @Test
    void anAuthorityThatThePinnedRootDidNotVouchForIsNotBelieved() throws Exception {
        var two = TestFleet.trusting(FLEET, FLEET.successor());
        try (var hub =
                ScriptedHub.start(
                        FLEET.hub(), _ -> ScriptedHub.http(granted(FLEET, KEY, "web01", two)))) {
            assertKind(() -> join(hub), Kind.BAD_ANSWER, "more than one authority");
        }
    }

    @Test
    void anotherAuthorityIsToldNothing() throws Exception {
        var impostor = new TestFleet(FLEET.name(), Instant.now());
        try (var hub = ScriptedHub.start(impostor.hub(), JoinClientTest::welcome)) {
            var listener = hub.listener("localhost", FLEET.hub());
            var token = JoinToken.create(RANDOM, listener);
            assertKind(
                    () -> client(Duration.ofMinutes(5)).join(token, KEY, WEB01),
                    Kind.NOT_PROVEN,
                    "another authority",
                    "expected the root " + listener.root().hex(),
                    "seen " + Certificates.fingerprint(impostor.trust().root()),
                    "nothing was sent");
            assertThat(hub.connections()).isEqualTo(1);
            assertThat(hub.heard()).isEmpty();
        }
    }

    @Test
    void theRightAuthorityUnderAnotherHostNameIsToldNothing() throws Exception {
        var elsewhere =
                FLEET.credentials(
                        FLEET.nodesIssuer(),
                        Identity.node(FLEET.name(), new NodeId("web07")),
                        Duration.ofDays(1));
        try (var hub = ScriptedHub.start(elsewhere, JoinClientTest::welcome)) {
            assertKind(() -> join(hub), Kind.NOT_PROVEN, "nothing was sent");
            assertThat(hub.heard()).isEmpty();
        }
        try (var hub = ScriptedHub.start("127.0.0.2", FLEET.hub(), JoinClientTest::welcome)) {
            var listener = hub.listener("127.0.0.2", FLEET.hub());
            assertKind(
                    () -> client(Duration.ZERO).join(listener, KEY, WEB01),
                    Kind.NOT_PROVEN,
                    "No subject alternative names matching IP address 127.0.0.2",
                    "nothing was sent");
            assertThat(hub.heard()).isEmpty();
        }
    }

    @Test
    void anExpiredHubIsToldNothing() throws Exception {
        var old = new TestFleet("test", Instant.now().minus(Duration.ofDays(400)));
        try (var hub = ScriptedHub.start(old.hub(), JoinClientTest::welcome)) {
            var listener = hub.listener("localhost", old.hub());
            assertKind(
                    () -> client(Duration.ZERO).join(listener, KEY, WEB01),
                    Kind.NOT_PROVEN,
                    "expired");
            assertThat(hub.heard()).isEmpty();
        }
    }

    @Test
    void aPortWithoutTlsIsToldNothing() throws Exception {
        try (var hub = ScriptedHub.plain(_ -> "HTTP/1.1 400 Bad Request\r\n\r\n")) {
            var listener = hub.listener("localhost", FLEET.hub());
            assertKind(
                    () -> client(Duration.ZERO).join(listener, KEY, WEB01),
                    Kind.NOT_PROVEN,
                    "no TLS 1.3 server");
            assertThat(hub.heard()).containsExactly(Bytes.wrap(new byte[] {22}));
        }
    }

    @Test
    void aHubThatIsAwayIsTriedAgainUntilThePatienceEnds() throws Exception {
        Listener gone;
        try (var hub = ScriptedHub.start(FLEET.hub(), JoinClientTest::welcome)) {
            gone = hub.listener("localhost", FLEET.hub());
        }
        assertKind(
                () -> client(Duration.ofMinutes(2)).join(gone, KEY, WEB01),
                Kind.UNREACHABLE,
                "cannot reach the hub at " + gone.endpoint(),
                "Connection refused");
        assertThat(waits).hasSizeBetween(4, 40);
    }

    @Test
    void aPendingMachineAsksAgainWithTheSameKeyUntilSomebodySigns() throws Exception {
        var asked = new AtomicInteger();
        var fingerprint = KeyFingerprint.of(KEY.publicKey());
        Function<Bytes, String> script =
                body ->
                        asked.incrementAndGet() < 3
                                ? ScriptedHub.http(
                                        new JoinAnswer.Pending(Duration.ofSeconds(5), fingerprint))
                                : welcome(body);
        try (var hub = ScriptedHub.start(FLEET.hub(), script)) {
            assertThat(join(hub).credentials().key()).isSameAs(KEY);
            assertThat(hub.heard())
                    .hasSize(3)
                    .allMatch(body -> JoinRequest.decode(body).csr().key().equals(KEY.publicKey()));
        }
        assertThat(waits)
                .hasSize(2)
                .allMatch(why -> why.endsWith("muster ca sign web01 " + fingerprint));
    }

    @Test
    void nobodySignsInTime() throws Exception {
        var fingerprint = KeyFingerprint.of(KEY.publicKey());
        try (var hub =
                ScriptedHub.start(
                        FLEET.hub(),
                        _ -> ScriptedHub.http(new Pending(Duration.ofSeconds(30), fingerprint)))) {
            assertKind(() -> join(hub), Kind.STILL_PENDING, fingerprint.toString());
        }
    }

    @Test
    void aRefusalIsFinalAndShownWithoutItsControlCharacters() throws Exception {
        var refused = new Refused(Refusal.TOKEN_USED, "used up\u001b[2J");
        try (var hub = ScriptedHub.start(FLEET.hub(), _ -> ScriptedHub.http(refused))) {
            assertKind(() -> join(hub), Kind.REFUSED, "used up\\u{1b}[2J");
            assertThat(hub.connections()).isEqualTo(1);
        }
    }

    @Test
    void aBusyHubIsAskedAgain() throws Exception {
        var asked = new AtomicInteger();
        try (var hub =
                ScriptedHub.start(
                        FLEET.hub(),
                        body ->
                                asked.incrementAndGet() == 1
                                        ? ScriptedHub.http(new Refused(Refusal.BUSY, "busy"))
                                        : welcome(body))) {
            join(hub);
            assertThat(waits).hasSize(1);
        }
    }

    @Test
    void aCertificateForSomebodyElseIsNotTaken() throws Exception {
        var strangers =
                List.of(
                        granted(FLEET, Ed25519Key.generate(RANDOM), "web01", FLEET.trust()),
                        granted(FLEET, KEY, "web02", FLEET.trust()),
                        granted(FLEET, KEY, "web01", TestFleet.create().trust()),
                        granted(TestFleet.create(), KEY, "web01", FLEET.trust()));
        for (var answer : strangers) {
            try (var hub = ScriptedHub.start(FLEET.hub(), _ -> ScriptedHub.http(answer))) {
                assertKind(() -> join(hub), Kind.BAD_ANSWER, "localhost:");
            }
        }
    }

    @Test
    void whatIsNoHubIsSaidToBeNone() throws Exception {
        for (var nonsense :
                List.of(
                        "HTTP/1.1 404 Not Found\r\n\r\n",
                        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
                        "HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n",
                        "SSH-2.0-OpenSSH_9.2\r\n\r\n")) {
            try (var hub = ScriptedHub.start(FLEET.hub(), _ -> nonsense)) {
                assertKind(() -> join(hub), Kind.BAD_ANSWER, "localhost:");
            }
        }
    }

    @Test
    void aConnectionThatBreaksIsTriedAgain() throws IOException {
        try (var hub = ScriptedHub.start(FLEET.hub(), _ -> "HTTP/1.1 200")) {
            assertKind(() -> join(hub), Kind.UNREACHABLE, "ended before the answer");
        }
    }
}
