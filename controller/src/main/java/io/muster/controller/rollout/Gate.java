package io.muster.controller.rollout;

import io.muster.filter.Filter;
import io.muster.message.ActionName;
import io.muster.message.FieldReader;
import io.muster.message.Value;
import io.muster.message.Value.Fields;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What must hold of the nodes of a batch that did it, before anybody else is sent to.
 *
 * @param question what each must answer with {@code ok}
 * @param facts terms over facts that must hold on each
 * @param limit for how long to try again until they do; facts at least once, and so a question
 * @param soak how long the nodes must then be there, and all of it hold once more
 */
public record Gate(Optional<Question> question, List<String> facts, Duration limit, Duration soak) {
    /** Nothing must hold. */
    public static final Gate NONE =
            new Gate(Optional.empty(), List.of(), Duration.ZERO, Duration.ZERO);

    /** How long facts have time to become true, unless it is said. */
    public static final Duration USUAL = Duration.ofMinutes(5);

    /**
     * An action that only looks.
     *
     * @param timeout how long to wait for the answers
     */
    public record Question(ActionName action, Fields arguments, Duration timeout) {}

    public Gate {
        facts = List.copyOf(facts);
        if (limit.isNegative() || soak.isNegative()) {
            throw new IllegalArgumentException("less than nothing");
        }
    }

    /** Whether anything must hold. */
    public boolean wanted() {
        return question.isPresent() || !facts.isEmpty() || soak.isPositive();
    }

    /** The nodes of which the facts hold. */
    public Filter filter() {
        var none = List.<String>of();
        return new Filter(facts, none, none, none, none, none);
    }

    /** Adds what is said of it; what is not said is absent. */
    Fields addTo(Fields before) {
        var fields = before;
        if (question.isPresent()) {
            var asked = question.get();
            fields =
                    fields.with(
                            "gateAction",
                            Fields.EMPTY
                                    .with("action", asked.action().value())
                                    .with("args", asked.arguments())
                                    .with("timeout", asked.timeout().toMillis()));
        }
        if (!facts.isEmpty()) {
            fields = fields.with("gateFacts", Value.texts(facts));
        }
        if (!limit.isZero()) {
            fields = fields.with("gateTimeout", limit.toMillis());
        }
        return soak.isZero() ? fields : fields.with("soak", soak.toMillis());
    }

    static Gate read(FieldReader reader) {
        return new Gate(
                reader.optionalFields("gateAction").map(Gate::question),
                reader.optionalTexts("gateFacts", fact -> fact).orElse(List.of()),
                Duration.ofMillis(reader.optionalWhole("gateTimeout").orElse(0L)),
                Duration.ofMillis(reader.optionalWhole("soak").orElse(0L)));
    }

    private static Question question(Fields fields) {
        var reader = new FieldReader("gateAction", fields);
        var question =
                new Question(
                        reader.text("action", ActionName::new),
                        reader.fields("args"),
                        Duration.ofMillis(reader.whole("timeout")));
        reader.done();
        return question;
    }
}
