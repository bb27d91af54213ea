package io.muster.node.fact;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;

/** Numbers of bytes as people read them, and shares of them. */
final class Sizes {
    private static final List<String> UNITS = List.of("bytes", "KiB", "MiB", "GiB", "TiB", "PiB");

    private Sizes() {}

    /** Such as {@code 23.54 GiB}. */
    static String print(long bytes) {
        var unit = 0;
        var scale = 1L;
        while (bytes / scale >= 1024 && unit < UNITS.size() - 1) {
            scale *= 1024;
            unit++;
        }
        if (unit == 0) {
            return bytes + " bytes";
        }
        return quotient(bytes, scale) + " " + UNITS.get(unit);
    }

    /** Such as {@code 12.50%}; {@code 100%} of nothing. */
    static String percent(long part, long whole) {
        return part == whole ? "100%" : quotient(part * 100, whole) + "%";
    }

    static BigDecimal quotient(long dividend, long divisor) {
        return BigDecimal.valueOf(dividend)
                .divide(BigDecimal.valueOf(Math.max(1, divisor)), 2, RoundingMode.HALF_UP);
    }
}
