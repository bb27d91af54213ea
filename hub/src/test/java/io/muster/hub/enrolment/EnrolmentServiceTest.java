package io.muster.hub.enrolment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.muster.enrolment.JoinAnswer;
import io.muster.enrolment.JoinAnswer.Refusal;
import io.muster.enrolment.JoinAnswer.Refused;
import io.muster.enrolment.JoinClient;
import io.muster.enrolment.JoinException;
import io.muster.enrolment.JoinException.Kind;
import io.muster.enrolment.JoinRequest;
import io.muster.enrolment.JoinToken;
import io.muster.enrolment.Joined;
import io.muster.enrolment.KeyFingerprint;
import io.muster.enrolment.Listener;
import io.muster.message.Bytes;
import io.muster.message.Endpoint;
import io.muster.message.NodeId;
import io.muster.message.Role;
import io.muster.security.Ed25519Key;
import io.muster.security.PinnedConnection;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

class EnrolmentServiceTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    @TempDir private Path temporary;
    private TestAuthority fleet;
    private EnrolmentService service;

    @BeforeEach
    void start() throws IOException {
        fleet = TestAuthority.found(temporary.resolve("ca"), Instant.now());
        service =
                EnrolmentService.start(
                        new InetSocketAddress(LOOPBACK, 0),
                        fleet.open().server(Role.HUB),
                        fleet.enrolment(),
                        InstantSource.system());
    }

    @AfterEach
    void stop() {
        service.close();
    }

    private Listener listener() {
        return new Listener(
                new Endpoint("localhost", service.port()), fleet.open().rootFingerprint());
    }

    private JoinToken token() {
        return fleet.door().token(listener(), 1, Duration.ofHours(1), IdPattern.ANY);
    }

    private JoinClient client(JoinClient.Pause pause) {
        return new JoinClient(
                InstantSource.system(), fleet.random, Duration.ofMinutes(1), (_, _) -> {}, pause);
    }

    private Joined join(JoinToken token, Ed25519Key key, String id) throws InterruptedException {
        return client(Thread::sleep).join(token, key, TestAuthority.applicant(id));
    }

    @Test
    void aMachineJoinsWithATokenOverTheNetwork() throws Exception {
        var joined = join(token(), fleet.key(), "web01");
        assertThat(joined.credentials().identity().brief()).isEqualTo("node/web01");
        assertThat(joined.broker()).hasToString("localhost:61617");
        assertThat(joined.credentials().trust().fleet()).isEqualTo("test");
    }

    @Test
    void ofTwoConcurrentJoinsWithOneSingleUseTokenExactlyOneWins() throws Exception {
        var token = token();
        var won = new ArrayList<Joined>();
        var lost = new ArrayList<String>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Joined>> joins = new ArrayList<>();
            for (var id : List.of("web01", "web02")) {
                var key = fleet.key();
                joins.add(threads.submit((Callable<Joined>) () -> join(token, key, id)));
            }
            for (var join : joins) {
                try {
                    won.add(join.get());
                } catch (ExecutionException e) {
                    lost.add(e.toString());
                }
            }
        }
        assertThat(won).hasSize(1);
        assertThat(lost).singleElement().asString().contains("the join token is used up");
        assertThat(fleet.door().issued()).hasSize(1);
    }

    @Test
    void aMachineWithoutATokenGetsInWhenAPersonSigned() throws Exception {
        var key = fleet.key();
        JoinClient.Pause signing =
                _ -> {
                    var fingerprint = Optional.of(KeyFingerprint.of(key.publicKey()));
                    var waiting = fleet.door().waiting(new NodeId("web01"), fingerprint);
                    assertThat(waiting.source()).isEqualTo("127.0.0.1");
                    fleet.door().sign(fleet.open(), waiting, "operator alice");
                };
        var joined = client(signing).join(listener(), key, TestAuthority.applicant("web01"));
        assertThat(joined.credentials().identity().brief()).isEqualTo("node/web01");
    }

    @Test
    void aTokenForAnotherHubSendsNothingHere() {
        var other = TestAuthority.found(temporary.resolve("other"), Instant.now());
        var there = new Listener(listener().endpoint(), other.open().rootFingerprint());
        var token = other.door().token(there, 1, Duration.ofHours(1), IdPattern.ANY);
        assertThatThrownBy(() -> join(token, fleet.key(), "web01"))
                .isInstanceOfSatisfying(
                        JoinException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NOT_PROVEN))
                .hasMessageContaining("another authority");
        assertThat(fleet.door().waiting()).isEmpty();
    }

    private String post(String head, Bytes body) throws IOException {
        var listener = listener();
        try (var connection =
                PinnedConnection.open(
                        listener.endpoint(), listener.root(), Duration.ofSeconds(10))) {
            connection.out().write(head.getBytes(StandardCharsets.US_ASCII));
            connection.out().write(body.view());
            connection.out().flush();
            return new String(connection.in().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String head(String method, String path, int length) {
        return "%s %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"
                .formatted(method, path, length);
    }

    @Test
    void anythingButAJoinRequestIsRefusedWithAReason() throws IOException {
        var garbage = Bytes.utf8("{\"csr\":\"\"}");
        assertThat(post(head("POST", "/v1/join", garbage.length()), garbage))
                .startsWith("HTTP/1.1 400")
                .contains("\"reason\":\"malformed\"");
        assertThat(post(head("GET", "/v1/join", 0), Bytes.utf8(""))).startsWith("HTTP/1.1 405");
        assertThat(post(head("POST", "/", 0), Bytes.utf8(""))).startsWith("HTTP/1.1 404");
        assertThat(post(head("POST", "/v1/join/../x", 0), Bytes.utf8("")))
                .startsWith("HTTP/1.1 404");
    }

    @Test
    void aLargeBodyIsCutOff() throws IOException {
        var large = Bytes.utf8(" ".repeat(JoinRequest.MAX_SIZE + 1));
        assertThat(post(head("POST", "/v1/join", large.length()), large))
                .startsWith("HTTP/1.1 413");
    }

    @Test
    void whoComesTooOftenIsToldToWait() throws IOException {
        var limit = new RateLimit(() -> TestAuthority.NOON, 2, Duration.ofSeconds(1));
        assertThat(limit.allows(LOOPBACK)).isTrue();
        assertThat(limit.allows(LOOPBACK)).isTrue();
        assertThat(limit.allows(LOOPBACK)).isFalse();
        assertThat(limit.allows(InetAddress.getByName("10.0.0.1"))).isTrue();
        assertThat(limit.allows(InetAddress.getByName("2001:db8::1"))).isTrue();
        assertThat(limit.allows(InetAddress.getByName("2001:db8::2"))).isTrue();
        assertThat(limit.allows(InetAddress.getByName("2001:db8::3"))).isFalse();
        var now = new Instant[] {TestAuthority.NOON};
        var refilled = new RateLimit(() -> now[0], 1, Duration.ofSeconds(1));
        assertThat(refilled.allows(LOOPBACK)).isTrue();
        assertThat(refilled.allows(LOOPBACK)).isFalse();
        now[0] = now[0].plusMillis(1001);
        assertThat(refilled.allows(LOOPBACK)).isTrue();
    }

    @Test
    void silentConnectionsDoNotKeepOthersOut() throws Exception {
        var silent = new ArrayList<Socket>();
        try {
            for (int i = 0; i < 200; i++) {
                silent.add(new Socket(LOOPBACK, service.port()));
            }
            assertThat(join(token(), fleet.key(), "web01").collectives()).hasSize(1);
        } finally {
            for (var socket : silent) {
                socket.close();
            }
        }
    }

    @Test
    void whoSaysHalfOfWhatHeWantsKeepsNobodyOut() throws Exception {
        var listener = listener();
        var half = head("POST", "/v1/join", 100).getBytes(StandardCharsets.US_ASCII);
        var slow = new ArrayList<PinnedConnection>();
        try {
            for (int i = 0; i < 70; i++) {
                var connection =
                        PinnedConnection.open(
                                listener.endpoint(), listener.root(), Duration.ofSeconds(40));
                slow.add(connection);
                connection.out().write(half);
                connection.out().flush();
            }
            assertThat(post(head("POST", "/v1/join", 2), Bytes.utf8("{}")))
                    .startsWith("HTTP/1.1 400");
        } finally {
            for (var connection : slow) {
                connection.close();
            }
        }
    }

    @Test
    void whoStopsInTheMiddleOfARequestIsCutOff() throws IOException {
        var listener = listener();
        try (var connection =
                PinnedConnection.open(
                        listener.endpoint(), listener.root(), Duration.ofSeconds(40))) {
            connection
                    .out()
                    .write(head("POST", "/v1/join", 100).getBytes(StandardCharsets.US_ASCII));
            connection.out().flush();
            await().atMost(Duration.ofSeconds(30))
                    .until(
                            () -> {
                                try {
                                    return connection.in().read() < 0;
                                } catch (IOException e) {
                                    return true;
                                }
                            });
        }
    }

    @Test
    void whenTheAuthoritysFilesAreGoneTheHubSaysSoAndGrantsNothing() throws IOException {
        var token = token();
        var lock = fleet.directory.resolve("nodes/lock");
        java.nio.file.Files.delete(lock);
        java.nio.file.Files.createDirectory(lock);
        var request =
                JoinRequest.of(fleet.key(), TestAuthority.applicant("web01"), token, fleet.random)
                        .encode();
        var answer = post(head("POST", "/v1/join", request.length()), request);
        var body = answer.substring(answer.indexOf("\r\n\r\n") + 4);
        assertThat(JoinAnswer.decode(Bytes.utf8(body)))
                .isEqualTo(
                        new Refused(
                                Refusal.UNABLE, "the hub cannot sign at the moment: see its log"));
    }
}
