package io.muster.filter;

import io.muster.message.Value;
import io.muster.message.Value.Fields;

import java.util.LinkedHashMap;
import java.util.List;

/**
 * Which nodes should act. Kinds are joined by AND; within facts, classes, actions and expressions
 * all must hold, within identities any. Without terms it matches every node.
 */
public record Filter(
        List<String> facts,
        List<String> classes,
        List<String> actions,
        List<String> identities,
        List<String> mixed,
        List<String> expressions) {

    /** Matches every node. */
    public static final Filter EVERYTHING =
            new Filter(List.of(), List.of(), List.of(), List.of(), List.of(), List.of());

    /** Whether it matches every node. */
    public boolean everything() {
        return equals(EVERYTHING);
    }

    /** Whether that node should act; in bounded time. */
    public boolean matches(Subject subject) {
        return everything();
    }

    /** The form that travels. */
    public Fields toValue() {
        return new Fields(new LinkedHashMap<String, Value>());
    }

    /** Reads that form. */
    public static Filter of(Fields fields) {
        return EVERYTHING;
    }
}
