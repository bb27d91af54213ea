package io.muster.bench;

import io.muster.security.Credentials;
import io.muster.transport.jms.BrokerAddress;

import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * How a fleet comes back: kills the hub, broker and all, starts it again, and measures from then on
 * when the hub is ready, when it knows that all nodes are there, and when all of them answer again,
 * to three seconds. Prints a table.
 *
 * <p>{@code --launcher packaging/target/muster/bin/muster [--size 200] [--rounds 10] [--away 5]
 * [--between 65] [--keep]}
 *
 * <p>Whoever loses a connection that lasted less than a minute does not begin its pauses anew, so
 * the rounds are further apart than that.
 */
public final class Homecoming {
    private static final Duration LIMIT = Duration.ofMinutes(15);

    /** One of those; all in milliseconds since the hub was started again. */
    private record Round(long ready, long known, long answering) {}

    private final MusterStage stage;
    private final MusterStage.Home home;
    private final int size;
    private final Duration away;
    private final Duration between;

    private Homecoming(
            MusterStage stage, MusterStage.Home home, int size, Duration away, Duration between) {
        this.stage = stage;
        this.home = home;
        this.size = size;
        this.away = away;
        this.between = between;
    }

    /** Runs it. */
    public static void main(String[] words) throws Exception {
        var options = new Options(words);
        var directory = Files.createTempDirectory("muster-homecoming-");
        var jvm = Jvm.in(directory, Optional.empty());
        var stage = new MusterStage(jvm, options.path("launcher"), directory);
        var size = options.number("size", 200);
        var rounds = options.number("rounds", 10);
        var away = Duration.ofSeconds(options.number("away", 5));
        var between = Duration.ofSeconds(options.number("between", 65));
        var keep = options.has("keep");
        options.check();
        System.err.println("working in " + directory);
        var home = MusterStage.found(Files.createDirectories(directory.resolve("fleet")));
        var all = new Homecoming(stage, home, size, away, between).rounds(rounds);
        print(size, away, all);
        if (!keep) {
            FleetBench.remove(directory);
        }
        System.exit(0);
    }

    private List<Round> rounds(int rounds) throws Exception {
        var all = new ArrayList<Round>();
        var hub = stage.hub(home);
        var nodes = stage.nodes(home, size);
        try {
            try (var talker = talker()) {
                until(() -> talker.present() >= size);
            }
            for (int i = 1; i <= rounds; i++) {
                TimeUnit.MILLISECONDS.sleep(between.toMillis());
                hub.kill();
                TimeUnit.MILLISECONDS.sleep(away.toMillis());
                var start = System.nanoTime();
                hub = stage.hub(home);
                var round = round(start);
                System.err.println("round " + i + ": " + round);
                all.add(round);
            }
        } finally {
            nodes.forEach(Child::close);
            hub.close();
        }
        return all;
    }

    private Round round(long start) throws Exception {
        var ready = millis(start);
        try (var talker = talker()) {
            until(() -> talker.present() >= size);
            var known = millis(start);
            until(() -> talker.answering() >= size);
            return new Round(ready, known, millis(start));
        }
    }

    private Talker talker() {
        return new Talker(
                BrokerAddress.parse(home.hub().toString()),
                Credentials.load(home.operator(), "operator"));
    }

    /** Something that is asked until it is so. */
    @FunctionalInterface
    private interface Asked {
        boolean so() throws InterruptedException;
    }

    private static void until(Asked asked) throws InterruptedException {
        var limit = System.nanoTime() + LIMIT.toNanos();
        while (!asked.so()) {
            if (System.nanoTime() > limit) {
                throw new IllegalStateException("they do not come back");
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private static long millis(long start) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    }

    private static void print(int size, Duration away, List<Round> rounds) {
        System.out.printf(
                Locale.ROOT,
                "%d nodes, hub killed and away for %d s, %d rounds; ms from its start%n%n",
                size,
                away.toSeconds(),
                rounds.size());
        System.out.println("| | median | slowest |\n|---|---|---|");
        row("hub ready", rounds.stream().map(Round::ready).toList());
        row("all known as present", rounds.stream().map(Round::known).toList());
        row("all answered one run", rounds.stream().map(Round::answering).toList());
    }

    private static void row(String what, List<Long> millis) {
        var sorted = millis.stream().sorted().toList();
        System.out.printf(
                Locale.ROOT,
                "| %s | %d | %d |%n",
                what,
                sorted.get(sorted.size() / 2),
                sorted.getLast());
    }
}
