package io.muster.broker;

import io.muster.security.Credentials;
import io.muster.security.Tls;
import io.muster.transport.jms.SocketTransport;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Session;

import org.apache.activemq.ActiveMQConnection;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.apache.activemq.command.ActiveMQDestination;
import org.apache.activemq.command.ActiveMQQueue;
import org.apache.activemq.command.ActiveMQTopic;
import org.apache.activemq.command.Command;
import org.apache.activemq.command.ConnectionId;
import org.apache.activemq.command.ConnectionInfo;
import org.apache.activemq.command.ExceptionResponse;
import org.apache.activemq.command.Response;
import org.apache.activemq.openwire.OpenWireFormatFactory;
import org.apache.activemq.transport.DefaultTransportListener;
import org.apache.activemq.transport.Transport;
import org.apache.activemq.transport.tcp.TcpTransportFactory;

import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import javax.net.ssl.SSLSocket;

/**
 * Somebody with a good certificate and a client of his own: ActiveMQ's with all its features, or
 * bare commands. None of the client's settings is ours.
 */
public final class Intruder implements AutoCloseable {
    private static final int LIMIT_MILLIS = 15_000;

    private final Credentials credentials;
    private final CompletableFuture<IOException> ended = new CompletableFuture<>();
    private final SSLSocket socket;
    private final Transport wire;

    public Intruder(Credentials credentials, int port) throws Exception {
        this(credentials, port, Duration.ofSeconds(30));
    }

    /** Somebody who says that signs of life are expected that often; zero is never. */
    public Intruder(Credentials credentials, int port, Duration inactivity) throws Exception {
        this.credentials = credentials;
        var tcp = new Socket("localhost", port);
        this.socket =
                (SSLSocket)
                        Tls.mutual(credentials)
                                .getSocketFactory()
                                .createSocket(tcp, "localhost", port, true);
        socket.startHandshake();
        this.wire = wire(tcp, inactivity);
    }

    /** The names that this certificate may use. */
    public String client() {
        return credentials.identity().brief();
    }

    /** ActiveMQ's client, connected with the right names. */
    public ActiveMQConnection connection() throws JMSException {
        return connection(factory -> {});
    }

    /** ActiveMQ's client, connected. */
    public ActiveMQConnection connection(Consumer<ActiveMQConnectionFactory> settings)
            throws JMSException {
        var factory = new OnWire();
        factory.setClientID(client());
        factory.setConnectionIDPrefix(client() + "/intruder");
        factory.setWatchTopicAdvisories(false);
        factory.setConnectResponseTimeout(LIMIT_MILLIS);
        factory.setRequestTimeout(LIMIT_MILLIS);
        factory.setCloseTimeout(1_000);
        settings.accept(factory);
        var connection = (ActiveMQConnection) factory.createConnection();
        connection.start();
        return connection;
    }

    /** Only commands: connected under that name. */
    public ConnectionInfo bare(String connectionId, String clientId) {
        var info = new ConnectionInfo(new ConnectionId(connectionId));
        info.setClientId(clientId);
        return info;
    }

    /** Starts the wire for bare commands. */
    public void open() throws Exception {
        wire.setTransportListener(
                new DefaultTransportListener() {
                    @Override
                    public void onException(IOException error) {
                        ended.complete(error);
                    }
                });
        wire.start();
    }

    /** Sends a command and waits for the answer: why it was refused, if it was. */
    public Optional<String> say(Command command) {
        try {
            var response = (Response) wire.request(command, LIMIT_MILLIS);
            return response instanceof ExceptionResponse refused
                    ? Optional.of(String.valueOf(refused.getException().getMessage()))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.of("the connection ended: " + e.getMessage());
        }
    }

    /** Sends a command and does not wait. */
    public void shout(Command command) throws IOException {
        wire.oneway(command);
    }

    /** Waits until the broker ends the connection. */
    public void awaitEnd() throws Exception {
        var _ = ended.get(LIMIT_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Instead of a command, the length of one. */
    void writeSize(int size) throws IOException {
        new DataOutputStream(socket.getOutputStream()).writeInt(size);
    }

    /** Reads what the broker says until it hangs up. */
    void awaitEndOfStream() throws IOException {
        socket.setSoTimeout(LIMIT_MILLIS);
        socket.getInputStream().readAllBytes();
    }

    public static ActiveMQDestination queue(String name) {
        return new ActiveMQQueue(name);
    }

    public static ActiveMQDestination topic(String name) {
        return new ActiveMQTopic(name);
    }

    /** Publishes and waits for the broker's verdict. */
    public static void send(Connection connection, ActiveMQDestination to, String text)
            throws JMSException {
        try (var session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE)) {
            BytesMessage message = session.createBytesMessage();
            message.writeBytes(text.getBytes(StandardCharsets.UTF_8));
            var producer = session.createProducer(null);
            producer.setDeliveryMode(DeliveryMode.PERSISTENT);
            producer.setTimeToLive(60_000);
            producer.send(to, message);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            wire.stop();
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    private Transport wire(Socket tcp, Duration inactivity) throws Exception {
        var formats = new OpenWireFormatFactory();
        formats.setMaxInactivityDuration(inactivity.toMillis());
        var format = formats.createWireFormat();
        return new TcpTransportFactory()
                .configure(new SocketTransport(format, socket, tcp), format, new HashMap<>());
    }

    @SuppressWarnings("serial") // nobody stores one
    private final class OnWire extends ActiveMQConnectionFactory {
        OnWire() {
            setTrustedPackages(List.of());
        }

        @Override
        protected Transport createTransport() {
            return wire;
        }
    }
}
