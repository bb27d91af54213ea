package io.muster.node.action;

import io.muster.message.Outcome;
import io.muster.node.host.Host.Deed;

import java.time.Duration;

/** What became of an action when it returned. */
public sealed interface Performed {

    /** It is over. */
    record Done(Outcome outcome) implements Performed {}

    /**
     * Everything is ready for the machine to go down, and nothing was done yet. The caller records
     * it, answers {@code Armed} with the message, sees the answer on its way, and only then
     * performs the deed, which returns before the machine goes down. If the deed throws, the
     * outcome is failed; if it does not, the outcome is known after the next boot, or when there
     * was none.
     *
     * @param message for the operator
     * @param delay how long after the deed the machine begins to go down
     * @param deed makes the machine go down
     */
    record GoingDown(String message, Duration delay, Deed deed) implements Performed {}

    /**
     * Its program was left alone because this process ends: whoever comes after it tells how that
     * ended.
     */
    record Left() implements Performed {}

    /** It is over. */
    static Performed done(Outcome outcome) {
        return new Done(outcome);
    }
}
