package io.muster.broker;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.Semaphore;

/**
 * Bounds how long the broker waits for strangers: from each accepted socket until its handshake is
 * done, all waiting together may take no longer than the limit; whoever is silent, or sends a byte
 * now and then, is cut off.
 *
 * <p>Only waiting counts. When thousands come back after a restart, their handshakes take turns at
 * the processors, so that each is finished soon after it began instead of all of them too late; the
 * time until its turn is not the client's fault.
 */
final class HandshakeWatchdog {
    private final Duration limit;
    private final Semaphore turns;

    HandshakeWatchdog(Duration limit, int processors) {
        this.limit = limit;
        this.turns = new Semaphore(processors, true);
    }

    /** Waits for the next stranger. */
    Watched accept(WatchedServerSocket server) throws IOException {
        return server.accept(this);
    }

    /** A server socket whose sockets can be watched. */
    static final class WatchedServerSocket extends ServerSocket {
        WatchedServerSocket() throws IOException {
            super();
        }

        Watched accept(HandshakeWatchdog watchdog) throws IOException {
            var socket = new Watched(watchdog.limit, watchdog.turns);
            implAccept(socket);
            return socket;
        }
    }

    /** A stranger, until its handshake is done. */
    static final class Watched extends Socket {
        private final Semaphore turns;
        private long budget;
        private volatile boolean watched = true;

        Watched(Duration limit, Semaphore turns) {
            this.budget = limit.toNanos();
            this.turns = turns;
        }

        /** Works with the processor's leave, and gives it up while waiting for the stranger. */
        <T> T handshake(Handshake<T> work) throws IOException {
            turns.acquireUninterruptibly();
            try {
                return work.run();
            } finally {
                welcome();
                turns.release();
            }
        }

        /** Ends the watch: there is no handshake, or no more. */
        void welcome() {
            watched = false;
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return new WatchedStream(super.getInputStream());
        }

        private int waitFor(Read read) throws IOException {
            if (budget <= 0) {
                throw new SocketTimeoutException("the handshake took too long");
            }
            setSoTimeout((int) Math.max(1, budget / 1_000_000));
            turns.release();
            var start = System.nanoTime();
            try {
                return read.run();
            } finally {
                budget -= System.nanoTime() - start;
                turns.acquireUninterruptibly();
                setSoTimeout(0);
            }
        }

        private final class WatchedStream extends FilterInputStream {
            WatchedStream(InputStream in) {
                super(in);
            }

            @Override
            public int read() throws IOException {
                return watched ? waitFor(() -> in.read()) : in.read();
            }

            @Override
            public int read(byte[] bytes, int from, int length) throws IOException {
                return watched
                        ? waitFor(() -> in.read(bytes, from, length))
                        : in.read(bytes, from, length);
            }
        }
    }

    /** A handshake. */
    interface Handshake<T> {
        T run() throws IOException;
    }

    private interface Read {
        int run() throws IOException;
    }
}
