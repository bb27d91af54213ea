package io.muster.bench;

import io.muster.controller.Report;
import io.muster.controller.TargetState;
import io.muster.security.Credentials;
import io.muster.transport.jms.BrokerAddress;

import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Keeps a whole fleet busy for a long time, and looks whether anything grows: announcements, a run
 * a minute, agents that leave and come back between and during the runs. Prints a line a minute,
 * and a table. Exit status: 0 if everything stayed flat and each run accounted for each node, else
 * 1.
 *
 * <p>{@code --launcher packaging/target/muster/bin/muster [--size 10000] [--minutes 60] [--restarts
 * 50] [--look 5] [--settle 5] [--keep]}
 *
 * <p>The first minutes, until it is settled, are not looked at: compilers, caches and collectors
 * need them.
 */
public final class Soak {
    private static final double FLAT = 0.05;
    private static final long FEW_KIB = 8 << 10;
    private static final long FEW = 20;
    private static final Duration RESTART = Duration.ofMinutes(2);

    private final int size;
    private final int restarts;
    private final Map<String, Child> processes = new LinkedHashMap<>();
    private final Map<String, List<Vitals>> looks = new LinkedHashMap<>();
    private final List<Child> nodes;
    private final Talker talker;
    private final List<Long> millis = new ArrayList<>();
    private int wrong;

    private Soak(int size, int restarts, Child hub, List<Child> nodes, Talker talker) {
        this.size = size;
        this.restarts = restarts;
        this.nodes = nodes;
        this.talker = talker;
        processes.put("hub", hub);
        nodes.forEach(child -> processes.put(child.name(), child));
    }

    /** Runs it. */
    public static void main(String[] words) throws Exception {
        var options = new Options(words);
        var directory = Files.createTempDirectory("muster-soak-");
        var jvm = Jvm.in(directory, Optional.empty());
        var stage = new MusterStage(jvm, options.path("launcher"), directory);
        var size = options.number("size", 10_000);
        var minutes = options.number("minutes", 60);
        var restarts = options.number("restarts", 50);
        var every = options.number("look", 5);
        var settling = options.number("settle", 5);
        var keep = options.has("keep");
        options.check();
        System.err.println("working in " + directory);
        var home = MusterStage.found(Files.createDirectories(directory.resolve("fleet")));
        boolean good;
        try (var hub = stage.hub(home)) {
            var nodes = stage.nodes(home, size);
            try (var talker = talker(home)) {
                good = new Soak(size, restarts, hub, nodes, talker).soak(settling, minutes, every);
            } finally {
                nodes.forEach(Child::close);
            }
        }
        if (!keep) {
            FleetBench.remove(directory);
        }
        System.exit(good ? 0 : 1);
    }

    private static Talker talker(MusterStage.Home home) {
        return new Talker(
                BrokerAddress.parse(home.hub().toString()),
                Credentials.load(home.operator(), "operator"));
    }

    private boolean soak(int settling, int minutes, int every) throws InterruptedException {
        while (talker.present() < size) {
            TimeUnit.SECONDS.sleep(1);
        }
        System.err.println("all " + size + " are there");
        var start = System.nanoTime();
        for (int minute = 1; minute <= minutes + settling; minute++) {
            minute(minute);
            if (minute > settling && (minute - settling) % every == 0) {
                look();
            }
            var until = start + TimeUnit.MINUTES.toNanos(minute);
            TimeUnit.NANOSECONDS.sleep(Math.max(0, until - System.nanoTime()));
        }
        return conclude();
    }

    /** Some leave and come back while the run is on its way. */
    private void minute(int minute) throws InterruptedException {
        var share = restarts / nodes.size();
        nodes.forEach(child -> child.tell("restart " + share));
        var begin = System.nanoTime();
        var report = talker.run();
        var took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
        for (var child : nodes) {
            child.await("restarted", RESTART);
        }
        var complete = complete(report, share * nodes.size());
        wrong += complete ? 0 : 1;
        millis.add(took);
        System.err.printf(
                Locale.ROOT,
                "minute %d: %d ms, %s%s%n",
                minute,
                took,
                states(report),
                complete ? "" : " WRONG");
    }

    /** Who was not restarting did it; who was may have left, or have been away. */
    private boolean complete(Report report, int away) {
        return report.entries().size() >= size - away
                && report.count(TargetState.OK) >= size - away;
    }

    private static String states(Report report) {
        return report.counts().entrySet().stream()
                .map(each -> each.getValue() + " " + each.getKey())
                .collect(Collectors.joining(", "));
    }

    private void look() throws InterruptedException {
        for (var process : processes.entrySet()) {
            var seen = Vitals.of(process.getValue().pid());
            looks.computeIfAbsent(process.getKey(), _ -> new ArrayList<>()).add(seen);
            System.err.println("  " + process.getKey() + ": " + seen);
        }
        var own = Vitals.of(ProcessHandle.current().pid());
        looks.computeIfAbsent("controller", _ -> new ArrayList<>()).add(own);
    }

    private boolean conclude() {
        System.out.println(
                """
                | process | figure | first quarter | last quarter | growth |
                |---|---|---|---|---|\
                """);
        var flat = true;
        for (var process : looks.entrySet()) {
            var name = process.getKey();
            var all = process.getValue();
            flat &= row(name, Trend.of("live heap KiB", all, Vitals::heapKib), FEW_KIB);
            flat &= row(name, Trend.of("descriptors", all, Vitals::descriptors), FEW);
            flat &= row(name, Trend.of("threads", all, Vitals::threads), FEW);
            row(name, Trend.of("resident KiB", all, Vitals::residentKib), Long.MAX_VALUE);
        }
        var sorted = millis.stream().sorted().toList();
        System.out.printf(
                Locale.ROOT,
                "%n%d nodes, %d runs of all: median %d ms, slowest %d ms; %d restarted a minute; "
                        + "%d runs did not account for each node as they should. %s%n",
                size,
                sorted.size(),
                sorted.get(sorted.size() / 2),
                sorted.getLast(),
                restarts,
                wrong,
                flat ? "Flat." : "NOT flat.");
        return flat && wrong == 0;
    }

    private static boolean row(String process, Trend trend, long few) {
        var flat = trend.flat(FLAT, few);
        System.out.printf(
                "| %s | %s | %s%s |%n",
                process, trend.what(), trend.cells(), flat ? "" : " NOT FLAT");
        return flat;
    }
}
