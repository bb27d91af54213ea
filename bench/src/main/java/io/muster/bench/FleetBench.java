package io.muster.bench;

import io.muster.bench.Asker.Verb;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * Measures whole fleets next to the bare bus, in one run: for each size the floor, the product, the
 * product with TLS and signatures both off, and the floor again.
 *
 * <p>{@code --launcher packaging/target/muster/bin/muster [--sizes 100,1000] [--rounds 20] [--only
 * raw,muster,find,run,echo,pair] [--jfr DIRECTORY] [--keep]}
 */
public final class FleetBench {
    /** Answers before any are measured, so that all programs are compiled by then. */
    private static final int WARM_UP = 40_000;

    private static final int FEWEST_WARM_UPS = 4;
    private static final String ALL = "raw,muster,find,run,echo,pair";
    private static final Duration TALK = Duration.ofSeconds(10);

    private final Jvm jvm;
    private final MusterStage product;
    private final int rounds;
    private final Set<String> wanted;

    private FleetBench(Jvm jvm, MusterStage product, int rounds, Set<String> wanted) {
        this.jvm = jvm;
        this.product = product;
        this.rounds = rounds;
        this.wanted = wanted;
    }

    /** Runs it. */
    public static void main(String[] words) throws Exception {
        var options = new Options(words);
        var directory = Files.createTempDirectory("muster-bench-");
        var jvm = Jvm.in(directory, options.optional("jfr").map(Path::of));
        var bench =
                new FleetBench(
                        jvm,
                        new MusterStage(jvm, options.path("launcher"), directory),
                        options.number("rounds", 20),
                        Set.of(options.text("only", ALL).split(",", -1)));
        var sizes = options.numbers("sizes", "100,1000,5000,10000");
        var keep = options.has("keep");
        options.check();
        System.err.println("working in " + directory);
        var findings = new ArrayList<Finding>();
        for (int size : sizes) {
            findings.addAll(bench.measure(size));
        }
        System.out.println();
        System.out.print(Finding.table(findings));
        if (!keep) {
            remove(directory);
        }
    }

    private List<Finding> measure(int size) throws IOException, InterruptedException {
        var raw = new RawStage(jvm);
        var floor = new ArrayList<Finding>();
        var others = new ArrayList<Finding>();
        if (wanted.contains("raw")) {
            floor.add(ping(raw, size));
        }
        var sizes = new Traffic(1_400, 2_000);
        if (wanted.contains("muster")) {
            sizes = product(size, others);
        }
        if (wanted.contains("echo")) {
            others.add(ping(new EchoStage(jvm, sizes.request(), sizes.reply()), size));
        }
        if (wanted.contains("pair")) {
            others.add(ping(new PairStage(jvm), size));
        }
        if (floor.isEmpty()) {
            return others;
        }
        var both = floor.getFirst().and(ping(raw, size));
        var all = new ArrayList<Finding>(List.of(both.against(both)));
        others.forEach(finding -> all.add(finding.against(both)));
        return all;
    }

    private Traffic product(int size, List<Finding> findings)
            throws IOException, InterruptedException {
        try (var scene = product.open(size)) {
            findings.add(ask(scene, Verb.PING));
            var traffic = Traffic.of(scene.talker());
            if (wanted.contains("find")) {
                findings.add(ask(scene, Verb.FIND));
            }
            if (wanted.contains("run")) {
                findings.add(ask(scene, Verb.RUN));
            }
            return traffic;
        }
    }

    private Finding ping(Stage stage, int size) throws IOException, InterruptedException {
        try (var scene = stage.open(size)) {
            return ask(scene, Verb.PING);
        }
    }

    private Finding ask(Scene scene, Verb verb) throws InterruptedException {
        var warmUp = Math.max(FEWEST_WARM_UPS, WARM_UP / scene.size());
        var cost = scene.ask(verb, verb == Verb.PING ? warmUp : FEWEST_WARM_UPS, rounds);
        var finding = Finding.of(scene, verb.word(), cost);
        System.err.println(finding.row());
        return finding;
    }

    /** What one round carries, in bytes. */
    private record Traffic(int request, int reply) {
        /** On the average of all that the asker has sent and received until now. */
        static Traffic of(Child talker) throws InterruptedException {
            talker.tell("traffic");
            var words = talker.await("traffic", TALK).split(" ", -1);
            return new Traffic(mean(words[0], words[1]), mean(words[2], words[3]));
        }

        private static int mean(String messages, String bytes) {
            return (int) (Long.parseLong(bytes) / Math.max(1, Long.parseLong(messages)));
        }
    }

    /** Removes that directory and all below it. */
    static void remove(Path directory) throws IOException {
        try (var all = Files.walk(directory)) {
            for (var path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
