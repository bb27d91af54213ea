package io.muster.node.host;

import io.muster.message.Escape;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A host name: a label, or a label with a domain (RFC 1123), in lower case.
 *
 * @param value at most 253 characters; labels of letters, digits and inner hyphens, 63 at most
 */
public record HostName(String value) {
    private static final Pattern LABELS =
            Pattern.compile(
                    "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*");
    private static final Pattern NUMBER = Pattern.compile("(.*\\.)?[0-9]+");

    public HostName {
        if (value.length() > 253 || !LABELS.matcher(value).matches()) {
            throw new IllegalArgumentException("not a host name: " + Escape.quoted(value));
        }
        if (NUMBER.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "a host name that looks like an address: " + Escape.quoted(value));
        }
        if (value.equals("localhost") || value.startsWith("localhost.")) {
            throw new IllegalArgumentException("every host is " + Escape.quoted(value));
        }
    }

    /** The first label: what the kernel and {@code /etc/hostname} hold. */
    public String label() {
        return label(value);
    }

    /** What follows the first label. */
    public Optional<String> domain() {
        return value.equals(label())
                ? Optional.empty()
                : Optional.of(value.substring(label().length() + 1));
    }

    /** The part of any name before its first dot. */
    public static String label(String name) {
        var dot = name.indexOf('.');
        return dot < 0 ? name : name.substring(0, dot);
    }

    @Override
    public String toString() {
        return value;
    }
}
