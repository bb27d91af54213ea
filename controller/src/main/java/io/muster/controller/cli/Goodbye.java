package io.muster.controller.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What a signal does: it ends the waiting of the command, which then reports what it knows, closes
 * its connection and ends the program with the code for that. A command that reads what somebody
 * types has nothing to report and would not notice; it is left where it is, and the platform ends
 * the program with the code of the signal.
 */
final class Goodbye implements Runnable {
    private static final long LOOK_EVERY_MS = 20;

    private final Thread command;
    private final CountDownLatch over;
    private final Typed typed;
    private final Duration limit;

    /**
     * @param over counted down when the command has ended
     * @param typed what the command may be reading
     * @param limit how long it may take to end
     */
    Goodbye(Thread command, CountDownLatch over, Typed typed, Duration limit) {
        this.command = command;
        this.over = over;
        this.typed = typed;
        this.limit = limit;
    }

    @Override
    public void run() {
        try {
            if (over.getCount() > 0) {
                command.interrupt();
                awaitCommand();
            }
            if (over.getCount() == 0) {
                // It ends the program itself, with a status of its own; the signal's would be that
                // of a program that said nothing.
                var _ = command.join(limit);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitCommand() throws InterruptedException {
        var until = System.nanoTime() + limit.toNanos();
        while (!typed.awaited()
                && System.nanoTime() < until
                && !over.await(LOOK_EVERY_MS, TimeUnit.MILLISECONDS)) {}
    }
}
