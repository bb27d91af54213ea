package io.muster.transport.jms;

import io.muster.threads.Deadline;
import io.muster.transport.Transport;

import jakarta.jms.JMSException;

import org.apache.activemq.openwire.OpenWireFormatFactory;
import org.apache.activemq.transport.tcp.TcpTransportFactory;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.concurrent.ThreadFactory;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** Makes one connection to one broker, or says in a line why it cannot. */
final class Dialer {
    private static final int MAX_FRAME = 2 * Transport.MAX_BODY;

    private final JmsConnectionConfig config;
    private final String token;
    private final ThreadFactory threads;

    /**
     * Makes connections that differ in one run of a program.
     *
     * @param token random; makes the names of our connections unique
     * @param threads read what comes in
     */
    Dialer(JmsConnectionConfig config, String token, ThreadFactory threads) {
        this.config = config;
        this.token = token;
        this.threads = threads;
    }

    /** Connects; nothing is delivered before the link is started. */
    Link dial(BrokerAddress broker) throws Unreachable {
        var tcp = new Socket();
        try (var deadline = Deadline.of(config.connectLimit(), tcp)) {
            try {
                return link(broker, tcp);
            } catch (Exception e) {
                throw unreachable(broker, tcp, deadline, e);
            }
        }
    }

    private Unreachable unreachable(
            BrokerAddress broker, Socket tcp, Deadline deadline, Exception failure) {
        try {
            tcp.close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
        var reason =
                deadline.missed()
                        ? "no answer from " + broker + " within " + seconds()
                        : Problem.connecting(broker, failure);
        return new Unreachable(reason, failure);
    }

    private String seconds() {
        return config.connectLimit().toMillis() / 1_000.0 + " s";
    }

    private Link link(BrokerAddress broker, Socket tcp) throws Exception {
        var gate = gate(socket(broker, tcp), tcp);
        try {
            var connection = new GateConnectionFactory(config.clientId(), token, gate).connection();
            return new Link(broker, connection, gate);
        } catch (JMSException | RuntimeException e) {
            var cause = gate.cause(e);
            gate.stop();
            throw cause;
        }
    }

    private Socket socket(BrokerAddress broker, Socket tcp) throws IOException {
        tcp.setTcpNoDelay(true);
        var address = new InetSocketAddress(broker.host(), broker.port());
        if (address.isUnresolved()) {
            throw new UnknownHostException(broker.host());
        }
        tcp.connect(address);
        return switch (config.wire()) {
            case Wire.Plain() -> tcp;
            case Wire.Tls(var context) -> handshake(context, broker, tcp);
        };
    }

    private static SSLSocket handshake(SSLContext context, BrokerAddress broker, Socket tcp)
            throws IOException {
        var tls =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(tcp, broker.host(), broker.port(), true);
        var parameters = tls.getSSLParameters();
        parameters.setProtocols(new String[] {"TLSv1.3"});
        tls.setSSLParameters(parameters);
        tls.startHandshake();
        return tls;
    }

    private ClientGate gate(Socket socket, Socket tcp) throws Exception {
        var formats = new OpenWireFormatFactory();
        formats.setMaxInactivityDuration(config.inactivity().toMillis());
        formats.setMaxInactivityDurationInitalDelay(config.inactivity().toMillis());
        formats.setMaxFrameSize(MAX_FRAME);
        formats.setStackTraceEnabled(false);
        // Its tables take 8 KiB a connection to save a few words a message.
        formats.setCacheEnabled(false);
        var format = formats.createWireFormat();
        var transport = new SocketTransport(format, socket, tcp, threads);
        return new ClientGate(
                new TcpTransportFactory().configure(transport, format, new HashMap<>()));
    }
}
