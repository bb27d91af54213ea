package io.muster.filter;

import io.muster.message.Value;
import io.muster.message.Value.Decimal;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;
import io.muster.message.Value.Nothing;
import io.muster.message.Value.Text;
import io.muster.message.Value.Truth;
import io.muster.message.Value.Whole;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/**
 * What is asked of the value of a fact.
 *
 * <p>Two numbers compare as numbers, anything else as text by code point, and true and false only
 * with those words. {@code null} and maps match nothing; a list matches if an element does, and
 * differs if none is the same.
 *
 * @param check what must hold
 * @param negated whether it must not hold instead, which is {@code !=}
 */
record Comparison(Check check, boolean negated) {
    /** Lists in lists deeper than this match nothing; what travels is never that deep. */
    private static final int DEEPEST = 32;

    private static final int WIDEST_PLAIN = 256;

    /** One question to one simple value. */
    sealed interface Check {}

    /** Equal. */
    record Same(Operand operand) implements Check {}

    /** Contains a match. */
    record Like(Regex regex) implements Check {}

    /** Before or after. */
    record Ordered(Order order, Operand operand) implements Check {}

    /** On which side of the operand. */
    enum Order {
        LESS,
        AT_MOST,
        AT_LEAST,
        GREATER;

        boolean holds(int sign) {
            return switch (this) {
                case LESS -> sign < 0;
                case AT_MOST -> sign <= 0;
                case AT_LEAST -> sign >= 0;
                case GREATER -> sign > 0;
            };
        }
    }

    boolean matches(Value value, Effort effort) {
        return switch (value) {
            case Nothing(), Fields(var _) -> false;
            case Items(List<Value> items) -> negated != any(items, effort, 1);
            case Text(var _), Whole(var _), Decimal(var _), Truth(var _) ->
                    negated != holds(value, effort);
        };
    }

    private boolean any(List<Value> items, Effort effort, int depth) {
        for (var item : items) {
            if (item instanceof Items(List<Value> inner)
                    ? depth < DEEPEST && any(inner, effort, depth + 1)
                    : simple(item) && holds(item, effort)) {
                return true;
            }
        }
        return false;
    }

    private static boolean simple(Value value) {
        return switch (value) {
            case Nothing(), Fields(var _), Items(var _) -> false;
            case Text(var _), Whole(var _), Decimal(var _), Truth(var _) -> true;
        };
    }

    private boolean holds(Value simple, Effort effort) {
        return switch (check) {
            case Same(Operand operand) -> compare(simple, operand) == 0;
            case Like(Regex regex) -> effort.find(regex, text(simple));
            case Ordered(Order order, Operand operand) ->
                    !(simple instanceof Truth) && order.holds(compare(simple, operand));
        };
    }

    private static int compare(Value simple, Operand operand) {
        if (operand instanceof Operand.Numeric(var _, BigDecimal wanted)) {
            var number = number(simple);
            if (number.isPresent()) {
                return number.get().compareTo(wanted);
            }
        }
        return byCodePoint(text(simple), operand.text());
    }

    private static Optional<BigDecimal> number(Value simple) {
        return switch (simple) {
            case Text(String text) -> Decimals.parse(text);
            case Whole(long number) -> Optional.of(BigDecimal.valueOf(number));
            case Decimal(BigDecimal number) -> Optional.of(number);
            case Truth(var _), Nothing(), Items(var _), Fields(var _) -> Optional.empty();
        };
    }

    /** As it is shown; but a number of astronomical size is not written out. */
    private static String text(Value simple) {
        return simple instanceof Decimal(BigDecimal number)
                        && Math.abs((long) number.scale()) > WIDEST_PLAIN
                ? number.toString()
                : simple.toString();
    }

    /** Unlike {@link String#compareTo}, which puts U+10000 and above before U+E000. */
    private static int byCodePoint(String left, String right) {
        int shorter = Math.min(left.length(), right.length());
        for (int i = 0; i < shorter; i++) {
            char a = left.charAt(i);
            char b = right.charAt(i);
            if (a != b) {
                boolean surrogates = Character.isSurrogate(a) && Character.isSurrogate(b);
                return surrogates || !(Character.isSurrogate(a) || Character.isSurrogate(b))
                        ? Character.compare(a, b)
                        : Character.isSurrogate(a) ? 1 : -1;
            }
        }
        return Integer.compare(left.length(), right.length());
    }
}
