package io.muster.controller.render;

import io.muster.message.Value;
import io.muster.message.Value.Fields;

import java.util.Optional;

/** Finds a fact by its dotted path; one whose own name holds dots is found first. */
final class Facts {
    private Facts() {}

    static Optional<Value> find(Fields facts, String path) {
        var whole = facts.member(path);
        if (whole.isPresent()) {
            return whole;
        }
        for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
            if (facts.member(path.substring(0, dot)).orElse(Fields.EMPTY) instanceof Fields inner) {
                var found = find(inner, path.substring(dot + 1));
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }
}
