package io.muster.documents;

import io.muster.message.Identity;

import java.util.List;
import java.util.function.Predicate;

/**
 * Whose locks close connections at a door.
 *
 * @param names of the form {@code operator/NAME}; none for every operator
 */
public record LockOperators(List<String> names) implements Predicate<Identity> {
    public LockOperators {
        names = names.stream().map(LockOperators::name).toList();
    }

    /** The name of an operator, checked; so that it can be the type of a setting. */
    public static String name(String text) {
        if (!text.matches("operator/[a-z0-9._-]{1,63}")) {
            throw new IllegalArgumentException("not of the form operator/NAME");
        }
        return text;
    }

    @Override
    public boolean test(Identity operator) {
        return names.isEmpty() || names.contains(operator.brief());
    }
}
