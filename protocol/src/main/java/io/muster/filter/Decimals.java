package io.muster.filter;

import java.math.BigDecimal;
import java.util.Optional;

/**
 * Which texts are numbers: an optional sign, then ASCII digits with at most one dot among them, at
 * most {@value #LONGEST} characters. Always decimal: {@code 007} is 7. {@code 1e3}, {@code 0x1f}
 * and {@code 1_000} are not numbers.
 */
final class Decimals {
    static final int LONGEST = 64;

    private Decimals() {}

    static Optional<BigDecimal> parse(String text) {
        return number(text) ? Optional.of(new BigDecimal(text)) : Optional.empty();
    }

    private static boolean number(String text) {
        if (text.isEmpty() || text.length() > LONGEST) {
            return false;
        }
        int start = text.charAt(0) == '-' || text.charAt(0) == '+' ? 1 : 0;
        int digits = 0;
        int dots = 0;
        for (int i = start; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.') {
                dots++;
            } else if (c >= '0' && c <= '9') {
                digits++;
            } else {
                return false;
            }
        }
        return digits > 0 && dots <= 1;
    }
}
