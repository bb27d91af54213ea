package io.muster.message;

import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lengths of time as people type them: one whole number and one unit, {@code 1500ms}, {@code 90s},
 * {@code 5m}, {@code 2h}, {@code 7d}. The only notation in settings, inputs and on the command
 * line.
 */
public final class Spans {
    /** The longest that can be written: ten thousand days. */
    public static final Duration LONGEST = Duration.ofDays(10_000);

    private static final Pattern FORM = Pattern.compile("([0-9]{1,15})(ms|s|m|h|d)");
    private static final List<Unit> LARGEST_FIRST =
            List.of(
                    new Unit("d", 86_400_000),
                    new Unit("h", 3_600_000),
                    new Unit("m", 60_000),
                    new Unit("s", 1_000),
                    new Unit("ms", 1));

    private record Unit(String word, long millis) {}

    private Spans() {}

    /**
     * Reads a length of time.
     *
     * @throws IllegalArgumentException if the text is not one, or longer than {@link #LONGEST}
     */
    public static Duration parse(String text) {
        var form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException(
                    "not a length of time such as 1500ms, 90s, 5m, 2h or 7d: "
                            + Escape.quoted(text));
        }
        var most = LONGEST.toMillis() / unit(form);
        var count = Long.parseLong(form.group(1));
        if (count > most) {
            throw new IllegalArgumentException(
                    "longer than " + print(LONGEST) + ": " + Escape.quoted(text));
        }
        return Duration.ofMillis(count * unit(form));
    }

    /**
     * The shortest such text for that length, cut to whole milliseconds; {@link #parse} reads it
     * back.
     *
     * @throws IllegalArgumentException if it is negative or longer than {@link #LONGEST}
     */
    public static String print(Duration span) {
        if (span.isNegative() || span.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("cannot be written as a length of time: " + span);
        }
        var millis = span.toMillis();
        if (millis == 0) {
            return "0s";
        }
        return LARGEST_FIRST.stream()
                .filter(unit -> millis % unit.millis() == 0)
                .findFirst()
                .map(unit -> millis / unit.millis() + unit.word())
                .orElseThrow();
    }

    private static long unit(Matcher form) {
        return LARGEST_FIRST.stream()
                .filter(unit -> unit.word().equals(form.group(2)))
                .findFirst()
                .orElseThrow()
                .millis();
    }
}
