package io.muster.node.fact;

import io.muster.message.Value;
import io.muster.message.Value.Fields;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Facts being put together: nested, names in order. Not thread-safe. */
final class FactTree {
    private final Map<String, Value> leaves = new TreeMap<>();
    private final Map<String, FactTree> branches = new TreeMap<>();

    /** The map of that name, made if missing. */
    FactTree branch(String name) {
        leaves.remove(name);
        return branches.computeIfAbsent(name, _ -> new FactTree());
    }

    FactTree put(String name, Value value) {
        leaves.put(name, value);
        return this;
    }

    FactTree put(String name, String text) {
        return put(name, Value.of(text));
    }

    FactTree put(String name, long number) {
        return put(name, Value.of(number));
    }

    FactTree put(String name, boolean truth) {
        return put(name, Value.of(truth));
    }

    FactTree put(String name, BigDecimal number) {
        return put(name, new Value.Decimal(number));
    }

    /** Puts a text unless it is empty. */
    FactTree putIfKnown(String name, String text) {
        return text.isEmpty() ? this : put(name, text);
    }

    /** Puts a text if there is one. */
    FactTree put(String name, Optional<String> text) {
        return text.map(known -> putIfKnown(name, known)).orElse(this);
    }

    /**
     * Adds facts on top: maps are merged, anything else replaces its like. A map is never replaced
     * by a single value nor the other way round: one line {@code os=mine} must not make every
     * filter on {@code os.family} miss.
     *
     * @param source named in problems
     * @param problems where to put the names of facts that were left out
     */
    void merge(Fields facts, String source, List<String> problems) {
        merge(facts, "", source, problems);
    }

    private void merge(Fields facts, String prefix, String source, List<String> problems) {
        facts.members()
                .forEach(
                        (name, value) -> {
                            var clash =
                                    value instanceof Fields
                                            ? leaves.containsKey(name)
                                            : branches.containsKey(name);
                            if (clash) {
                                problems.add(
                                        source
                                                + ": "
                                                + prefix
                                                + name
                                                + " left out: one of it and what was known is a"
                                                + " map, the other is not");
                            } else if (value instanceof Fields inner) {
                                branch(name).merge(inner, prefix + name + ".", source, problems);
                            } else {
                                leaves.put(name, value);
                            }
                        });
    }

    /** Everything, in order of the names; maps without anything in them left out. */
    Fields fields() {
        var all = new TreeMap<>(leaves);
        branches.forEach(
                (name, branch) -> {
                    var fields = branch.fields();
                    if (!fields.members().isEmpty()) {
                        all.put(name, fields);
                    }
                });
        return new Fields(new LinkedHashMap<>(all));
    }
}
