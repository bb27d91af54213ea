package io.muster.threads;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** A daemon's word that it is of no use any more: logged, and heeded, the first time. */
public final class Resignation implements Consumer<String> {
    /** The exit status: whoever runs it shall start it again. */
    public static final int STATUS = 1;

    private final Logger log;
    private final Consumer<String> end;
    private final AtomicBoolean given = new AtomicBoolean();

    /**
     * Not given.
     *
     * @param end has the process end with {@link #STATUS}; returns at once
     */
    public Resignation(Logger log, Consumer<String> end) {
        this.log = log;
        this.end = end;
    }

    @Override
    public void accept(String reason) {
        if (given.compareAndSet(false, true)) {
            log.log(Level.ERROR, () -> "this process ends, to be started again: " + reason);
            end.accept(reason);
        }
    }

    /** Ends the process after that time, if it is still there: whatever is stuck in it. */
    public static void haltAfter(Duration limit) {
        Thread.ofPlatform()
                .daemon()
                .name("halt")
                .start(
                        () -> {
                            try {
                                Thread.sleep(limit);
                                Runtime.getRuntime().halt(STATUS);
                            } catch (InterruptedException _) {
                                Thread.currentThread().interrupt();
                            }
                        });
    }
}
