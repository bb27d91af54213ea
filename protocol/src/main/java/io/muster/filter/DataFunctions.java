package io.muster.filter;

import io.muster.message.Value;

import java.util.Optional;

/**
 * Answers the data functions of filter expressions, such as {@code file('/etc/motd').exists}.
 *
 * <p>Called by {@link Filter#matches(Subject, DataFunctions)} on its thread, at most once for each
 * different call of an expression, before the expression is decided. Must answer soon, change
 * nothing and not throw.
 */
@FunctionalInterface
public interface DataFunctions {
    /** Knows no function. */
    DataFunctions NONE = (name, argument, field) -> Optional.empty();

    /**
     * What the function has to say.
     *
     * @param name of the function
     * @param argument what stands between the parentheses, without quotes; empty if nothing does
     * @param field what is asked for; empty if nothing is named
     * @return nothing if there is no such function or field, or it cannot be answered now; then the
     *     whole filter does not match, negated or not
     */
    Optional<Value> call(String name, String argument, String field);
}
