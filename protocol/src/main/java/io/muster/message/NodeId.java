package io.muster.message;

/**
 * What a node is called by policy, queues and journals for as long as its certificate lives; not
 * its host name, which may change.
 *
 * @param value one lower-case label: letters, digits, inner hyphens, at most 63
 */
public record NodeId(String value) implements Comparable<NodeId> {
    private static final int MOST = 63;

    public NodeId {
        if (!isLabel(value)) {
            throw new IllegalArgumentException("not a node id: " + Escape.quoted(value));
        }
    }

    /** By hand, because a request names up to two thousand of them. */
    private static boolean isLabel(String text) {
        var last = text.length() - 1;
        if (last < 0 || last >= MOST || text.charAt(0) == '-' || text.charAt(last) == '-') {
            return false;
        }
        for (int i = 0; i <= last; i++) {
            var c = text.charAt(i);
            if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-') {
                return false;
            }
        }
        return true;
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
