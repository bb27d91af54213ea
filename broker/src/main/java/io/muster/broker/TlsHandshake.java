package io.muster.broker;

import static java.lang.System.Logger.Level.DEBUG;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** The broker's side of a handshake, and of one that failed. */
final class TlsHandshake {
    private static final System.Logger LOG = System.getLogger(TlsHandshake.class.getName());
    private static final Duration FAREWELL = Duration.ofMillis(500);

    private TlsHandshake() {}

    /**
     * The client may be sending already; if the socket were closed with that unread, the alert that
     * says why would be lost on the way.
     */
    static void letHearWhy(Socket socket) {
        try {
            socket.shutdownOutput();
            var in = socket.getInputStream();
            var buffer = new byte[1_024];
            var end = System.nanoTime() + FAREWELL.toNanos();
            for (var left = FAREWELL; left.toMillis() > 0; left = until(end)) {
                socket.setSoTimeout((int) left.toMillis());
                if (in.read(buffer) < 0) {
                    return;
                }
            }
        } catch (IOException e) {
            LOG.log(DEBUG, () -> "while hanging up: " + e.getMessage());
        }
    }

    private static Duration until(long nanos) {
        return Duration.ofNanos(nanos - System.nanoTime());
    }

    /** TLS 1.3, and a certificate from the client. */
    static SSLSocket with(Socket socket, SSLContext context) throws IOException {
        var address = socket.getInetAddress().getHostAddress();
        var tls =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(socket, address, socket.getPort(), false);
        var parameters = tls.getSSLParameters();
        parameters.setProtocols(new String[] {"TLSv1.3"});
        parameters.setNeedClientAuth(true);
        tls.setSSLParameters(parameters);
        tls.setUseClientMode(false);
        tls.startHandshake();
        return tls;
    }
}
