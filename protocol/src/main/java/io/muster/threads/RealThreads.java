package io.muster.threads;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Virtual threads, a pool of platform threads where processors are kept busy, the real time. */
final class RealThreads implements Threads {
    private static final int MOST_WORKERS = 8;

    @Override
    public long ticks() {
        return System.nanoTime();
    }

    @Override
    public Started start(String name, Runnable work) {
        return Thread.ofVirtual().name(name).start(work)::interrupt;
    }

    @Override
    public <T> Optional<T> await(Awaited<T> what, Duration limit) throws InterruptedException {
        return what.within(limit.isPositive() ? nanos(limit) : 0);
    }

    /** Whoever waits for centuries waits for ever. */
    private static long nanos(Duration limit) {
        try {
            return limit.toNanos();
        } catch (ArithmeticException _) {
            return Long.MAX_VALUE;
        }
    }

    @Override
    public Workers workers(String name, int waiting) {
        var cores = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, MOST_WORKERS);
        return new Pool(
                new ThreadPoolExecutor(
                        cores,
                        cores,
                        1,
                        TimeUnit.SECONDS,
                        new ArrayBlockingQueue<>(waiting),
                        task -> Thread.ofPlatform().daemon().name(name).unstarted(task),
                        new ThreadPoolExecutor.CallerRunsPolicy()));
    }

    private record Pool(ThreadPoolExecutor threads) implements Workers {
        @Override
        public void execute(Runnable task) {
            threads.execute(task);
        }

        @Override
        public void close() {
            threads.shutdownNow();
        }
    }
}
