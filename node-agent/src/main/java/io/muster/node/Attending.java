package io.muster.node;

import static java.lang.System.Logger.Level.WARNING;

import io.muster.action.ActionSpec;
import io.muster.message.MalformedException;
import io.muster.message.Outcome;
import io.muster.node.RequestJournal.Begun;
import io.muster.node.action.ActionContext;
import io.muster.node.action.Actions;
import io.muster.node.action.Performed;
import io.muster.node.output.Voice;
import io.muster.threads.Threads;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What an earlier node agent had the root helper begin, and which outlives either: its end is asked
 * of the helper. Until then it is under way here as well.
 */
record Attending(
        Delegate delegate, Performer performer, Actions actions, Stays stays, Threads threads) {
    private static final System.Logger LOG = System.getLogger(Attending.class.getName());

    /** The helper limits its time; it may have to be started again before it says so. */
    private static final Duration MARGIN = Duration.ofMinutes(1);

    /** Asks, and tells its end when it has come; false if it cannot have gone on. */
    boolean goOn(Begun begun) {
        var action = actions.find(begun.action()).filter(a -> a.spec().outlives());
        if (action.isEmpty()) {
            return false;
        }
        var question = question(begun);
        if (question.isPresent()) {
            performer.goOn(new Attended(delegate, question.get(), action.get().spec(), begun.at()));
        } else {
            threads.start("attend " + begun.id().brief(), () -> attend(begun));
        }
        return true;
    }

    private Optional<Question> question(Begun begun) {
        try {
            return stays.question(begun);
        } catch (IOException | MalformedException e) {
            LOG.log(WARNING, () -> "what outlived us keeps nothing else back: " + e.getMessage());
            return Optional.empty();
        }
    }

    private void attend(Begun begun) {
        if (delegate.attend(begun.key(), begun.digest(), Voice.NONE)
                instanceof Performed.Done(Outcome outcome)) {
            if (outcome instanceof Outcome.Interrupted(String message)) {
                performer.cutOff(begun, message);
            } else {
                performer.conclude(begun, outcome);
            }
        }
    }

    private record Attended(Delegate delegate, Question question, ActionSpec spec, Instant since)
            implements Survivor {
        @Override
        public Duration limit() {
            return spec.timeout().plus(MARGIN);
        }

        @Override
        public Performed end(ActionContext context) {
            return delegate.attend(question.key(), question.digest(), Voice.NONE);
        }
    }
}
