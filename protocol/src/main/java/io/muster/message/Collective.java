package io.muster.message;

import java.util.regex.Pattern;

/**
 * A namespace of nodes on one broker.
 *
 * @param value one lower-case label of at most 31 characters
 */
public record Collective(String value) {
    private static final Pattern LABEL = Pattern.compile("[a-z][a-z0-9-]{0,30}");

    /** The collective every node is in unless told otherwise. */
    public static final Collective MAIN = new Collective("main");

    public Collective {
        if (!LABEL.matcher(value).matches()) {
            throw new IllegalArgumentException("not a collective: " + Escape.quoted(value));
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
