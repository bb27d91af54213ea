package io.muster.transport.jms;

import org.apache.activemq.transport.tcp.TcpTransport;
import org.apache.activemq.util.ServiceStopper;
import org.apache.activemq.wireformat.WireFormat;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.CountDownLatch;

/**
 * A connected socket as the lowest layer of ActiveMQ: read by a virtual thread, written by
 * blocking.
 *
 * <p>ActiveMQ's own transports cost a platform thread for each connection, as its TLS client does,
 * or, with non-blocking sockets, write by polling with pauses of up to a second while the peer is
 * slow (docs/adr/0003-broker.md).
 */
public class SocketTransport extends TcpTransport {
    private final Socket wire;

    /**
     * Takes over a connection.
     *
     * @param socket to read and write, after any handshake
     * @param wire the TCP socket below it, which may be the same; it is closed first, because
     *     closing a TLS socket waits for writers that may be stuck
     */
    public SocketTransport(WireFormat format, Socket socket, Socket wire) throws IOException {
        super(format, socket);
        this.wire = wire;
    }

    /**
     * Leaves the socket's buffers to the kernel. ActiveMQ makes them 64 KiB, which on loopback is
     * less than two segments: the window closes, and each large message waits for a timer of 200
     * ms.
     */
    @Override
    protected void initialiseSocket(Socket socket) throws SocketException {
        wire.setTcpNoDelay(true);
    }

    @Override
    protected void doStart() throws Exception {
        connect();
        stoppedLatch.set(new CountDownLatch(1));
        Thread.ofVirtual().name("muster-bus-reader").start(this);
    }

    @Override
    protected void doStop(ServiceStopper stopper) throws IOException {
        wire.close();
    }
}
