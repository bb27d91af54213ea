package io.muster.controller.cli;

import io.muster.action.ActionClass;
import io.muster.action.ActionSpec;
import io.muster.action.BuiltIn;
import io.muster.controller.rollout.Gate;
import io.muster.message.ActionName;
import io.muster.message.Escape;
import io.muster.message.Spans;
import io.muster.message.Value.Fields;

import picocli.CommandLine.Option;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What must hold after each batch. */
final class GateOptions {
    private static final String ACTION = "--gate-action";
    private static final String FACT = "--gate-fact";
    private static final String TIMEOUT = "--gate-timeout";
    private static final String SOAK = "--soak";

    @Option(
            names = ACTION,
            paramLabel = "'ACTION [name=value ...]'",
            description = {
                "After each batch, this action, which only looks,",
                "must end ok on every node of it; if not, the run",
                "stops."
            })
    private Optional<String> action = Optional.empty();

    @Option(
            names = FACT,
            paramLabel = "'fact OP value'",
            description = {
                "After each batch, this must become true on every",
                "node of it, in the language of -F; may be given",
                "more than once."
            })
    private List<String> facts = new ArrayList<>();

    @Option(
            names = TIMEOUT,
            paramLabel = "TIME",
            description = {
                "For how long to try both again. Unless given:",
                "facts 5m, an action alone once."
            })
    private Optional<String> timeout = Optional.empty();

    @Option(
            names = SOAK,
            paramLabel = "TIME",
            description = {
                "Then wait so long; the nodes of the batch must",
                "still be there, and all of it hold once more."
            })
    private Optional<String> soak = Optional.empty();

    /** Finds out what an action is. */
    interface Specs {
        /**
         * @throws UnableException if nobody says
         */
        ActionSpec of(ActionName name) throws InterruptedException;
    }

    /** Complains now about what would otherwise be found out after the discovery. */
    void check() {
        if (timeout.isPresent() && action.isEmpty() && facts.isEmpty()) {
            throw new UsageException(TIMEOUT + " goes with " + ACTION + " or " + FACT);
        }
        if (facts.stream().anyMatch(String::isBlank)) {
            throw new UsageException(FACT + " '': a term such as role=web");
        }
        gate(Optional.empty()).filter();
        if (action.isPresent()) {
            BuiltIn.find(name()).ifPresent(this::question);
        }
    }

    /** The options that were typed. */
    List<String> given() {
        var given = new ArrayList<String>();
        action.ifPresent(_ -> given.add(ACTION));
        if (!facts.isEmpty()) {
            given.add(FACT);
        }
        timeout.ifPresent(_ -> given.add(TIMEOUT));
        soak.ifPresent(_ -> given.add(SOAK));
        return given;
    }

    /** As typed. */
    Gate gate(Specs specs) throws InterruptedException {
        if (action.isEmpty()) {
            return gate(Optional.empty());
        }
        var known = BuiltIn.find(name());
        return gate(Optional.of(question(known.isPresent() ? known.get() : specs.of(name()))));
    }

    private Gate gate(Optional<Gate.Question> question) {
        var usual = facts.isEmpty() ? Duration.ZERO : Gate.USUAL;
        return new Gate(
                question,
                facts,
                span(TIMEOUT, timeout).orElse(usual),
                span(SOAK, soak).orElse(Duration.ZERO));
    }

    private static Optional<Duration> span(String option, Optional<String> text) {
        return text.map(typed -> RolloutOptions.parsed(option, typed, Spans::parse));
    }

    private Gate.Question question(ActionSpec spec) {
        if (spec.actionClass() != ActionClass.READ) {
            throw new UsageException(
                    ACTION
                            + " "
                            + spec.name()
                            + ": is of the class "
                            + spec.actionClass()
                            + ", and a gate only looks");
        }
        if (!spec.secrets().isEmpty()) {
            throw new UsageException(ACTION + " " + spec.name() + ": has secrets, and a gate none");
        }
        var words = words();
        Fields arguments = spec.fromWords(words.subList(1, words.size()));
        return new Gate.Question(spec.name(), arguments, spec.timeout());
    }

    private ActionName name() {
        var words = words();
        var name = words.isEmpty() ? "" : words.getFirst();
        return RolloutOptions.parsed(ACTION, name, ActionName::new);
    }

    /** Split at blanks; what stands in quotes is not split. */
    private List<String> words() {
        var words = new ArrayList<String>();
        var word = new StringBuilder();
        var quote = ' ';
        for (var c : (action.orElse("") + " ").toCharArray()) {
            if (quote == ' ' && Character.isWhitespace(c)) {
                if (!word.isEmpty()) {
                    words.add(word.toString());
                }
                word.setLength(0);
            } else if (quote == ' ' && (c == '\'' || c == '"')) {
                quote = c;
            } else if (c == quote) {
                quote = ' ';
            } else {
                word.append(c);
            }
        }
        if (quote != ' ') {
            throw new UsageException(
                    ACTION + " " + Escape.quoted(action.orElse("")) + ": a quote is not closed");
        }
        return words;
    }
}
