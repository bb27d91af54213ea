package io.muster.hub.presence;

import io.muster.message.Value;
import io.muster.message.Value.Fields;

import java.util.Optional;

/** Finds a fact by its dotted path; one whose own name holds dots is found first. */
final class FactLookup {
    private FactLookup() {}

    static Optional<Value> in(Fields facts, String path) {
        var own = facts.member(path);
        for (int dot = path.indexOf('.');
                own.isEmpty() && dot > 0;
                dot = path.indexOf('.', dot + 1)) {
            var rest = path.substring(dot + 1);
            own =
                    facts.member(path.substring(0, dot))
                            .flatMap(
                                    inner ->
                                            inner instanceof Fields fields
                                                    ? in(fields, rest)
                                                    : Optional.empty());
        }
        return own;
    }
}
