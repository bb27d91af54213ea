package io.muster.security;

import io.muster.message.Bytes;
import io.muster.message.Endpoint;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.Duration;

import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/**
 * A TLS 1.3 connection to a server of which only the root's SHA-256 is known: that root must vouch
 * for it, under the host name it was reached by. Nothing can be sent before that is proven.
 */
public final class PinnedConnection implements AutoCloseable {
    private final SSLSocket socket;

    private PinnedConnection(SSLSocket socket) {
        this.socket = socket;
    }

    /**
     * Connects and proves the server.
     *
     * @param root the SHA-256 of the root certificate's DER form
     * @param limit for connecting, and again for each silence of the other side
     * @throws ServerNotProvenException if the server is somebody else
     * @throws IOException if it cannot connect
     */
    public static PinnedConnection open(Endpoint server, Bytes root, Duration limit)
            throws IOException {
        var millis = Math.toIntExact(limit.toMillis());
        var plain = new Socket();
        try {
            plain.connect(new InetSocketAddress(server.host(), server.port()), millis);
            plain.setSoTimeout(millis);
            var factory = Tls.pinned(root).getSocketFactory();
            var socket =
                    (SSLSocket) factory.createSocket(plain, server.host(), server.port(), true);
            var parameters = socket.getSSLParameters();
            parameters.setProtocols(new String[] {"TLSv1.3"});
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return new PinnedConnection(socket);
        } catch (SSLException e) {
            close(plain, e);
            throw new ServerNotProvenException(problem(e), e);
        } catch (IOException | RuntimeException e) {
            close(plain, e);
            throw e;
        }
    }

    private static void close(Socket socket, Exception because) {
        try {
            socket.close();
        } catch (IOException e) {
            because.addSuppressed(e);
        }
    }

    /** The innermost certificate problem says most; without one it is no TLS at all. */
    private static String problem(SSLException e) {
        var problem = "no TLS 1.3 server of a fleet (" + e.getMessage() + ")";
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            problem =
                    switch (cause) {
                        case CertificateExpiredException _ ->
                                "its certificate has expired, or this machine's clock is wrong ("
                                        + cause.getMessage()
                                        + ")";
                        case CertificateNotYetValidException _ ->
                                "its certificate is not valid yet: is this machine's clock right? ("
                                        + cause.getMessage()
                                        + ")";
                        case CertificateException _ -> String.valueOf(cause.getMessage());
                        default -> problem;
                    };
        }
        return problem;
    }

    /** What the server says. */
    public InputStream in() throws IOException {
        return socket.getInputStream();
    }

    /** What the server hears. */
    public OutputStream out() throws IOException {
        return socket.getOutputStream();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
