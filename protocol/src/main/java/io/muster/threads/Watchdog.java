package io.muster.threads;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Looks from time to time whether the threads on which a daemon does everything still run, from a
 * thread of the platform, which does not depend on them. Waits that were cut short because the
 * machine slept, or the process was halted, do not count.
 */
public final class Watchdog {
    private static final Duration STEP = Duration.ofSeconds(5);
    private static final int STEPS = 24;

    private final Consumer<Runnable> starting;
    private final Duration step;
    private final int steps;
    private final Consumer<String> giveUp;

    Watchdog(Consumer<Runnable> starting, Duration step, int steps, Consumer<String> giveUp) {
        this.starting = starting;
        this.step = step;
        this.steps = steps;
        this.giveUp = giveUp;
    }

    /**
     * Watches until the process ends.
     *
     * @param giveUp told once that nothing has run for two minutes
     */
    public static void watch(Consumer<String> giveUp) {
        var dog =
                new Watchdog(
                        work -> Thread.ofVirtual().name("watched").start(work),
                        STEP,
                        STEPS,
                        giveUp);
        Thread.ofPlatform().daemon().name("watchdog").start(dog::run);
    }

    void run() {
        try {
            while (runsAgain()) {
                var _ = new CountDownLatch(1).await(step.toMillis(), TimeUnit.MILLISECONDS);
            }
            giveUp.accept(
                    "no thread has begun to run for "
                            + step.multipliedBy(steps).toSeconds()
                            + " seconds");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Many short waits: whoever was asleep himself has missed one of them only. */
    private boolean runsAgain() throws InterruptedException {
        var ran = new CountDownLatch(1);
        starting.accept(ran::countDown);
        for (int i = 0; i < steps; i++) {
            if (ran.await(step.toMillis(), TimeUnit.MILLISECONDS)) {
                return true;
            }
        }
        return false;
    }
}
