package io.muster.threads;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The threads of a program, what they wait for, and the time that passes meanwhile: those of this
 * machine, or of a simulation in which one thread runs at a time, and time passes when all wait.
 *
 * <p>Code that waits for something with a limit, or starts a thread, does it here and nowhere else
 * if it is to be simulated. Locks are not waits: whoever holds one must not wait. Thread-safe.
 */
public interface Threads {
    /** Those of this machine. */
    @SuppressWarnings("ClassInitializationDeadlock") // nobody else names that class
    Threads REAL = new RealThreads();

    /** Nanoseconds of a clock that nobody sets, as {@link System#nanoTime} counts. */
    long ticks();

    /**
     * Runs that on a thread of its own and returns at once; what it throws nobody else is told.
     *
     * @param name for people who look at the threads
     */
    Started start(String name, Runnable work);

    /**
     * Runs a loop that goes on as long as the program; one that breaks is begun anew where somebody
     * watches over it, see {@link SupervisedThreads}, and elsewhere is as one that ended.
     */
    default Started keep(String name, Runnable loop) {
        return start(name, loop);
    }

    /**
     * Waits until that is there.
     *
     * @return what came, or empty if it has not come after {@code limit}
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    <T> Optional<T> await(Awaited<T> what, Duration limit) throws InterruptedException;

    /**
     * A few threads for work that keeps processors busy.
     *
     * @param waiting how many tasks may wait; beyond that, whoever brings one does it
     */
    Workers workers(String name, int waiting);

    /** A thread that was started. */
    @FunctionalInterface
    interface Started {
        /** Ends its waiting, or its next one, with an {@link InterruptedException}. */
        void interrupt();
    }

    /** Something to be waited for. */
    @FunctionalInterface
    interface Awaited<T> {
        /**
         * What came, or empty if it has not come after so long. Asked with 0 it answers at once; it
         * may be asked any number of times until it has answered.
         */
        Optional<T> within(long nanos) throws InterruptedException;
    }

    /** Threads that share work. */
    interface Workers extends AutoCloseable {
        /**
         * Does it, on one of them or on this thread.
         *
         * @throws java.util.concurrent.RejectedExecutionException if they were closed
         */
        void execute(Runnable task);

        /** Drops what waits, and interrupts what is being done. */
        @Override
        void close();
    }

    /** Takes a permit; whether there was one in time. */
    default boolean acquire(Semaphore permits, Duration limit) throws InterruptedException {
        return await(nanos -> there(permits.tryAcquire(nanos, TimeUnit.NANOSECONDS)), limit)
                .isPresent();
    }

    /** Waits until it is open; whether it is. */
    default boolean opened(CountDownLatch latch, Duration limit) throws InterruptedException {
        return await(nanos -> there(latch.await(nanos, TimeUnit.NANOSECONDS)), limit).isPresent();
    }

    /** Takes the first one, if there is one in time. */
    default <T> Optional<T> take(BlockingQueue<T> queue, Duration limit)
            throws InterruptedException {
        return await(nanos -> Optional.ofNullable(queue.poll(nanos, TimeUnit.NANOSECONDS)), limit);
    }

    /** Waits until it is completed, in whatever way; whether it is. */
    default boolean completed(CompletableFuture<?> future, Duration limit)
            throws InterruptedException {
        return await(nanos -> there(ended(future, nanos)), limit).isPresent();
    }

    private static boolean ended(CompletableFuture<?> future, long nanos)
            throws InterruptedException {
        if (future.isDone() || nanos <= 0) {
            return future.isDone();
        }
        try {
            future.get(nanos, TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException _) {
            return false;
        } catch (ExecutionException | CancellationException _) {
            return true;
        }
    }

    private static Optional<Boolean> there(boolean is) {
        return is ? Optional.of(true) : Optional.empty();
    }
}
