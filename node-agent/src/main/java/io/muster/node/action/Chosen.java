package io.muster.node.action;

import io.muster.message.Escape;
import io.muster.message.Value;
import io.muster.message.Value.Fields;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Some of the facts, by dotted path, nested as they are. A fact whose own name holds dots is found
 * before one that is nested.
 */
final class Chosen {
    private final Map<String, Value> found = new LinkedHashMap<>();
    private final List<String> missing = new ArrayList<>();

    Chosen(Fields facts, List<String> paths) {
        for (var path : paths) {
            select(facts, path)
                    .ifPresentOrElse(part -> merge(found, part), () -> missing.add(path));
        }
    }

    Fields facts() {
        return new Fields(found);
    }

    String told() {
        return missing.isEmpty()
                ? "here they are"
                : "no fact " + Escape.line(String.join(", ", missing));
    }

    private static Optional<Fields> select(Fields facts, String path) {
        var whole = facts.member(path);
        if (whole.isPresent()) {
            return whole.map(value -> new Fields(Map.of(path, value)));
        }
        for (var dot = path.indexOf('.'); dot > 0; dot = path.indexOf('.', dot + 1)) {
            var head = path.substring(0, dot);
            var rest = path.substring(dot + 1);
            if (facts.member(head).orElse(Value.of("")) instanceof Fields inner) {
                var part = select(inner, rest);
                if (part.isPresent()) {
                    return part.map(fields -> new Fields(Map.of(head, fields)));
                }
            }
        }
        return Optional.empty();
    }

    private static void merge(Map<String, Value> into, Fields part) {
        part.members()
                .forEach(
                        (name, value) -> {
                            if (value instanceof Fields more
                                    && into.get(name) instanceof Fields known) {
                                var both = new LinkedHashMap<>(known.members());
                                merge(both, more);
                                into.put(name, new Fields(both));
                            } else {
                                into.put(name, value);
                            }
                        });
    }
}
