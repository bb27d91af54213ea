package io.muster.node;

import io.muster.threads.Threads;
import io.muster.threads.Threads.Started;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.random.RandomGenerator;

/**
 * When a node announces itself: at its first connection at once, at every later one within a few
 * seconds, for everybody else was cut off as well; then again and again; and when it is asked to.
 */
final class AnnounceLoop {
    private final Announcer announcer;
    private final Semaphore connected;
    private final Duration spread;
    private final RandomGenerator random;
    private final Runnable flush;
    private final Runnable afterwards;
    private final CountDownLatch closing;
    private final Threads threads;
    private final Logger log;
    private volatile Optional<Started> started = Optional.empty();

    /**
     * Not running yet.
     *
     * @param connected gets a permit at each new connection
     * @param spread within which time those who were cut off together announce themselves again
     * @param flush sends what waited for a connection
     * @param afterwards done after each announcement; throws nothing
     * @param closing counted down when the node agent stops
     */
    AnnounceLoop(
            Announcer announcer,
            Semaphore connected,
            Duration spread,
            RandomGenerator random,
            Runnable flush,
            Runnable afterwards,
            CountDownLatch closing,
            Threads threads,
            Logger log) {
        this.announcer = announcer;
        this.connected = connected;
        this.spread = spread;
        this.random = random;
        this.flush = flush;
        this.afterwards = afterwards;
        this.closing = closing;
        this.threads = threads;
        this.log = log;
    }

    void start() {
        started = Optional.of(threads.keep("announcer", this::run));
    }

    /** Announces nothing more by itself. */
    void stop() {
        started.ifPresent(Started::interrupt);
    }

    /** Something is new that the hub should know. */
    void soon() {
        threads.start("announce-soon", () -> say(announcer::repeat));
    }

    /** Announces with all facts after that time, unless the node agent stops before. */
    void introduceAfter(Duration pause) {
        threads.start(
                "roll-call",
                () -> {
                    if (!closedWithin(pause)) {
                        say(announcer::introduce);
                    }
                });
    }

    private void run() {
        try {
            var again = false;
            while (closing.getCount() > 0) {
                var pause = announcer.pause();
                if (threads.acquire(connected, pause)) {
                    greet(again);
                    again = true;
                } else {
                    say(announcer::repeat);
                }
                afterwards.run();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Who waits for answers gets them first. */
    private void greet(boolean again) {
        if (again) {
            flush.run();
            if (closedWithin(Duration.ofMillis(random.nextLong(spread.toMillis() + 1)))) {
                return;
            }
        }
        say(announcer::introduce);
        flush.run();
    }

    private boolean closedWithin(Duration pause) {
        try {
            return threads.opened(closing, pause);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** Whatever is wrong this time, a host name that cannot be read say, there is a next time. */
    private void say(Runnable announcement) {
        try {
            announcement.run();
        } catch (RuntimeException e) {
            log.log(Level.ERROR, "cannot announce", e);
        }
    }
}
