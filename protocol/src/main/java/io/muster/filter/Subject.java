package io.muster.filter;

import io.muster.message.ActionName;
import io.muster.message.NodeId;
import io.muster.message.Value.Fields;

import java.util.Collection;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
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
    private static final int ID = "n-".length() + 12;

    public Subject {
        classes = copy(classes);
        actions = copy(actions);
    }

    /**
     * What it answers to: its id, its host name, and the host name up to the first dot. A host name
     * that looks like the id of another node is none of them: nodes choose their host names.
     */
    public List<String> names() {
        return looksLikeAnId(shortName())
                ? List.of(id.value())
                : List.of(id.value(), name, shortName());
    }

    /** Whether that is one of {@link #names}. */
    public boolean isCalled(String wanted) {
        return wanted.equals(id.value())
                || (!looksLikeAnId(shortName())
                        && (wanted.equals(name) || wanted.equals(shortName())));
    }

    private static boolean looksLikeAnId(String label) {
        return label.length() == ID
                && label.startsWith("n-")
                && label.chars().skip(2).allMatch(HexFormat::isHexDigit);
    }

    private String shortName() {
        int dot = name.indexOf('.');
        return dot < 0 ? name : name.substring(0, dot);
    }

    private static <T> Set<T> copy(Collection<T> set) {
        return Collections.unmodifiableSet(new LinkedHashSet<>(set));
    }
}
