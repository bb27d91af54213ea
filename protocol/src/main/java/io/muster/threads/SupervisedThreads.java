package io.muster.threads;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/**
 * The threads of a daemon: a loop that breaks is begun anew, a few times, and then the daemon is
 * given up, loudly: one that lives and does half of its work is worse than one that was ended and
 * is started again.
 */
public final class SupervisedThreads implements Threads {
    /** How often a loop may break within {@link #SPAN}. */
    static final int MOST = 5;

    static final Duration SPAN = Duration.ofMinutes(10);
    private static final Logger LOG = System.getLogger(SupervisedThreads.class.getName());
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Threads threads;
    private final Duration pause;
    private final Consumer<String> giveUp;

    /**
     * Over others.
     *
     * @param giveUp told why this process is of no use any more, on the thread that broke
     */
    public SupervisedThreads(Threads threads, Consumer<String> giveUp) {
        this(threads, PAUSE, giveUp);
    }

    /** The same, with another pause before a loop is begun anew. */
    public SupervisedThreads(Threads threads, Duration pause, Consumer<String> giveUp) {
        this.threads = threads;
        this.pause = pause;
        this.giveUp = giveUp;
    }

    @Override
    public Started keep(String name, Runnable loop) {
        return threads.start(name, () -> keepOn(name, loop));
    }

    private void keepOn(String name, Runnable loop) {
        var broke = new ArrayDeque<Long>();
        while (!ended(name, loop, broke)) {
            try {
                var _ = threads.opened(new CountDownLatch(1), pause);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Whether it ended by itself, or for good. */
    private boolean ended(String name, Runnable loop, ArrayDeque<Long> broke) {
        try {
            loop.run();
            return true;
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, name + " broke, and begins anew", e);
            var now = threads.ticks();
            broke.add(now);
            while (now - broke.getFirst() > SPAN.toNanos()) {
                broke.removeFirst();
            }
            if (broke.size() > MOST) {
                giveUp.accept(
                        name
                                + " broke "
                                + broke.size()
                                + " times within "
                                + SPAN.toMinutes()
                                + " minutes, at last by "
                                + e);
                return true;
            }
            return false;
        }
    }

    @Override
    public long ticks() {
        return threads.ticks();
    }

    @Override
    public Started start(String name, Runnable work) {
        return threads.start(name, work);
    }

    @Override
    public <T> Optional<T> await(Awaited<T> what, Duration limit) throws InterruptedException {
        return threads.await(what, limit);
    }

    @Override
    public Workers workers(String name, int waiting) {
        return threads.workers(name, waiting);
    }
}
