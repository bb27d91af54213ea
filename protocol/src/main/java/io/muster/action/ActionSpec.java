package io.muster.action;

import io.muster.message.ActionName;

import java.time.Duration;
import java.util.List;

/**
 * An action described: enough for a command line to check its inputs and for a node to refuse bad
 * ones.
 *
 * @param name what it is called
 * @param summary one line for people
 * @param actionClass how much it can hurt
 * @param idempotent whether doing it twice is the same as once
 * @param dryRun whether it can say what it would do
 * @param timeout how long it may take
 * @param inputs in the order of the help text
 * @param outputs the members of its result's data
 */
public record ActionSpec(
        ActionName name,
        String summary,
        ActionClass actionClass,
        boolean idempotent,
        boolean dryRun,
        Duration timeout,
        List<InputSpec> inputs,
        List<OutputSpec> outputs) {

    /** One member of a result's data. */
    public record OutputSpec(String name, String summary) {}

    public ActionSpec {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }
}
