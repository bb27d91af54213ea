package io.muster.action;

import io.muster.message.ActionName;
import io.muster.message.Spans;
import io.muster.message.Value.Fields;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An action described: enough for a command line to check its inputs and for a node to refuse bad
 * ones.
 *
 * @param name what it is called
 * @param summary one line for people
 * @param actionClass how much it can hurt
 * @param idempotent whether doing it twice is the same as once
 * @param dryRun whether it can say what it would do
 * @param timeout how long it may take, more than nothing and at most a day
 * @param inputs in the order of the help text; at most 64, no name twice
 * @param outputs the members of its result's data; at most 64, no name twice
 * @param outlives whether its program, once begun, goes on if the node agent ends, and is told of
 *     when that is back; never with secrets, which would lie on the disk meanwhile
 */
public record ActionSpec(
        ActionName name,
        String summary,
        ActionClass actionClass,
        boolean idempotent,
        boolean dryRun,
        Duration timeout,
        List<InputSpec> inputs,
        List<OutputSpec> outputs,
        boolean outlives) {
    private static final Duration LONGEST = Duration.ofDays(1);
    private static final int MOST = 64;

    /** One that ends with the node agent. */
    public ActionSpec(
            ActionName name,
            String summary,
            ActionClass actionClass,
            boolean idempotent,
            boolean dryRun,
            Duration timeout,
            List<InputSpec> inputs,
            List<OutputSpec> outputs) {
        this(name, summary, actionClass, idempotent, dryRun, timeout, inputs, outputs, false);
    }

    /** The same, which outlives the node agent. */
    public ActionSpec outliving() {
        return new ActionSpec(
                name, summary, actionClass, idempotent, dryRun, timeout, inputs, outputs, true);
    }

    /**
     * One member of a result's data.
     *
     * @param secret whether nobody but the caller may see it: it is sealed to the caller
     */
    public record OutputSpec(String name, String summary, boolean secret) {
        /** One that everybody may see. */
        public OutputSpec(String name, String summary) {
            this(name, summary, false);
        }

        public OutputSpec {
            InputSpec.checkName("output", name);
            InputSpec.checkSummary("output " + name, summary);
        }
    }

    /**
     * Checks that the description makes sense.
     *
     * @throws IllegalArgumentException saying which part does not
     */
    public ActionSpec {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        InputSpec.checkSummary("action " + name, summary);
        if (!timeout.isPositive() || timeout.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "action " + name + ": a timeout is at most " + Spans.print(LONGEST));
        }
        if (outlives
                && (inputs.stream().anyMatch(InputSpec::secret)
                        || outputs.stream().anyMatch(OutputSpec::secret))) {
            throw new IllegalArgumentException(
                    "action " + name + ": what has secrets cannot outlive the node agent");
        }
        if (outlives && actionClass == ActionClass.READ) {
            throw new IllegalArgumentException(
                    "action " + name + ": what only looks need not outlive the node agent");
        }
        checkNames(name, "input", inputs.stream().map(InputSpec::name).toList());
        checkNames(name, "output", outputs.stream().map(OutputSpec::name).toList());
    }

    /** The input of that name. */
    public Optional<InputSpec> input(String name) {
        return inputs.stream().filter(input -> input.name().equals(name)).findFirst();
    }

    /** The inputs that must never be shown, stored or sent in clear. */
    public List<InputSpec> secrets() {
        return inputs.stream().filter(InputSpec::secret).toList();
    }

    /** The names of the outputs that nobody but the caller may see. */
    public List<String> secretOutputs() {
        return outputs.stream().filter(OutputSpec::secret).map(OutputSpec::name).toList();
    }

    /**
     * Checks the arguments of a request and fills in what was not given. The same on both sides: a
     * node takes what a command line let through, and nothing else.
     *
     * @throws InvalidInputException naming every input that is missing, unknown or not valid
     */
    public Input check(Fields arguments) {
        return check(arguments, Set.of());
    }

    /**
     * The same for somebody to whom some arguments are not shown: nothing is said about those.
     *
     * @param unseen the names of inputs that were given and are not among the arguments
     * @throws InvalidInputException naming every input that is missing, unknown or not valid
     */
    public Input check(Fields arguments, Set<String> unseen) {
        return new Arguments(this).check(arguments, unseen);
    }

    /**
     * Reads arguments as they are typed, {@code name=value}, each by the kind of its input. The
     * items of a list are given one by one ({@code keys=A keys=B}, a comma is part of an item);
     * {@code keys=} alone is the empty list. What this returns, {@link #check} accepts. A secret is
     * not for a command line, which others can see: it is refused here.
     *
     * @throws InvalidInputException naming every word that is not right and every missing input
     */
    public Fields fromWords(List<String> nameEqualsValue) {
        return fromWords(nameEqualsValue, Fields.EMPTY);
    }

    /**
     * The same, beside secrets that came another way: they are checked, and not returned.
     *
     * @throws InvalidInputException naming every word that is not right and every missing input
     */
    public Fields fromWords(List<String> nameEqualsValue, Fields secrets) {
        return new Arguments(this).fromWords(nameEqualsValue, secrets);
    }

    /**
     * The same for somebody to whom some secrets are not shown: nothing is said about those.
     *
     * @param unseen the names of inputs that are given in another way
     * @throws InvalidInputException naming every word that is not right and every missing input
     */
    public Fields fromWords(List<String> nameEqualsValue, Set<String> unseen) {
        return new Arguments(this).fromWords(nameEqualsValue, unseen);
    }

    /** The form that travels and that stands in files: docs/actions-external.md. */
    public Fields toValue() {
        return SpecForm.toValue(this);
    }

    /**
     * Reads that form.
     *
     * @throws io.muster.message.MalformedException if anything is missing, unknown or makes no
     *     sense
     */
    public static ActionSpec of(Fields form) {
        return SpecForm.read(form);
    }

    private static void checkNames(ActionName action, String what, List<String> names) {
        if (names.size() > MOST) {
            throw new IllegalArgumentException(
                    "action " + action + ": at most " + MOST + " " + what + "s");
        }
        var seen = new HashSet<String>();
        for (var name : names) {
            if (!seen.add(name)) {
                throw new IllegalArgumentException(
                        "action " + action + ": two " + what + "s " + name);
            }
        }
    }
}
