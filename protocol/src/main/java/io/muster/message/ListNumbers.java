package io.muster.message;

import io.muster.message.Value.Fields;

import java.util.LinkedHashMap;

/**
 * Which revocation lists somebody knows, one number for each issuer.
 *
 * @param operators the number of the newest list of the operators issuer, 0 for none
 * @param nodes the same of the nodes issuer
 */
public record ListNumbers(long operators, long nodes) {
    /** Knows none. */
    public static final ListNumbers NONE = new ListNumbers(0, 0);

    public ListNumbers {
        if (operators < 0 || nodes < 0) {
            throw new IllegalArgumentException("the number of a list is not negative");
        }
    }

    /** The number for that issuer. */
    public long of(IssuerName issuer) {
        return switch (issuer) {
            case OPERATORS -> operators;
            case NODES -> nodes;
        };
    }

    /** Whether the other knows a newer list. */
    public boolean behind(ListNumbers other) {
        return operators < other.operators || nodes < other.nodes;
    }

    /** The form that travels; what is not known is left out. */
    public Fields toValue() {
        var fields = new LinkedHashMap<String, Value>();
        for (var issuer : IssuerName.values()) {
            if (of(issuer) > 0) {
                fields.put(issuer.word(), Value.of(of(issuer)));
            }
        }
        return new Fields(fields);
    }

    /**
     * Reads that form.
     *
     * @throws MalformedException if it is not one
     */
    public static ListNumbers of(Fields fields) {
        var reader = new FieldReader("lists", fields);
        var numbers =
                new ListNumbers(
                        reader.optionalWhole("operators").orElse(0L),
                        reader.optionalWhole("nodes").orElse(0L));
        reader.done();
        return numbers;
    }
}
