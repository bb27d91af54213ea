package io.muster.transport.jms;

import org.apache.activemq.transport.tcp.TcpTransport;
import org.apache.activemq.util.ServiceStopper;
import org.apache.activemq.wireformat.WireFormat;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;

/**
 * A connected socket as the lowest layer of ActiveMQ: read by a thread of its own, which can be a
 * virtual one, written by blocking.
 *
 * <p>ActiveMQ's own transports cost a platform thread for each connection, as its TLS client does,
 * or, with non-blocking sockets, write by polling with pauses of up to a second while the peer is
 * slow (docs/adr/0003-broker.md).
 */
public class SocketTransport extends TcpTransport {
    private final Socket wire;
    private final ThreadFactory threads;

    /** Takes over a connection; a virtual thread reads it. */
    public SocketTransport(WireFormat format, Socket socket, Socket wire) throws IOException {
        this(format, socket, wire, Thread.ofVirtual().name("muster-bus-reader").factory());
    }

    /**
     * Takes over a connection.
     *
     * @param socket to read and write, after any handshake
     * @param wire the TCP socket below it, which may be the same; it is closed first, because
     *     closing a TLS socket waits for writers that may be stuck
     * @param threads asked for the thread that reads
     */
    public SocketTransport(WireFormat format, Socket socket, Socket wire, ThreadFactory threads)
            throws IOException {
        super(format, socket);
        this.wire = wire;
        this.threads = threads;
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
        threads.newThread(this).start();
    }

    @Override
    protected void doStop(ServiceStopper stopper) throws IOException {
        wire.close();
    }
}
