package io.muster.controller.mask;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A text that says how much.
 *
 * @param amount in the smallest unit of its family
 * @param family what it can be compared with
 */
public record Quantity(double amount, Family family) {
    private static final int LONGEST = 64;
    private static final Pattern PART =
            Pattern.compile(
                    "(\\d{1,18}(?:,\\d{3})*(?:\\.\\d{1,18})?(?:[eE][-+]?\\d{1,3})?)"
                            + " ?([A-Za-zµ%]{0,3})");
    private static final Map<String, Double> TIMES = new LinkedHashMap<>();
    private static final String PREFIXES = "kMGTP";

    static {
        TIMES.put("ns", 1e-9);
        TIMES.put("us", 1e-6);
        TIMES.put("µs", 1e-6);
        TIMES.put("ms", 1e-3);
        TIMES.put("s", 1.0);
        TIMES.put("m", 60.0);
        TIMES.put("min", 60.0);
        TIMES.put("h", 3_600.0);
        TIMES.put("d", 86_400.0);
    }

    /** What can be compared with each other. */
    public enum Family {
        /** Plain numbers. */
        NUMBER,
        /** Numbers of a hundred. */
        PERCENT,
        /** Lengths of time. */
        TIME,
        /** Sizes in bytes. */
        SIZE
    }

    /** What the text says, if it says that and nothing else: {@code 12.5}, {@code 3h12m}. */
    public static Optional<Quantity> of(String text) {
        if (text.isEmpty() || text.length() > LONGEST) {
            return Optional.empty();
        }
        var part = PART.matcher(text);
        var sum = Optional.<Quantity>empty();
        var minus = text.charAt(0) == '-';
        int at = minus ? 1 : 0;
        while (at < text.length()) {
            part.region(at, text.length());
            if (!part.lookingAt()) {
                return Optional.empty();
            }
            var number = Double.parseDouble(part.group(1).replace(",", ""));
            var one = of(number, part.group(2));
            if (one.isEmpty() || (sum.isPresent() && !goesOn(sum.get(), one.get()))) {
                return Optional.empty();
            }
            var before = sum.map(Quantity::amount).orElse(0.0);
            sum = Optional.of(new Quantity(before + one.get().amount(), one.get().family()));
            at = part.end();
        }
        return sum.map(all -> minus ? new Quantity(-all.amount(), all.family()) : all);
    }

    /** Only hours and minutes and the like are added up. */
    private static boolean goesOn(Quantity sum, Quantity more) {
        return sum.family() == Family.TIME && more.family() == Family.TIME;
    }

    private static Optional<Quantity> of(double number, String unit) {
        if (unit.isEmpty()) {
            return Optional.of(new Quantity(number, Family.NUMBER));
        }
        if (unit.equals("%")) {
            return Optional.of(new Quantity(number, Family.PERCENT));
        }
        if (TIMES.containsKey(unit)) {
            return Optional.of(new Quantity(number * TIMES.getOrDefault(unit, 1.0), Family.TIME));
        }
        return size(unit).map(factor -> new Quantity(number * factor, Family.SIZE));
    }

    private static Optional<Double> size(String unit) {
        if (unit.equals("B")) {
            return Optional.of(1.0);
        }
        var prefix = PREFIXES.indexOf(unit.charAt(0) == 'K' ? 'k' : unit.charAt(0));
        var rest = unit.substring(1);
        if (prefix < 0
                || !(rest.isEmpty() || rest.equals("B") || rest.equals("i") || rest.equals("iB"))) {
            return Optional.empty();
        }
        var base = rest.equals("B") && unit.charAt(0) != 'K' ? 1_000.0 : 1_024.0;
        return Optional.of(Math.pow(base, prefix + 1.0));
    }
}
