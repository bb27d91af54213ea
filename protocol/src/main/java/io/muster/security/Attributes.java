package io.muster.security;

import io.muster.message.Escape;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What an issuer attests of the holder of a certificate, beyond its identity: {@code site=ams}. The
 * holder has no say in it, so policies and the choice of recipients may depend on it.
 *
 * @param values by name; at most {@link #MAX}
 */
public record Attributes(SortedMap<String, String> values) {
    /** The most attributes a certificate holds. */
    public static final int MAX = 16;

    /** Nothing attested. */
    public static final Attributes NONE = new Attributes(new TreeMap<>());

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_-]{0,31}");
    private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:@/+-]{0,63}");

    public Attributes {
        if (values.size() > MAX) {
            throw new IllegalArgumentException(
                    values.size() + " attributes, and " + MAX + " are the most");
        }
        values.forEach(Attributes::check);
        values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
    }

    private static void check(String name, String value) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "not the name of an attribute (lower-case letters, digits, - and _): "
                            + Escape.quoted(name));
        }
        if (!VALUE.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "not the value of an attribute (1 to 64 of letters, digits and ._:@/+-): "
                            + Escape.quoted(value));
        }
    }

    /**
     * Reads {@code NAME=VALUE} pairs with commas between them; nothing at all is no attributes.
     *
     * @throws IllegalArgumentException if it is anything else, or has one name twice
     */
    public static Attributes parse(String text) {
        var values = new TreeMap<String, String>();
        for (var pair : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            var sign = pair.indexOf('=');
            if (sign < 0) {
                throw new IllegalArgumentException("not NAME=VALUE: " + Escape.quoted(pair));
            }
            if (values.put(pair.substring(0, sign), pair.substring(sign + 1)) != null) {
                throw new IllegalArgumentException("one attribute twice: " + Escape.quoted(pair));
            }
        }
        return new Attributes(values);
    }

    /** Whether nothing is attested. */
    public boolean isEmpty() {
        return values.isEmpty();
    }

    /** The form that {@link #parse} reads, sorted by name. */
    @Override
    public String toString() {
        return values.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining(","));
    }
}
