package io.muster.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.message.Endpoint;
import io.muster.message.IssuerName;
import io.muster.trust.RevocationList;
import io.muster.trust.RevocationList.Revoked;
import io.muster.trust.Revocations;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocket;

/** TLS, by handshakes that really happen, while the authority is changed under it. */
class FleetTrustTest {
    private static final TestFleet OLD = TestFleet.create();
    private static final TestFleet NEW = OLD.successor();
    private static final TestFleet REISSUED = OLD.reissued();

    private static Credentials of(Credentials held, TrustStore trust) {
        return new Credentials(held.key(), held.certificate(), trust);
    }

    @Test
    void contextsThatAreInUseGoByTheNewAuthorities() throws Exception {
        var servers = TestFleet.trusting(OLD);
        var clients = TestFleet.trusting(OLD);
        var node = Tls.mutual(of(OLD.node("web01"), clients));
        try (var server = new Server(Tls.mutual(of(NEW.hub(), servers)))) {
            assertThatThrownBy(() -> server.shake(node))
                    .hasMessageContaining("not issued by an issuer of this fleet");
            clients.replace(TestFleet.trusting(NEW, OLD));
            servers.replace(TestFleet.trusting(NEW, OLD));
            assertThat(server.shake(node)).isNotEmpty();
            clients.replace(TestFleet.trusting(OLD));
            assertThatThrownBy(() -> server.shake(node))
                    .hasMessageContaining("not issued by an issuer of this fleet");
        }
    }

    @Test
    void aServerWhoseCertificateIsVoidIsNotConnectedTo() throws Exception {
        var clients = TestFleet.trusting(OLD);
        var lists = new Revocations();
        clients.heed(lists);
        var node = Tls.mutual(of(OLD.node("web01"), clients));
        var hub = OLD.hub();
        try (var stolen = new Server(Tls.mutual(hub));
                var other = new Server(Tls.mutual(OLD.hub()))) {
            assertThat(stolen.shake(node)).isNotEmpty();
            lists.take(revoking(hub));
            assertThatThrownBy(() -> stolen.shake(node))
                    .hasMessageContaining("of hub/hub is revoked: stolen");
            assertThat(other.shake(node)).isNotEmpty();
        }
    }

    private static RevocationList revoking(Credentials who) {
        var until = who.certificate().getNotAfter().toInstant();
        var serial = Certificates.serial(who.certificate());
        var now = Instant.now();
        return new RevocationList(
                OLD.name(),
                IssuerName.NODES,
                1,
                now,
                now.plusSeconds(60),
                List.of(new Revoked(who.identity(), serial, until, "stolen")));
    }

    @Test
    void aClientOfTheOldAuthorityIsRefusedOnceThatIsDropped() throws Exception {
        var servers = TestFleet.trusting(NEW, OLD);
        var both = TestFleet.trusting(NEW, OLD);
        var old = Tls.mutual(of(OLD.node("web01"), both));
        var fresh = Tls.mutual(of(NEW.node("web01"), both));
        try (var server = new Server(Tls.mutual(of(NEW.hub(), servers)))) {
            assertThat(server.shake(old)).isNotEmpty();
            servers.replace(TestFleet.trusting(NEW));
            assertThatThrownBy(() -> server.shake(old)).isInstanceOf(IOException.class);
            assertThat(server.shake(fresh)).isNotEmpty();
        }
    }

    @Test
    void anIssuerThatIsDroppedIsNotBelievedAlthoughItsRootVouchesForIt() throws Exception {
        var clients = TestFleet.trusting(OLD, REISSUED);
        var both = TestFleet.trusting(OLD, REISSUED);
        var node = Tls.mutual(of(REISSUED.node("web01"), clients));
        try (var old = new Server(Tls.mutual(of(OLD.hub(), both)));
                var fresh = new Server(Tls.mutual(of(REISSUED.hub(), both)))) {
            assertThat(old.shake(node)).isNotEmpty();
            assertThat(fresh.shake(node)).isNotEmpty();
            clients.replace(TestFleet.trusting(REISSUED));
            assertThatThrownBy(() -> old.shake(node))
                    .hasMessageContaining("not issued by an issuer of this fleet");
            assertThat(fresh.shake(node)).isNotEmpty();
        }
    }

    @Test
    void theIssuerShownIsTheOneThatMadeTheCertificate() throws Exception {
        var both = TestFleet.trusting(OLD, NEW);
        var node = Tls.mutual(of(OLD.node("web01"), both));
        for (var fleet : List.of(OLD, NEW)) {
            try (var server = new Server(Tls.mutual(of(fleet.hub(), both)))) {
                assertThat(server.shake(node))
                        .element(1)
                        .isEqualTo(fleet.nodesIssuer().certificate());
            }
        }
    }

    @Test
    void whoPinsTheRootIsShownTheRootOfTheCertificateOfToday() throws Exception {
        var both = TestFleet.trusting(OLD, NEW);
        for (var fleet : List.of(OLD, NEW)) {
            try (var server = new Server(Tls.serving(of(fleet.hub(), both)))) {
                server.acceptInTheBackground();
                var root = Certificates.der(fleet.trust().root()).sha256();
                PinnedConnection.open(
                                new Endpoint("127.0.0.1", server.port()),
                                root,
                                Duration.ofSeconds(20))
                        .close();
            }
        }
    }

    @Test
    void aClientWithoutAClockGoesByTheNewAuthoritiesToo() throws Exception {
        var clients = TestFleet.trusting(OLD);
        var web = of(OLD.node("web01"), clients);
        var node = Tls.mutual(web, new KnownTime(() -> Instant.EPOCH, web));
        try (var server = new Server(Tls.mutual(of(NEW.hub(), TestFleet.trusting(NEW, OLD))))) {
            assertThatThrownBy(() -> server.shake(node))
                    .hasMessageContaining("not issued by an issuer of this fleet");
            clients.replace(TestFleet.trusting(NEW, OLD));
            assertThat(server.shake(node)).isNotEmpty();
        }
    }

    /** Shows its certificate to whoever comes, one after the other. */
    private static final class Server implements AutoCloseable {
        private final SSLServerSocket socket;

        Server(SSLContext context) throws IOException {
            socket =
                    (SSLServerSocket)
                            context.getServerSocketFactory()
                                    .createServerSocket(0, 5, InetAddress.getLoopbackAddress());
        }

        int port() {
            return socket.getLocalPort();
        }

        void acceptInTheBackground() {
            Thread.ofVirtual().start(this::answer);
        }

        private void answer() {
            try (var accepted = (SSLSocket) socket.accept()) {
                accepted.getOutputStream().write(1);
            } catch (IOException _) {
                // the client says what was wrong
            }
        }

        /** A new session with a word of the server's; what chain it showed. */
        List<X509Certificate> shake(SSLContext client) throws IOException {
            socket.setNeedClientAuth(true);
            acceptInTheBackground();
            forget(client.getClientSessionContext());
            try (var plain = new Socket(InetAddress.getLoopbackAddress(), port());
                    var tls =
                            (SSLSocket)
                                    client.getSocketFactory()
                                            .createSocket(plain, "127.0.0.1", port(), true)) {
                tls.setSoTimeout(20_000);
                tls.startHandshake();
                if (tls.getInputStream().read() < 0) {
                    throw new IOException("hung up");
                }
                return Stream.of(tls.getSession().getPeerCertificates())
                        .map(X509Certificate.class::cast)
                        .toList();
            }
        }

        /** Otherwise the handshake would go on where the last one left off. */
        private static void forget(SSLSessionContext sessions) {
            for (var id : Collections.list(sessions.getIds())) {
                Optional.ofNullable(sessions.getSession(id)).ifPresent(SSLSession::invalidate);
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
