package io.muster.node;

import io.muster.action.ActionClass;
import io.muster.action.ActionSpec;
import io.muster.action.BuiltIn;
import io.muster.action.Input;
import io.muster.message.Live;
import io.muster.message.MalformedException;
import io.muster.message.Outcome;
import io.muster.node.action.Action;
import io.muster.node.action.ActionContext;
import io.muster.node.action.Performed;
import io.muster.node.helper.Line;
import io.muster.node.helper.Word;
import io.muster.node.output.Voice;

import java.io.IOException;
import java.time.Duration;

/**
 * Has what needs root done by the root helper, which believes nothing but the operator's signature;
 * what only looks, and is built in, is done here. A helper that is not there, refuses, dies or
 * hangs is an outcome, never silence: the time limit of the action holds for it as well.
 */
final class Delegate implements Worker {
    /** Between the word to go down, and the word that it was passed on. */
    private static final Duration ORDER = Duration.ofSeconds(20);

    /** What runs in the helper may take so long to stop. */
    private static final Duration STOPPING = Duration.ofSeconds(15);

    private final HelperDoor door;

    Delegate(HelperDoor door) {
        this.door = door;
    }

    /**
     * Whether this process can do it without root, and without secrets. What programs said is with
     * whoever ran them.
     */
    static boolean here(Question question, Action action, ActionContext context) {
        ActionSpec spec = action.spec();
        return spec.actionClass() == ActionClass.READ
                && !spec.name().equals(BuiltIn.NODE_OUTPUT.name())
                && question.request().sealed().parts().isEmpty()
                && context.node().actions().builtIn(spec.name());
    }

    @Override
    public Performed run(Question question, Action action, Input input, ActionContext context)
            throws IOException {
        if (here(question, action, context)) {
            return action.run(input, context);
        }
        if (action.spec().equals(BuiltIn.NODE_CANCEL)) {
            passOn(question);
            return action.run(input, context);
        }
        var performed = delegated(question, context.voice());
        context.node().facts().expire();
        return performed;
    }

    /**
     * The helper stops what runs there and says so to whoever waits for it here; what it does not
     * stop, or was never told of, is stopped here by hanging up.
     */
    private void passOn(Question question) {
        var passing = Thread.ofVirtual().name("cancel").start(() -> delegated(question, Voice.NONE));
        try {
            if (!passing.join(STOPPING)) {
                passing.interrupt();
            }
        } catch (InterruptedException _) {
            passing.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    private Performed delegated(Question question, Voice voice) {
        Line line;
        try {
            line = door.open();
        } catch (IOException e) {
            return failed("no-helper", String.valueOf(e.getMessage()));
        }
        var down = false;
        try {
            line.say(new Word.Perform(question.message()));
            var performed = performed(line, last(line, voice));
            down = performed instanceof Performed.GoingDown;
            return performed;
        } catch (IOException | MalformedException e) {
            return Performed.done(
                    new Outcome.Interrupted(
                            "the root helper stopped in the middle ("
                                    + e.getMessage()
                                    + "); it is not run again"));
        } finally {
            if (!down) {
                close(line);
            }
        }
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
