package io.muster.transport;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/**
 * Whether what is sent to one destination still arrives here: told what comes, and asked from time
 * to time what is to be done about it. As long as anything comes, nothing is. Thread-safe; times
 * are nanoseconds of a clock that nobody sets.
 */
final class Hearing {
    private final EchoPace pace;
    private final RandomGenerator random;
    private boolean listening;
    private boolean excused;
    private OptionalLong connection = OptionalLong.empty();
    private long heard;
    private long asked;
    private long patience;
    private int sent;
    private int deaf;

    /** What is to be done. */
    enum Deed {
        NOTHING,
        /** An echo is to be sent. */
        ECHO,
        /** The connection is up and nothing comes: another is to be made. */
        ANEW,
        /** And nothing comes over that one either. */
        GIVE_UP
    }

    /**
     * One answer.
     *
     * @param again when it is to be asked again, at the latest
     */
    record Step(Deed deed, Duration again) {}

    Hearing(EchoPace pace, RandomGenerator random) {
        this.pace = pace;
        this.random = random;
    }

    /** Whether somebody listens there from now on. */
    synchronized void listens(boolean listens) {
        listening = listens;
    }

    /** Something came. */
    synchronized void heard(long now) {
        heard = now;
        if (sent > 0 || deaf > 0) {
            begin(now, 0);
        }
    }

    /** No echo can be sent over this connection, so nothing is known. */
    synchronized void excuse() {
        excused = true;
    }

    /** What is to be done now. */
    synchronized Step look(OptionalLong present, long now) {
        if (!present.equals(connection)) {
            connection = present;
            excused = false;
            begin(now, deaf);
        }
        if (!listening || excused || present.isEmpty()) {
            begin(now, deaf);
            return new Step(Deed.NOTHING, deaf > 0 ? pace.answer() : pace.quiet());
        }
        var left = (sent == 0 ? heard : asked) + patience - now;
        if (left > 0) {
            return new Step(Deed.NOTHING, Duration.ofNanos(left));
        }
        if (sent < pace.times()) {
            return echo(now);
        }
        begin(now, deaf + 1);
        return new Step(deaf > 1 ? Deed.GIVE_UP : Deed.ANEW, pace.answer());
    }

    private void begin(long now, int before) {
        heard = now;
        sent = 0;
        deaf = before;
        var quiet = pace.quiet().toNanos();
        patience =
                before > 0
                        ? pace.answer().toNanos()
                        : random.nextLong(quiet - quiet / 4, quiet + 1);
    }

    /**
     * Those who are deaf for one reason, a broker that is overloaded, must not all come at once.
     */
    private Step echo(long now) {
        sent++;
        asked = now;
        patience = pace.answer().toNanos();
        if (sent == pace.times() && deaf == 0) {
            patience += random.nextLong(pace.quiet().toNanos());
        }
        return new Step(Deed.ECHO, Duration.ofNanos(patience));
    }
}
