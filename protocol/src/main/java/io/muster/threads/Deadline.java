package io.muster.threads;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Closes a socket, and so ends whatever waits on it, reading or writing, unless it is closed itself
 * in time. What is not a plain TCP socket may wait for its writers when it is closed: name the one
 * below.
 */
public final class Deadline implements AutoCloseable {
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile boolean missed;

    private Deadline() {}

    /** From now on. */
    public static Deadline of(Duration limit, Socket socket) {
        var deadline = new Deadline();
        Thread.ofVirtual().start(() -> deadline.watch(limit, socket));
        return deadline;
    }

    /** Whether it came. */
    public boolean missed() {
        return missed;
    }

    @Override
    public void close() {
        done.countDown();
    }

    private void watch(Duration limit, Socket socket) {
        try {
            if (!done.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                missed = true;
                socket.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new IllegalStateException("closing a socket does not fail", e);
        }
    }
}
