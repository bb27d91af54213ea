package io.muster.node;

import io.muster.action.ActionClass;
import io.muster.action.ActionSpec;
import io.muster.action.Input;
import io.muster.message.Bytes;
import io.muster.message.MalformedException;
import io.muster.message.Outcome;
import io.muster.node.action.Action;
import io.muster.node.action.ActionContext;
import io.muster.node.action.Performed;
import io.muster.node.helper.Line;
import io.muster.node.helper.Word;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/**
 * Has what needs root done by the root helper, which believes nothing but the operator's signature;
 * what only looks, and is built in, is done here. A helper that is not there, refuses, dies or
 * hangs is an outcome, never silence: the time limit of the action holds for it as well.
 */
final class Delegate implements Worker {
    /** Between the word to go down, and the word that it was passed on. */
    private static final Duration ORDER = Duration.ofSeconds(20);

    private final Path socket;
    private final Set<String> believed;

    /**
     * @param socket where the helper listens
     * @param believed the users whom a helper may run as
     */
    Delegate(Path socket, Set<String> believed) {
        this.socket = socket;
        this.believed = Set.copyOf(believed);
    }

    /** Whether this process can do it without root. */
    static boolean here(Action action, ActionContext context) {
        ActionSpec spec = action.spec();
        return spec.actionClass() == ActionClass.READ
                && context.node().actions().builtIn(spec.name());
    }

    @Override
    public Performed run(Question question, Action action, Input input, ActionContext context)
            throws IOException {
        if (here(action, context)) {
            return action.run(input, context);
        }
        var performed = delegated(question);
        context.node().facts().expire();
        return performed;
    }

    /** The helper judges for itself, so it has to know what is revoked and locked as well. */
    @Override
    public void heard(Bytes document) {
        try (var line = Line.connect(socket)) {
            if (believed.contains(line.peer())) {
                line.say(new Word.Perform(document));
                line.hear();
            }
        } catch (IOException | MalformedException _) {
            // It refuses what it must without knowing: the node agent has refused it before.
        }
    }

    private Performed delegated(Question question) {
        Line line;
        try {
            line = Line.connect(socket);
        } catch (IOException e) {
            return failed("no-helper", "the root helper cannot be reached: " + e.getMessage());
        }
        var down = false;
        try {
            var peer = line.peer();
            if (!believed.contains(peer)) {
                return failed("no-helper", socket + " belongs to " + peer + ", not to root");
            }
            line.say(new Word.Perform(question.message()));
            var performed = performed(line, line.hear());
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

    private Performed performed(Line line, Word word) {
        return switch (word) {
            case Word.Done(Outcome outcome) -> Performed.done(outcome);
            case Word.Armed(String message, Duration delay) ->
                    new Performed.GoingDown(message, delay, () -> order(line));
            case Word.Ignored _ ->
                    failed(
                            "not-believed",
                            "the root helper does not accept the request: its log says why");
            case Word.Perform _, Word.Go _, Word.Ordered _ ->
                    throw new MalformedException("an answer to another question");
        };
    }

    private static void order(Line line) throws IOException {
        try (line) {
            line.say(new Word.Go());
            switch (line.hear(ORDER)) {
                case Word.Ordered _ -> {}
                case Word.Done(Outcome outcome) -> throw new IOException(outcome.message());
                case Word.Perform _, Word.Go _, Word.Ignored _, Word.Armed _ ->
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
