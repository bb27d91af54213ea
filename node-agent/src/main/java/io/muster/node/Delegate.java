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

    /** A helper that died is started again with the next call; one that was stopped may come. */
    private static final int TRIES = 20;

    private static final Duration BETWEEN = Duration.ofMillis(500);

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
        var performed = delegated(question, action.spec().outlives(), context.voice());
        context.node().facts().expire();
        return performed;
    }

    /**
     * The helper stops what runs there and says so to whoever waits for it here; what it does not
     * stop, or was never told of, is stopped here by hanging up.
     */
    private void passOn(Question question) {
        var passing =
                Thread.ofVirtual()
                        .name("cancel")
                        .start(() -> delegated(question, false, Voice.NONE));
        try {
            if (!passing.join(STOPPING)) {
                passing.interrupt();
            }
        } catch (InterruptedException _) {
            passing.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    private Performed delegated(Question question, boolean outlives, Voice voice) {
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
            if (outlives && !Thread.currentThread().isInterrupted()) {
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
     * it outlives whoever began it. A helper that is being started again is waited for.
     */
    Performed attend(RequestKey request, String digest, Voice voice) {
        var problem = "it does not answer";
        for (int tried = 0; tried < TRIES; tried++) {
            try (var line = door.open()) {
                line.say(new Word.Attend(request, digest));
                if (last(line, voice) instanceof Word.Done(Outcome outcome)) {
                    return Performed.done(outcome);
                }
                problem = "it does not know of it any more";
            } catch (IOException | MalformedException e) {
                problem = String.valueOf(e.getMessage());
            }
            try {
                Thread.sleep(BETWEEN);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return interrupted(problem);
            }
        }
        return interrupted(problem);
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
