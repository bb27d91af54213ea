package io.muster.controller.demo;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits until something is so, looking often. */
final class Patience {
    private static final long LOOK_EVERY_MILLIS = 20;

    private Patience() {}

    /**
     * Returns as soon as it is so.
     *
     * @throws DemoException if it is not so within the limit; {@code what} names it
     */
    static void until(String what, Duration limit, BooleanSupplier so) throws InterruptedException {
        var end = System.nanoTime() + limit.toNanos();
        while (!so.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new DemoException("after " + limit.toSeconds() + " s still not: " + what);
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MILLIS);
        }
    }
}
