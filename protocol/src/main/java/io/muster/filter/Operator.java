package io.muster.filter;

import java.util.Optional;

/** What stands between a fact and a value. */
enum Operator {
    EQUAL("=", "=="),
    DIFFERENT("!=", "!="),
    LIKE("=~", "=~"),
    AT_MOST("<=", "=<"),
    AT_LEAST(">=", "=>"),
    LESS("<", "<"),
    GREATER(">", ">");

    private final String symbol;
    private final String alias;

    Operator(String symbol, String alias) {
        this.symbol = symbol;
        this.alias = alias;
    }

    /** An operator as it was written. */
    record Written(Operator operator, String symbol) {}

    /** The longest operator that starts where the cursor is. */
    static Optional<Written> at(Cursor cursor) {
        for (int length = 2; length > 0; length--) {
            int end = Math.min(cursor.at() + length, cursor.text().length());
            var symbol = cursor.text().substring(cursor.at(), end);
            for (var operator : values()) {
                if (symbol.equals(operator.symbol) || symbol.equals(operator.alias)) {
                    return Optional.of(new Written(operator, symbol));
                }
            }
        }
        return Optional.empty();
    }

    /** Whether an operator starts at that position. */
    static boolean startsAt(Cursor cursor, int position) {
        return switch (cursor.charAt(position)) {
            case '=', '<', '>' -> true;
            case '!' -> cursor.charAt(position + 1) == '=';
            default -> false;
        };
    }
}
