package io.muster.policy;

import com.google.re2j.Pattern;

import io.muster.action.InputSpec;
import io.muster.action.InputSpec.Kind;
import io.muster.message.Escape;
import io.muster.message.Spans;
import io.muster.message.Value;
import io.muster.message.Value.Items;
import io.muster.message.Value.Text;
import io.muster.message.Value.Truth;
import io.muster.message.Value.Whole;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an input must be; all parts that are given must hold. A list is judged element by element: a
 * rule that allows wants all of them to be right, a rule that denies is content with one.
 *
 * @param oneOf it is one of these
 * @param pattern a pattern in RE2 syntax, matched in linear time, matches all of it
 * @param from it is not less: a number, or a length of time
 * @param to it is not more
 * @param absent it may be absent; must be, if nothing else is said
 */
public record Constraint(
        Optional<List<Value>> oneOf,
        Optional<Pattern> pattern,
        Optional<Value> from,
        Optional<Value> to,
        boolean absent) {

    /**
     * @throws IllegalArgumentException if it says nothing
     */
    public Constraint {
        oneOf = oneOf.map(List::copyOf);
        if (oneOf.isEmpty() && pattern.isEmpty() && from.isEmpty() && to.isEmpty() && !absent) {
            throw new IllegalArgumentException("says nothing about it");
        }
        if (oneOf.filter(List::isEmpty).isPresent()) {
            throw new IllegalArgumentException("oneOf of nothing");
        }
    }

    private boolean wantsValue() {
        return oneOf.isPresent() || pattern.isPresent() || from.isPresent() || to.isPresent();
    }

    /**
     * Whether it holds of an input that was given, and that nobody may look at.
     *
     * @param input as the action describes it; absent if the action has no such input
     */
    Holds holdsUnseen(Optional<InputSpec> input) {
        return input.isPresent() && !wantsValue() ? Holds.NO : Holds.UNKNOWN;
    }

    /**
     * Whether it holds.
     *
     * @param input as the action describes it; absent if the action has no such input
     * @param every whether all elements of a list must be right, or one is enough
     */
    Holds holds(Optional<InputSpec> input, Optional<Value> value, boolean every) {
        if (input.isEmpty()) {
            return Holds.UNKNOWN;
        }
        if (value.isEmpty()) {
            return Holds.of(absent);
        }
        if (!wantsValue() || input.get().secret()) {
            return holdsUnseen(input);
        }
        var kind = input.get().kind();
        if (value.get() instanceof Items(List<Value> items)) {
            var all = items.stream().map(item -> one(kind, item));
            return every ? all.reduce(Holds.YES, Holds::and) : all.reduce(Holds.NO, Holds::or);
        }
        return one(kind, value.get());
    }

    private Holds one(Kind kind, Value value) {
        var holds = Holds.YES;
        if (oneOf.isPresent()) {
            holds =
                    holds.and(
                            oneOf.get().stream()
                                    .map(wanted -> same(kind, wanted, value))
                                    .reduce(Holds.NO, Holds::or));
        }
        if (pattern.isPresent()) {
            holds =
                    holds.and(
                            value instanceof Text(String text)
                                    ? Holds.of(pattern.get().matches(text))
                                    : Holds.UNKNOWN);
        }
        if (from.isPresent()) {
            holds = holds.and(order(kind, from.get(), value));
        }
        if (to.isPresent()) {
            holds = holds.and(order(kind, value, to.get()));
        }
        return holds;
    }

    private static Holds same(Kind kind, Value wanted, Value value) {
        if (kind instanceof Kind.Span) {
            var one = span(wanted);
            var other = span(value);
            return one.isEmpty() || other.isEmpty() ? Holds.UNKNOWN : Holds.of(one.equals(other));
        }
        return wanted.getClass().equals(value.getClass())
                ? Holds.of(wanted.equals(value))
                : Holds.UNKNOWN;
    }

    /** Whether the first is not more than the second. */
    private static Holds order(Kind kind, Value less, Value more) {
        if (kind instanceof Kind.Span) {
            var one = span(less);
            var other = span(more);
            return one.isEmpty() || other.isEmpty()
                    ? Holds.UNKNOWN
                    : Holds.of(one.get() <= other.get());
        }
        return less instanceof Whole(long one) && more instanceof Whole(long other)
                ? Holds.of(one <= other)
                : Holds.UNKNOWN;
    }

    private static Optional<Long> span(Value value) {
        try {
            return value instanceof Text(String text)
                    ? Optional.of(Spans.parse(text).toMillis())
                    : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /** In words: {@code one of 'a', 'b'}. */
    @Override
    public String toString() {
        var parts = new ArrayList<String>();
        oneOf.ifPresent(
                values ->
                        parts.add(
                                (values.size() == 1 ? "" : "one of ")
                                        + String.join(
                                                ", ",
                                                values.stream().map(Constraint::shown).toList())));
        pattern.ifPresent(p -> parts.add("matching " + Escape.quoted(p.toString())));
        from.ifPresent(least -> parts.add("at least " + shown(least)));
        to.ifPresent(most -> parts.add("at most " + shown(most)));
        var all = String.join(" and ", parts);
        if (!absent) {
            return all;
        }
        return all.isEmpty() ? "absent" : "absent, or " + all;
    }

    static String shown(Value value) {
        return switch (value) {
            case Text(String text) -> Escape.quoted(text);
            case Whole _, Truth _, Value.Decimal _, Value.Nothing _ -> value.toString();
            case Items(List<Value> items) ->
                    items.isEmpty()
                            ? "an empty list"
                            : String.join(", ", items.stream().map(Constraint::shown).toList());
            case Value.Fields fields -> Escape.quoted(fields.toString());
        };
    }
}
