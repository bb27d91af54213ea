package io.muster.transport.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.muster.message.Bytes;
import io.muster.message.Identity;
import io.muster.message.NodeId;
import io.muster.message.Role;
import io.muster.security.Credentials;
import io.muster.security.TestFleet;
import io.muster.security.Tls;
import io.muster.transport.Destination;
import io.muster.transport.TransportException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** What people are told when there is no connection. */
class ConnectingTest {
    private static final Destination QUEUE = new Destination.Node(new NodeId("mail"));
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final TestFleet fleet = TestFleet.create();
    private final SSLContext ours = Tls.mutual(fleet.node("n-1"));
    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (var o : opened) {
            o.close();
        }
    }

    @Test
    void closedPortIsNamed() throws IOException {
        int port;
        try (var server = new ServerSocket(0)) {
            port = server.getLocalPort();
        }

        assertThatThrownBy(() -> connect("localhost", port, LIMIT))
                .isInstanceOf(TransportException.class)
                .hasMessage("cannot connect: connection refused by localhost:" + port);
    }

    @Test
    void unknownHostIsNamed() {
        assertThatThrownBy(() -> connect("no-such-host.invalid", 1, LIMIT))
                .hasMessage("cannot connect: unknown host no-such-host.invalid");
    }

    @Test
    void silentServerIsGivenUpInTime() throws IOException {
        var port = serve(socket -> socket.getInputStream().readAllBytes());
        var start = Instant.now();

        assertThatThrownBy(() -> connect("localhost", port, Duration.ofMillis(400)))
                .hasMessageMatching("cannot connect: no answer from localhost:\\d+ within 0.4 s");
        assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(4));
    }

    @Test
    void severalSilentServersShareTheLimitAndAreAllNamed() throws IOException {
        var one = serve(socket -> socket.getInputStream().readAllBytes());
        var other = serve(socket -> socket.getInputStream().readAllBytes());
        var brokers =
                List.of(new BrokerAddress("localhost", one), new BrokerAddress("localhost", other));
        var config = JmsConnectionConfig.tls(brokers, ours, "node/n-1");
        var start = Instant.now();

        assertThatThrownBy(() -> JmsTransport.connect(config, Duration.ofMillis(400)).close())
                .hasMessageStartingWith("cannot connect: no answer from localhost:")
                .hasMessageContaining("localhost:" + one)
                .hasMessageContaining("localhost:" + other);
        assertThat(Duration.between(start, Instant.now()))
                .isBetween(Duration.ofMillis(1_900), Duration.ofSeconds(8));
    }

    @Test
    void oneSilentServerLeavesTimeForAnother() throws IOException {
        var silent = serve(socket -> socket.getInputStream().readAllBytes());
        var other = serveTls(fleet.node("localhost"));
        var brokers =
                List.of(
                        new BrokerAddress("localhost", silent),
                        new BrokerAddress("localhost", other));
        var config = JmsConnectionConfig.tls(brokers, ours, "node/n-1");

        assertThatThrownBy(() -> JmsTransport.connect(config, Duration.ofSeconds(4)).close())
                .hasMessageContaining("localhost:" + silent)
                .hasMessageContaining("the certificate of localhost:" + other);
    }

    @Test
    void serverThatDoesNotSpeakTlsIsNamed() throws IOException {
        var port =
                serve(
                        socket -> {
                            var answer = "HTTP/1.1 400 Bad Request\r\n\r\n";
                            socket.getOutputStream()
                                    .write(answer.getBytes(StandardCharsets.US_ASCII));
                            socket.getInputStream().readAllBytes();
                        });

        assertThatThrownBy(() -> connect("localhost", port, LIMIT))
                .hasMessage("cannot connect: localhost:" + port + " does not speak TLS");
    }

    @Test
    void brokerOfAnotherFleetIsNotTrusted() throws IOException {
        var port = serveTls(TestFleet.create().broker());

        assertThatThrownBy(() -> connect("localhost", port, LIMIT))
                .hasMessageStartingWith(
                        "cannot connect: the certificate of localhost:"
                                + port
                                + " is not trusted: ");
    }

    @Test
    void expiredCertificateIsNamed() throws IOException {
        var old = new TestFleet("test", Instant.now().minus(Duration.ofDays(10)));
        var broker = new Identity("test", Role.BROKER, "broker");
        var port = serveTls(old.credentials(old.nodesIssuer(), broker, Duration.ofDays(9)));
        var config = config("localhost", port, Tls.mutual(old.node("n-1")));

        assertThatThrownBy(() -> JmsTransport.connect(config, LIMIT).close())
                .hasMessageStartingWith(
                        "cannot connect: the certificate of localhost:" + port + " has expired: ");
    }

    @Test
    void certificateForAnotherHostIsNotTrusted() throws IOException {
        var port = serveTls(fleet.broker());

        assertThatThrownBy(() -> connect("127.0.0.2", port, LIMIT))
                .hasMessageStartingWith("cannot connect: the certificate of 127.0.0.2:" + port)
                .hasMessageContaining("is not for the host 127.0.0.2")
                .message()
                .hasLineCount(1);
    }

    @Test
    void certificateOfANodeDoesNotMakeABroker() throws IOException {
        var port = serveTls(fleet.node("localhost"));

        assertThatThrownBy(() -> connect("localhost", port, LIMIT))
                .hasMessageStartingWith("cannot connect: the certificate of localhost:" + port);
    }

    @Test
    void daemonIsToldAndTriesAgain() throws Exception {
        int port;
        try (var server = new ServerSocket(0)) {
            port = server.getLocalPort();
        }
        Queue<ConnectionState> states = new ConcurrentLinkedQueue<>();
        var quick = new Backoff(Duration.ofMillis(5), Duration.ofMillis(20));

        var transport =
                JmsTransport.open(config("localhost", port, ours).withBackoff(quick), states::add);
        opened.add(transport);

        await().until(() -> states.size() >= 3);
        assertThat(states)
                .allSatisfy(
                        state ->
                                assertThat(state.toString())
                                        .startsWith(
                                                "cannot connect: connection refused by localhost:"
                                                        + port
                                                        + "; next attempt in "));
        var message = Bytes.utf8("lost");
        var expires = Instant.now().plusSeconds(60);
        assertThatThrownBy(() -> transport.publish(QUEUE, message, expires))
                .isInstanceOf(TransportException.class)
                .hasMessage("not connected: connection refused by localhost:" + port);
        assertThatThrownBy(() -> transport.publishConfirmed(QUEUE, message, expires, LIMIT))
                .hasMessage("not connected: connection refused by localhost:" + port);
        assertThat(transport.connected()).isFalse();
        transport.subscribe(QUEUE, body -> {}).close();
    }

    @Test
    void closeEndsAnAttemptThatIsUnderWay() throws Exception {
        var accepted = new ConcurrentLinkedQueue<Socket>();
        var port =
                serve(
                        socket -> {
                            accepted.add(socket);
                            socket.getInputStream().readAllBytes();
                            accepted.remove(socket);
                        });
        var transport = JmsTransport.open(config("localhost", port, ours), state -> {});
        await().until(() -> !accepted.isEmpty());

        transport.close();

        await().untilAsserted(() -> assertThat(accepted).isEmpty());
    }

    private void connect(String host, int port, Duration limit) {
        opened.add(JmsTransport.connect(config(host, port, ours), limit));
    }

    private static JmsConnectionConfig config(String host, int port, SSLContext context) {
        var address = List.of(new BrokerAddress(host, port));
        return JmsConnectionConfig.tls(address, context, "node/n-1");
    }

    private int serveTls(Credentials credentials) throws IOException {
        var context = Tls.mutual(credentials);
        return serve(
                socket -> {
                    var tls =
                            (SSLSocket)
                                    context.getSocketFactory()
                                            .createSocket(socket, "client", 1, true);
                    tls.setUseClientMode(false);
                    tls.startHandshake();
                    tls.getInputStream().readAllBytes();
                });
    }

    /** Serves connections on all addresses of this machine until the test ends. */
    private int serve(Conversation conversation) throws IOException {
        var server = new ServerSocket(0, 50, InetAddress.getByName("0.0.0.0"));
        opened.add(server);
        Thread.ofVirtual()
                .start(
                        () -> {
                            while (!server.isClosed()) {
                                accept(server, conversation);
                            }
                        });
        return server.getLocalPort();
    }

    private static void accept(ServerSocket server, Conversation conversation) {
        try {
            var socket = server.accept();
            Thread.ofVirtual()
                    .start(
                            () -> {
                                try (socket) {
                                    conversation.with(socket);
                                } catch (IOException e) {
                                    // the client went away, as it should
                                }
                            });
        } catch (IOException e) {
            // the test is over
        }
    }

    private interface Conversation {
        void with(Socket socket) throws IOException;
    }
}
