package io.muster.filter;

import io.muster.message.ActionName;
import io.muster.message.NodeId;
import io.muster.message.Value.Fields;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What a filter looks at: one node, as it sees itself or as it announced itself.
 *
 * @param id its identity
 * @param name its host name, fully qualified if it knows
 * @param facts its facts
 * @param classes what the configuration tool made of it
 * @param actions what it can do
 */
public record Subject(
        NodeId id, String name, Fields facts, Set<String> classes, Set<ActionName> actions) {
    public Subject {
        classes = copy(classes);
        actions = copy(actions);
    }

    private static <T> Set<T> copy(Collection<T> set) {
        return Collections.unmodifiableSet(new LinkedHashSet<>(set));
    }
}
