package io.muster.filter;

import java.math.BigDecimal;

/** The right-hand side of a comparison: a text, which may also be a number. */
sealed interface Operand {

    /** As it was written, without quotes. */
    String text();

    /** Not a number. */
    record Textual(String text) implements Operand {}

    /** A number. */
    record Numeric(String text, BigDecimal number) implements Operand {}

    static Operand of(String text) {
        return Decimals.parse(text)
                .<Operand>map(number -> new Numeric(text, number))
                .orElseGet(() -> new Textual(text));
    }
}
