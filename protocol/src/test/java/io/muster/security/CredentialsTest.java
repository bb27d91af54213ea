package io.muster.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.message.Bytes;
import io.muster.message.Identity;
import io.muster.message.NodeId;

import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;

import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocket;

class CredentialsTest {
    private static final TestFleet FLEET = TestFleet.create();

    private static X509Certificate again(Credentials credentials, Identity identity) {
        return new Issuance(new SecureRandom())
                .leaf(
                        FLEET.nodesIssuer(),
                        Leaf.of(identity, credentials.key().publicKey()),
                        Instant.now(),
                        Duration.ofDays(60));
    }

    @Test
    void afterARenewalSignaturesComeWithTheNewCertificate() {
        var node = FLEET.node("web01");
        var signer = node.signer();
        var renewed = again(node, node.identity());
        node.renew(renewed, Instant.now());
        var envelope = Envelope.decode(signer.sign(PayloadType.REPLY, Bytes.utf8("{}")));
        assertThat(envelope.certificates()).containsExactly(Certificates.der(renewed));
        assertThat(node.certificate()).isEqualTo(renewed);
    }

    @Test
    void aCertificateOfAnotherIdentityKeyOrIssuerIsNotTaken() {
        var node = FLEET.node("web01");
        var before = node.certificate();
        var elsewhere = Identity.node(FLEET.name(), new NodeId("web02"));
        var other = TestFleet.create().node("web01");
        assertThatThrownBy(() -> node.renew(again(node, elsewhere), Instant.now()))
                .hasMessageContaining("of somebody else");
        assertThatThrownBy(() -> node.renew(FLEET.node("web01").certificate(), Instant.now()))
                .hasMessageContaining("of somebody else");
        assertThatThrownBy(() -> node.renew(other.certificate(), Instant.now()))
                .isInstanceOf(SecurityFileException.class);
        assertThatThrownBy(
                        () ->
                                node.renew(
                                        again(node, node.identity()),
                                        Instant.now().plus(Duration.ofDays(90))))
                .hasMessageContaining("expired on");
        assertThat(node.certificate()).isEqualTo(before);
    }

    @Test
    void theNextHandshakeOfTheSameContextsShowsTheNewCertificates() throws Exception {
        var hub = FLEET.hub();
        var node = FLEET.node("web01");
        var serving = Tls.mutual(hub);
        var asking = Tls.mutual(node);
        var loopback = InetAddress.getLoopbackAddress();
        try (var server =
                (SSLServerSocket)
                        serving.getServerSocketFactory().createServerSocket(0, 5, loopback)) {
            server.setNeedClientAuth(true);
            var first = shown(server, asking);
            var renewed = again(node, node.identity());
            node.renew(renewed, Instant.now());
            forget(asking.getClientSessionContext());
            assertThat(shown(server, asking)).isNotEqualTo(first).isEqualTo(renewed);
        }
    }

    /** Otherwise the handshake would go on where the last one left off. */
    private static void forget(SSLSessionContext sessions) {
        for (var id : Collections.list(sessions.getIds())) {
            Optional.ofNullable(sessions.getSession(id)).ifPresent(SSLSession::invalidate);
        }
    }

    private static Certificate shown(SSLServerSocket server, javax.net.ssl.SSLContext asking)
            throws Exception {
        var port = server.getLocalPort();
        var client =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try (var socket =
                                            (SSLSocket)
                                                    asking.getSocketFactory()
                                                            .createSocket("127.0.0.1", port)) {
                                        socket.startHandshake();
                                        var _ = socket.getInputStream().read();
                                    } catch (java.io.IOException e) {
                                        throw new java.io.UncheckedIOException(e);
                                    }
                                });
        try (var socket = (SSLSocket) server.accept()) {
            socket.startHandshake();
            var shown = socket.getSession().getPeerCertificates()[0];
            socket.getOutputStream().write(1);
            return shown;
        } finally {
            client.join();
        }
    }
}
