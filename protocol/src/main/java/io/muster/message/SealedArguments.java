package io.muster.message;

import io.muster.message.Value.Fields;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The secret arguments of a request: of each, one part for each recipient, which nobody else can
 * open.
 *
 * @param parts by name of the input, then by recipient
 */
public record SealedArguments(SortedMap<String, SortedMap<NodeId, Bytes>> parts) {
    /** No secrets. */
    public static final SealedArguments NONE = new SealedArguments(new TreeMap<>());

    /** The most recipients of one request; more are sent several requests. */
    public static final int MAX_RECIPIENTS = 200;

    private static final int MAX_INPUTS = 64;
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,31}");

    public SealedArguments {
        var copy = new TreeMap<String, SortedMap<NodeId, Bytes>>();
        parts.forEach(
                (name, to) -> copy.put(name, Collections.unmodifiableSortedMap(new TreeMap<>(to))));
        parts = Collections.unmodifiableSortedMap(copy);
        if (parts.size() > MAX_INPUTS) {
            throw new IllegalArgumentException("more than " + MAX_INPUTS + " secrets");
        }
        for (var input : parts.entrySet()) {
            if (!NAME.matcher(input.getKey()).matches()) {
                throw new IllegalArgumentException(
                        "no input can be called " + Escape.quoted(input.getKey()));
            }
            var recipients = input.getValue().size();
            if (recipients < 1 || recipients > MAX_RECIPIENTS) {
                throw new IllegalArgumentException(
                        recipients + " recipients, not 1 to " + MAX_RECIPIENTS);
            }
        }
    }

    /** Whether there are none. */
    public boolean isEmpty() {
        return parts.isEmpty();
    }

    /** The part of that input for that recipient. */
    public Optional<Bytes> part(String name, NodeId recipient) {
        return Optional.ofNullable(parts.get(name))
                .flatMap(to -> Optional.ofNullable(to.get(recipient)));
    }

    /** The form that travels. */
    Fields toValue() {
        var all = new LinkedHashMap<String, Value>();
        parts.forEach(
                (name, to) -> {
                    var sealed = new LinkedHashMap<String, Value>();
                    to.forEach((node, part) -> sealed.put(node.value(), Value.of(part.base64())));
                    all.put(name, new Fields(sealed));
                });
        return new Fields(all);
    }

    /**
     * Reads that form.
     *
     * @throws IllegalArgumentException if it is not one
     */
    static SealedArguments of(Fields fields) {
        var parts = new TreeMap<String, SortedMap<NodeId, Bytes>>();
        var reader = new FieldReader("sealed", fields);
        for (var name : fields.members().keySet()) {
            var to = new TreeMap<NodeId, Bytes>();
            var inner = reader.fields(name);
            var part = new FieldReader("sealed " + name, inner);
            inner.members()
                    .keySet()
                    .forEach(node -> to.put(new NodeId(node), part.text(node, Bytes::base64)));
            parts.put(name, to);
        }
        return new SealedArguments(parts);
    }

    /** How many secrets; none of them. */
    @Override
    public String toString() {
        return parts.size() + " sealed arguments";
    }
}
