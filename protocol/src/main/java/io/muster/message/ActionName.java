package io.muster.message;

import java.util.regex.Pattern;

/**
 * The name of an action: family and verb, such as {@code node.reboot}.
 *
 * @param value two or three lower-case words joined by dots, at most 64 characters
 */
public record ActionName(String value) implements Comparable<ActionName> {
    private static final Pattern WORDS =
            Pattern.compile("[a-z][a-z0-9_-]{0,30}(\\.[a-z][a-z0-9_-]{0,30}){1,2}");

    public ActionName {
        if (value.length() > 64 || !WORDS.matcher(value).matches()) {
            throw new IllegalArgumentException("not an action name: " + Escape.quoted(value));
        }
    }

    @Override
    public int compareTo(ActionName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
