package io.muster.message;

import io.muster.message.Value.Fields;

import java.util.LinkedHashMap;

/**
 * Which revocation lists and which policy bundle somebody knows.
 *
 * @param operators the number of the newest list of the operators issuer, 0 for none
 * @param nodes the same of the nodes issuer
 * @param policy the number of the newest policy bundle, 0 for none
 */
public record ListNumbers(long operators, long nodes, long policy) {
    /** Knows none. */
    public static final ListNumbers NONE = new ListNumbers(0, 0);

    private static final String POLICY = "policy";

    /** Knows no policy bundle. */
    public ListNumbers(long operators, long nodes) {
        this(operators, nodes, 0);
    }

    public ListNumbers {
        if (operators < 0 || nodes < 0 || policy < 0) {
            throw new IllegalArgumentException("no number of a list or policy is negative");
        }
    }

    /** The number for that issuer. */
    public long of(IssuerName issuer) {
        return switch (issuer) {
            case OPERATORS -> operators;
            case NODES -> nodes;
        };
    }

    /** Whether the other knows a newer list or policy bundle. */
    public boolean behind(ListNumbers other) {
        return operators < other.operators || nodes < other.nodes || policy < other.policy;
    }

    /** The newest of each that one of the two knows. */
    public ListNumbers newest(ListNumbers other) {
        return new ListNumbers(
                Math.max(operators, other.operators),
                Math.max(nodes, other.nodes),
                Math.max(policy, other.policy));
    }

    /** The form that travels; what is not known is left out. */
    public Fields toValue() {
        var fields = new LinkedHashMap<String, Value>();
        for (var issuer : IssuerName.values()) {
            if (of(issuer) > 0) {
                fields.put(issuer.word(), Value.of(of(issuer)));
            }
        }
        if (policy > 0) {
            fields.put(POLICY, Value.of(policy));
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
                        reader.optionalWhole("nodes").orElse(0L),
                        reader.optionalWhole(POLICY).orElse(0L));
        reader.done();
        return numbers;
    }
}
