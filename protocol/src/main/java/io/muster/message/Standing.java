package io.muster.message;

import io.muster.message.Value.Fields;

import java.util.LinkedHashMap;

/**
 * Which documents of the authority and of operators a node goes by, so that the hub can send it
 * what it lacks.
 *
 * @param lists its revocation lists and its policy bundle
 * @param set the number of its trust set, 0 for none
 * @param locks the digest of the locks in force there, empty for none
 */
public record Standing(ListNumbers lists, long set, String locks) {
    /** Goes by none. */
    public static final Standing NONE = new Standing(ListNumbers.NONE, 0, "");

    public Standing {
        if (set < 0 || !locks.matches("([0-9a-f]{16})?")) {
            throw new IllegalArgumentException("no number of a trust set, or no digest of locks");
        }
    }

    /** The number of its policy bundle, 0 for none. */
    public long policy() {
        return lists.policy();
    }

    /** The form that travels; what there is none of is left out. */
    public Fields toValue() {
        var fields = new LinkedHashMap<>(lists.toValue().members());
        if (set > 0) {
            fields.put("set", Value.of(set));
        }
        if (!locks.isEmpty()) {
            fields.put("locks", Value.of(locks));
        }
        return new Fields(fields);
    }

    /**
     * Reads that form.
     *
     * @throws MalformedException if it is not one
     */
    public static Standing of(Fields fields) {
        var reader = new FieldReader("trust", fields);
        try {
            var standing =
                    new Standing(
                            new ListNumbers(
                                    reader.optionalWhole("operators").orElse(0L),
                                    reader.optionalWhole("nodes").orElse(0L),
                                    reader.optionalWhole("policy").orElse(0L)),
                            reader.optionalWhole("set").orElse(0L),
                            reader.optionalText("locks", text -> text).orElse(""));
            reader.done();
            return standing;
        } catch (MalformedException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new MalformedException("trust: " + e.getMessage(), e);
        }
    }
}
