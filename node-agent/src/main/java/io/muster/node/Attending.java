package io.muster.node;

import io.muster.message.Outcome;
import io.muster.node.RequestJournal.Begun;
import io.muster.node.action.Actions;
import io.muster.node.action.Performed;
import io.muster.node.output.Voice;
import io.muster.threads.Threads;

/**
 * What an earlier node agent had the root helper begin, and which outlives either: its end is asked
 * of the helper.
 */
record Attending(Delegate delegate, Performer performer, Actions actions, Threads threads) {

    /** Asks, and tells its end when it has come; false if it cannot have gone on. */
    boolean goOn(Begun begun) {
        if (actions.find(begun.action()).filter(a -> a.spec().outlives()).isEmpty()) {
            return false;
        }
        threads.start("attend " + begun.id().brief(), () -> attend(begun));
        return true;
    }

    private void attend(Begun begun) {
        if (delegate.attend(begun.id(), begun.digest(), Voice.NONE)
                instanceof Performed.Done(Outcome outcome)) {
            if (outcome instanceof Outcome.Interrupted(String message)) {
                performer.cutOff(begun, message);
            } else {
                performer.conclude(begun, outcome);
            }
        }
    }
}
