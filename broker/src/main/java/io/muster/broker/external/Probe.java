package io.muster.broker.external;

import io.muster.message.Identity;
import io.muster.security.Credentials;
import io.muster.security.Tls;
import io.muster.transport.jms.ActiveMqDefaults;
import io.muster.transport.jms.BrokerAddress;
import io.muster.transport.jms.SocketTransport;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Session;

import org.apache.activemq.ActiveMQConnection;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.apache.activemq.command.ActiveMQDestination;
import org.apache.activemq.command.Command;
import org.apache.activemq.command.ConnectionId;
import org.apache.activemq.command.ConnectionInfo;
import org.apache.activemq.command.ExceptionResponse;
import org.apache.activemq.command.WireFormatInfo;
import org.apache.activemq.openwire.OpenWireFormatFactory;
import org.apache.activemq.transport.DefaultTransportListener;
import org.apache.activemq.transport.Transport;
import org.apache.activemq.transport.tcp.TcpTransportFactory;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import javax.net.ssl.SSLSocket;

/**
 * A connection with a good certificate and none of our client's manners: ActiveMQ's client with all
 * its features, or bare commands. For one thread.
 */
final class Probe implements AutoCloseable {
    static {
        ActiveMqDefaults.apply();
    }

    private static final long INACTIVITY_MILLIS = 30_000;

    private final Identity identity;
    private final int limit;
    private final Transport wire;

    /** Connects; only the TLS handshake has been done then. */
    Probe(Credentials who, BrokerAddress broker, Duration limit) throws Exception {
        this.identity = who.identity();
        this.limit = (int) limit.toMillis();
        var tcp = new Socket();
        try {
            tcp.connect(new InetSocketAddress(broker.host(), broker.port()), this.limit);
            tcp.setSoTimeout(this.limit);
            var tls =
                    (SSLSocket)
                            Tls.mutual(who)
                                    .getSocketFactory()
                                    .createSocket(tcp, broker.host(), broker.port(), true);
            tls.startHandshake();
            tcp.setSoTimeout(0);
            this.wire = wire(tls, tcp);
        } catch (IOException e) {
            tcp.close();
            throw e;
        }
    }

    private static Transport wire(SSLSocket tls, Socket tcp) throws Exception {
        var formats = new OpenWireFormatFactory();
        formats.setMaxInactivityDuration(INACTIVITY_MILLIS);
        formats.setStackTraceEnabled(false);
        var format = formats.createWireFormat();
        return new TcpTransportFactory()
                .configure(new SocketTransport(format, tls, tcp), format, new HashMap<>());
    }

    /** The names that this certificate may use begin with this. */
    String name() {
        return identity.brief();
    }

    /** ActiveMQ's client, connected under the right names. */
    ActiveMQConnection connection() throws JMSException {
        return connection(_ -> {});
    }

    /** The same with other settings. */
    ActiveMQConnection connection(Consumer<ActiveMQConnectionFactory> settings)
            throws JMSException {
        var factory = new OnWire();
        factory.setClientID(name());
        factory.setConnectionIDPrefix(name() + "/check");
        factory.setWatchTopicAdvisories(false);
        factory.setConnectResponseTimeout(limit);
        factory.setRequestTimeout(limit);
        factory.setCloseTimeout(1_000);
        settings.accept(factory);
        var connection = (ActiveMQConnection) factory.createConnection();
        connection.start();
        return connection;
    }

    /** A session of ActiveMQ's client. */
    Session session() throws JMSException {
        return connection().createSession(false, Session.AUTO_ACKNOWLEDGE);
    }

    /** Publishes a few bytes that mean nothing, and waits for the broker's verdict. */
    void write(ActiveMQDestination to) throws JMSException {
        var session = session();
        var message = session.createBytesMessage();
        message.writeByte((byte) 0);
        send(session, to, message);
    }

    /** Publishes that, and waits for the broker's verdict. */
    static void send(Session session, ActiveMQDestination to, Message message) throws JMSException {
        var producer = session.createProducer(null);
        producer.setTimeToLive(1_000);
        producer.send(to, message);
    }

    /** Starts the wire for bare commands. */
    void open() throws Exception {
        wire.setTransportListener(new DefaultTransportListener());
        wire.start();
    }

    /** Which version the broker says it is of. */
    Optional<Version> version() throws Exception {
        var said = new CompletableFuture<String>();
        wire.setTransportListener(
                new DefaultTransportListener() {
                    @Override
                    public void onCommand(Object command) {
                        if (command instanceof WireFormatInfo info) {
                            said.complete(version(info));
                        }
                    }
                });
        wire.start();
        return Version.parse(said.get(limit, TimeUnit.MILLISECONDS));
    }

    private static String version(WireFormatInfo info) {
        try {
            return Objects.requireNonNullElse(info.getProviderVersion(), "");
        } catch (IOException e) {
            return "";
        }
    }

    /** Says how it is called. */
    void connect(String connectionId, String clientId) throws IOException {
        var info = new ConnectionInfo(new ConnectionId(connectionId));
        info.setClientId(clientId);
        say(info);
    }

    /** Sends a command and waits for the answer. */
    void say(Command command) throws IOException {
        if (wire.request(command, limit) instanceof ExceptionResponse refused) {
            throw new IOException(String.valueOf(refused.getException().getMessage()));
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

    @SuppressWarnings("serial") // nobody stores one
    private final class OnWire extends ActiveMQConnectionFactory {
        OnWire() {
            setTrustedPackages(List.of());
            setAlwaysSyncSend(true);
        }

        @Override
        protected Transport createTransport() {
            return wire;
        }
    }
}
