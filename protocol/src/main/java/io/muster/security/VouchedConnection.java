package io.muster.security;

import io.muster.message.Endpoint;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;

import javax.net.ssl.SSLSocket;

/**
 * Connections to a server that is no part of the fleet, for which somebody else vouches: TLS 1.3,
 * and the certificate must be good for the host name by which it was reached.
 */
public final class VouchedConnection {
    private VouchedConnection() {}

    /**
     * Connects and proves the server; nothing was sent before that.
     *
     * @param authorities a PEM file with the certificates of those who may vouch for it; nobody
     *     else may
     * @param limit for connecting, and for each silence of the other side until the handshake is
     *     over
     * @throws SecurityFileException if the file cannot be used
     * @throws IOException if it cannot connect, or the server is not proven
     */
    public static Socket open(Endpoint server, Path authorities, Duration limit)
            throws IOException {
        var context = Tls.vouched(Pem.certificates(authorities));
        var plain = plain(server, limit);
        try {
            var socket =
                    (SSLSocket)
                            context.getSocketFactory()
                                    .createSocket(plain, server.host(), server.port(), true);
            var parameters = socket.getSSLParameters();
            parameters.setProtocols(new String[] {"TLSv1.3"});
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return socket;
        } catch (IOException | RuntimeException e) {
            plain.close();
            throw e;
        }
    }

    /** The same in clear, for a server on this machine. */
    public static Socket plain(Endpoint server, Duration limit) throws IOException {
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
}
