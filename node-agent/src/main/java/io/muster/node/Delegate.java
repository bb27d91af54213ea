package io.muster.node;

import io.muster.action.ActionClass;
import io.muster.action.ActionSpec;
import io.muster.action.BuiltIn;
import io.muster.action.Input;
import io.muster.message.Live;
import io.muster.message.MalformedException;
import io.muster.message.Outcome;
import io.muster.message.RequestKey;
import io.muster.node.action.Action;
import io.muster.node.action.ActionContext;
import io.muster.node.action.Performed;
import io.muster.node.helper.Line;
import io.muster.node.helper.Word;
import io.muster.node.output.Voice;

import java.io.IOException;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Has what needs root done by the root helper, which believes nothing but the operator's signature;
 * what only looks, and is built in, is done here. A helper that is not there, refuses, dies or
 * hangs is an outcome, never silence: the time limit of the action holds for it as well.
 */
final class Delegate implements Worker {
    private static final String NO_HELPER = "no-helper";

    /** Between the word to go down, and the word that it was passed on. */
    private static final Duration ORDER = Duration.ofSeconds(20);

    /** What runs in the helper may take so long to stop. */
    private static final Duration STOPPING = Duration.ofSeconds(15);

    /** A helper that died is started again with the next call; one that was stopped may come. */
    private static final int TRIES = 20;

    private static final Duration BETWEEN = Duration.ofMillis(500);

    private final HelperDoor door;
    private final BooleanSupplier leaving;

    /**
     * @param leaving whether this process ends: what outlives it is left alone then
     */
    Delegate(HelperDoor door, BooleanSupplier leaving) {
        this.door = door;
        this.leaving = leaving;
    }

    /**
     * Whether this process can do it without root, and without secrets. What programs said is with
     * whoever ran them.
     */
    static boolean here(Question question, Action action, ActionContext context) {
        return here(action.spec(), context) && question.request().sealed().parts().isEmpty();
    }

    private static boolean here(ActionSpec spec, ActionContext context) {
        return spec.actionClass() == ActionClass.READ
                && !spec.name().equals(BuiltIn.NODE_OUTPUT.name())
                && context.node().actions().builtIn(spec.name());
    }

    @Override
    public Performed run(Question question, Action action, Input input, ActionContext context)
            throws IOException {
        if (action.spec().equals(BuiltIn.NODE_EXPLAIN)) {
            return explained(question, action.run(input, context), input, context);
        }
        if (here(question, action, context)) {
            return action.run(input, context);
        }
        if (action.spec().equals(BuiltIn.NODE_CANCEL)) {
            passOn(question);
            return action.run(input, context);
        }
        var performed = delegated(question, action.spec().outlives(), context.voice());
        context.node().facts().expire();
        return performed;
    }

    /** What the helper would be asked to do, it is asked about as well. */
    private Performed explained(
            Question question, Performed own, Input input, ActionContext context) {
        var others =
                context.node().actions().specs().stream()
                        .filter(spec -> spec.name().value().equals(input.text("action")))
                        .filter(spec -> !here(spec, context));
        return others.findAny().isPresent()
                ? SecondOpinion.joined(own, delegated(question, false, Voice.NONE))
                : own;
    }

    /**
     * The helper stops what runs there and says so to whoever waits for it here; what it does not
     * stop, or was never told of, is stopped here by hanging up, unless it outlives that: its end
     * is waited for all the same.
     */
    private void passOn(Question question) {
        var passing = Thread.ofVirtual().name("cancel").start(() -> insist(question));
        try {
            if (!passing.join(STOPPING)) {
                passing.interrupt();
            }
        } catch (InterruptedException _) {
            passing.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    /** A helper that died just then is told once more. */
    private void insist(Question question) {
        if (delegated(question, false, Voice.NONE) instanceof Performed.Done(Outcome came)
                && !heard(came)) {
            if (paused()) {
                var _ = delegated(question, false, Voice.NONE);
            }
        }
    }

    private static boolean heard(Outcome came) {
        return switch (came) {
            case Outcome.Failed failed -> !failed.code().equals(NO_HELPER);
            case Outcome.Interrupted _ -> false;
            case Outcome.Ok _,
                    Outcome.Changed _,
                    Outcome.Refused _,
                    Outcome.Expired _,
                    Outcome.Cancelled _ ->
                    true;
        };
    }

    private Performed delegated(Question question, boolean outlives, Voice voice) {
        Line line;
        try {
            line = door.open();
        } catch (IOException e) {
            return failed(NO_HELPER, String.valueOf(e.getMessage()));
        }
        var down = false;
        try {
            line.say(new Word.Perform(question.message()));
            var performed = performed(line, last(line, voice));
            down = performed instanceof Performed.GoingDown;
            return performed;
        } catch (IOException | MalformedException e) {
            if (outlives) {
                close(line);
                return attend(question.key(), question.digest(), voice);
            }
            return interrupted(String.valueOf(e.getMessage()));
        } finally {
            if (!down) {
                close(line);
            }
        }
    }

    /**
     * Waits for the end of what another connection had begun, or another helper: it has gone on if
     * it outlives whoever began it. A helper that is being started again is waited for. An
     * interrupt ends the waiting only if this process ends: the program goes on whatever is wanted
     * of it here, until the helper says that it has ended.
     */
    Performed attend(RequestKey request, String digest, Voice voice) {
        var interrupted = false;
        var problem = "it does not answer";
        for (int tried = 0; tried < TRIES; tried++) {
            interrupted |= Thread.interrupted();
            if (interrupted && leaving.getAsBoolean()) {
                break;
            }
            try (var line = door.open()) {
                line.say(new Word.Attend(request, digest));
                if (last(line, voice) instanceof Word.Done(Outcome outcome)) {
                    restore(interrupted);
                    return Performed.done(outcome);
                }
                problem = "it does not know of it any more";
            } catch (IOException | MalformedException e) {
                problem = String.valueOf(e.getMessage());
            }
            interrupted |= !paused();
        }
        restore(interrupted);
        return interrupted(problem);
    }

    private static void restore(boolean interrupted) {
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** False if that was interrupted. */
    private static boolean paused() {
        try {
            Thread.sleep(BETWEEN);
            return true;
        } catch (InterruptedException _) {
            return false;
        }
    }

    private static Performed interrupted(String problem) {
        return Performed.done(
                new Outcome.Interrupted(
                        "the root helper stopped in the middle ("
                                + problem
                                + "); it is not run again"));
    }

    /** The first word that does not only say how it goes. */
    private static Word last(Line line, Voice voice) throws IOException {
        while (true) {
            var word = line.hear();
            if (!(word instanceof Word.Going(Live live))) {
                return word;
            }
            voice.say(live);
        }
    }

    private Performed performed(Line line, Word word) {
        return switch (word) {
            case Word.Done(Outcome outcome) -> Performed.done(outcome);
            case Word.Armed(String message, Duration delay) ->
                    new Performed.GoingDown(message, delay, () -> order(line));
            case Word.Ignored _ ->
                    failed(
                            "not-believed",
                            "the root helper does not accept the request: its log says why");
            case Word.Asked _,
                    Word.Nonce _,
                    Word.Heard _,
                    Word.Unkept _,
                    Word.Going _,
                    Word.Ordered _ ->
                    throw new MalformedException("an answer to another question");
        };
    }

    private static void order(Line line) throws IOException {
        try (line) {
            line.say(new Word.Go());
            switch (line.hear(ORDER)) {
                case Word.Ordered _ -> {}
                case Word.Done(Outcome outcome) -> throw new IOException(outcome.message());
                case Word.Asked _,
                        Word.Nonce _,
                        Word.Heard _,
                        Word.Unkept _,
                        Word.Ignored _,
                        Word.Going _,
                        Word.Armed _ ->
                        throw new IOException("the root helper answers another question");
            }
        }
    }

    private static Performed failed(String code, String message) {
        return Performed.done(Outcome.failed(code, message));
    }

    private static void close(Line line) {
        try {
            line.close();
        } catch (IOException _) {
            // Nobody is at the other end any more.
        }
    }
}
