package io.muster.hub.presence;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * What others can make the hub log: the first, then at most one a minute with how many were left
 * out, so that nobody fills the disk. Thread-safe.
 */
final class Complaints {
    private static final Duration PAUSE = Duration.ofMinutes(1);

    private final Logger log;
    private final Supplier<Duration> uptime;
    private Duration next = Duration.ZERO;
    private long left;

    /**
     * None so far.
     *
     * @param uptime from any moment on, never going back
     */
    Complaints(Logger log, Supplier<Duration> uptime) {
        this.log = log;
        this.uptime = uptime;
    }

    /** By the processor's own clock. */
    static Complaints in(Logger log) {
        var start = System.nanoTime();
        return new Complaints(log, () -> Duration.ofNanos(System.nanoTime() - start));
    }

    /** One more. */
    void add(Level level, String text) {
        if (due()) {
            log.log(level, () -> text + leftOut());
        }
    }

    /** One more, with where in the program. */
    void add(Level level, String text, Throwable cause) {
        if (due()) {
            log.log(level, () -> text + leftOut(), cause);
        }
    }

    private synchronized boolean due() {
        var now = uptime.get();
        if (now.compareTo(next) < 0) {
            left++;
            return false;
        }
        next = now.plus(PAUSE);
        return true;
    }

    private synchronized String leftOut() {
        var before = left;
        left = 0;
        return before == 0 ? "" : " (and " + before + " before that were not logged)";
    }
}
