package io.muster.controller.ask;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The genuine replies to some requests, in order of arrival; closing it makes later ones late. For
 * one thread.
 */
public final class Replies implements AutoCloseable {
    private final BlockingQueue<Received> queue;
    private final Runnable end;

    Replies(BlockingQueue<Received> queue, Runnable end) {
        this.queue = queue;
        this.end = end;
    }

    /**
     * The next reply; empty if none has come after {@code limit}, at once if that is not positive.
     *
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    public Optional<Received> next(Duration limit) throws InterruptedException {
        var nanos = limit.isPositive() ? limit.toNanos() : 0;
        return Optional.ofNullable(queue.poll(nanos, TimeUnit.NANOSECONDS));
    }

    @Override
    public void close() {
        end.run();
    }
}
