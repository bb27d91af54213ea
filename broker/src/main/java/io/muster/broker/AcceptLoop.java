package io.muster.broker;

import static java.lang.System.Logger.Level.ERROR;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Takes one connection after another until the door is shut, whatever goes wrong with one: a broker
 * that lives and lets nobody in is worse than one that has ended.
 */
final class AcceptLoop implements Runnable {
    private static final System.Logger LOG = System.getLogger(AcceptLoop.class.getName());

    private static final String PROBLEM = "cannot accept connections: ";

    private final BooleanSupplier shut;
    private final Step step;
    private final Duration first;
    private final Duration longest;

    /** Waits for one connection, and takes it. */
    @FunctionalInterface
    interface Step {
        void take() throws IOException;
    }

    /**
     * Not begun.
     *
     * @param first how long it rests after a failure; twice as long after each that follows at once
     * @param longest and at most that long
     */
    AcceptLoop(BooleanSupplier shut, Step step, Duration first, Duration longest) {
        this.shut = shut;
        this.step = step;
        this.first = first;
        this.longest = longest;
    }

    @Override
    public void run() {
        var rest = first;
        while (!shut.getAsBoolean()) {
            try {
                step.take();
                rest = first;
            } catch (IOException e) {
                rest = rest(rest, () -> LOG.log(ERROR, () -> PROBLEM + e.getMessage()));
            } catch (RuntimeException | Error e) {
                rest = rest(rest, () -> LOG.log(ERROR, PROBLEM + "a defect", e));
            }
        }
    }

    private Duration rest(Duration rest, Runnable told) {
        if (shut.getAsBoolean()) {
            return rest;
        }
        told.run();
        LockSupport.parkNanos(rest.toNanos());
        var next = rest.multipliedBy(2);
        return next.compareTo(longest) < 0 ? next : longest;
    }
}
