package io.muster.message;

import java.util.regex.Pattern;

/**
 * What a node is called by policy, queues and journals for as long as its certificate lives; not
 * its host name, which may change.
 *
 * @param value one lower-case label: letters, digits, inner hyphens, at most 63
 */
public record NodeId(String value) implements Comparable<NodeId> {
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    public NodeId {
        if (!LABEL.matcher(value).matches()) {
            throw new IllegalArgumentException("not a node id: " + Escape.quoted(value));
        }
    }

    @Override
    public int compareTo(NodeId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
