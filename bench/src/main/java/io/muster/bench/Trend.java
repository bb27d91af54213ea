package io.muster.bench;

import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/**
 * How one figure of a process went, from looks at even distances: the middle of the first quarter
 * of them next to that of the last.
 */
record Trend(String what, long early, long late, long most) {

    static Trend of(String what, List<Vitals> looks, ToLongFunction<Vitals> figure) {
        var all = looks.stream().mapToLong(figure).boxed().toList();
        var quarter = Math.max(1, all.size() / 4);
        return new Trend(
                what,
                middle(all.subList(0, quarter)),
                middle(all.subList(all.size() - quarter, all.size())),
                all.stream().mapToLong(Long::longValue).max().orElseThrow());
    }

    private static long middle(List<Long> some) {
        return some.stream().sorted().toList().get(some.size() / 2);
    }

    /** By how much of itself it has grown. */
    double growth() {
        return (late - early) / (double) Math.max(1, early);
    }

    /** Whether it stays below that share, or that number where there are few. */
    boolean flat(double share, long number) {
        return late - early <= number || growth() <= share;
    }

    /** Three cells of a table. */
    String cells() {
        return String.format(Locale.ROOT, "%d | %d | %+.1f %%", early, late, 100 * growth());
    }
}
