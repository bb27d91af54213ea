package io.muster.security;

import io.muster.message.Endpoint;
import io.muster.threads.Deadline;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;

import javax.net.ssl.SSLSocket;

/**
 * A connection to a server that is no part of the fleet, for which somebody else vouches: TLS 1.3,
 * and the certificate must be good for the host name by which it was reached.
 */
public final class VouchedConnection implements AutoCloseable {
    private static final int HANDSHAKE = 3;

    private final Socket socket;
    private final Socket wire;

    private VouchedConnection(Socket socket, Socket wire) {
        this.socket = socket;
        this.wire = wire;
    }

    /**
     * Connects and proves the server; nothing was sent before that.
     *
     * @param authorities a PEM file with the certificates of those who may vouch for it; nobody
     *     else may
     * @param limit for connecting, and for each silence of the other side; the handshake may take
     *     three times as long
     * @throws SecurityFileException if the file cannot be used
     * @throws IOException if it cannot connect, or the server is not proven
     */
    public static VouchedConnection open(Endpoint server, Path authorities, Duration limit)
            throws IOException {
        var context = Tls.vouched(Pem.certificates(authorities));
        var wire = connected(server, limit);
        try (var deadline = Deadline.of(limit.multipliedBy(HANDSHAKE), wire)) {
            var socket =
                    (SSLSocket)
                            context.getSocketFactory()
                                    .createSocket(wire, server.host(), server.port(), true);
            var parameters = socket.getSSLParameters();
            parameters.setProtocols(new String[] {"TLSv1.3"});
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            if (deadline.missed()) {
                throw new IOException("the handshake took too long");
            }
            return new VouchedConnection(socket, wire);
        } catch (IOException | RuntimeException e) {
            wire.close();
            throw e;
        }
    }

    /** The same in clear, for a server on this machine. */
    public static VouchedConnection plain(Endpoint server, Duration limit) throws IOException {
        var socket = connected(server, limit);
        return new VouchedConnection(socket, socket);
    }

    private static Socket connected(Endpoint server, Duration limit) throws IOException {
        var millis = Math.toIntExact(limit.toMillis());
        var socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(server.host(), server.port()), millis);
            socket.setSoTimeout(millis);
            socket.setTcpNoDelay(true);
            return socket;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** What the other side says. */
    public InputStream input() throws IOException {
        return socket.getInputStream();
    }

    /** What is said to the other side; who does not listen holds up whoever writes. */
    public OutputStream output() throws IOException {
        return socket.getOutputStream();
    }

    /** Ends the connection, and whatever waits on it, after that time, unless closed before. */
    public Deadline within(Duration limit) {
        return Deadline.of(limit, wire);
    }

    /** Ends it at once, in the middle of whatever is read or written. */
    @Override
    public void close() throws IOException {
        wire.close();
    }
}
