package io.muster.simulation;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Runs simulations, or looks at what is left of a real fleet's doings.
 *
 * <p>{@code [--seeds 50000] [--from 1]} runs so many, and tells of those in which a promise was not
 * kept; {@code --seed N [--keep DIRECTORY]} runs that one, tells what happened in it, and leaves
 * what is left of it there; {@code --check DIRECTORY} checks a history, as {@link HistoryReader}
 * describes it.
 */
public final class SimulationMain {
    private static final int SHOWN = 20;
    private static final int NEWS_EVERY = 1_000;

    private SimulationMain() {}

    /** Runs it; ends with 1 if a promise was not kept, with 2 if it was called wrongly. */
    public static void main(String[] words) throws IOException {
        var options = new TreeMap<>(Map.of("--seeds", "50000", "--from", "1"));
        for (int at = 0; at < words.length; at += 2) {
            if (at + 1 == words.length
                    || !words[at].matches("--seeds|--from|--seed|--keep|--check")) {
                System.err.println(
                        "simulate: no option "
                                + words[at]
                                + ": [--seeds N] [--from N], --seed N [--keep DIRECTORY], or"
                                + " --check DIRECTORY");
                System.exit(2);
            }
            options.put(words[at], words[at + 1]);
        }
        System.exit(good(options) ? 0 : 1);
    }

    private static boolean good(Map<String, String> options) throws IOException {
        if (options.containsKey("--check")) {
            var left = HistoryReader.read(Path.of(options.getOrDefault("--check", "")));
            var violations = Checker.check(left, false);
            violations.forEach(System.out::println);
            return violations.isEmpty();
        }
        try (var simulation = new Simulation()) {
            return options.containsKey("--seed")
                    ? one(simulation, options)
                    : many(
                            simulation,
                            Long.parseLong(options.getOrDefault("--from", "")),
                            Long.parseLong(options.getOrDefault("--seeds", "")));
        }
    }

    private static boolean one(Simulation simulation, Map<String, String> options)
            throws IOException {
        var seed = Long.parseLong(options.getOrDefault("--seed", ""));
        var result =
                options.containsKey("--keep")
                        ? simulation.keep(seed, Path.of(options.getOrDefault("--keep", "")))
                        : simulation.run(seed);
        result.story().forEach(System.out::println);
        result.violations().forEach(System.out::println);
        System.out.println("the way it went: " + Long.toHexString(result.trace()));
        return result.violations().isEmpty();
    }

    private static boolean many(Simulation simulation, long from, long seeds) {
        var start = System.nanoTime();
        var done = new AtomicLong();
        var bad = new AtomicLong();
        var tries = new Tries();
        simulation.search(
                from,
                seeds,
                result -> {
                    tries.count(result);
                    if (!result.violations().isEmpty() && bad.incrementAndGet() <= SHOWN) {
                        System.out.println(told(result));
                    }
                    var now = done.incrementAndGet();
                    if (now % NEWS_EVERY == 0) {
                        var each = (System.nanoTime() - start) / 1_000_000.0 / now;
                        System.err.printf("%d seeds, %d bad, %.0f ms each%n", now, bad.get(), each);
                    }
                });
        System.out.printf("%d seeds, %d bad%n", done.get(), bad.get());
        System.out.println(tries);
        return bad.get() == 0;
    }

    /** What was wrong in one. */
    static String told(Simulation.Result result) {
        var lines = new StringBuilder("seed " + result.seed());
        result.violations().forEach(violation -> lines.append("\n  ").append(violation));
        return lines.toString();
    }
}
