package io.muster.bench;

import io.muster.bench.EmulatedNode.Fleet;
import io.muster.message.Bytes;
import io.muster.message.Identity;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Reply;
import io.muster.message.RequestId;
import io.muster.message.Role;
import io.muster.security.PayloadType;
import io.muster.security.Verification.Trusted;
import io.muster.security.Verifier;
import io.muster.transport.jms.BrokerAddress;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Measures how many signed replies a client verifies and reads in a second: from nodes that it has
 * never seen, and from nodes that it has seen before.
 *
 * <p>{@code [--nodes 2000] [--rounds 5]}
 */
public final class VerifyBench {
    private final Fleet fleet;
    private final List<Bytes> replies;
    private final int rounds;

    private VerifyBench(Fleet fleet, int nodes, int rounds) {
        this.fleet = fleet;
        this.rounds = rounds;
        replies = new ArrayList<>(nodes);
        for (int number = 0; number < nodes; number++) {
            replies.add(reply(number));
        }
    }

    /** Runs it. */
    public static void main(String[] words) throws Exception {
        var options = new Options(words);
        var nodes = options.number("nodes", 2_000);
        var rounds = options.number("rounds", 5);
        options.check();
        var directory = Files.createTempDirectory("muster-bench-");
        try {
            new VerifyBench(open(directory), nodes, rounds).measure();
        } finally {
            FleetBench.remove(directory);
        }
    }

    private static Fleet open(Path directory) throws IOException {
        var home = MusterStage.found(directory);
        return Fleet.open(
                new BrokerAddress("localhost", 1),
                home.authority(),
                directory.resolve("nodes"),
                Optional.empty());
    }

    private Bytes reply(int number) {
        var id = new NodeId("n-%012x".formatted(number));
        var credentials = fleet.credentials(id);
        var request = RequestId.random(fleet.random());
        var now = InstantSource.system().instant();
        var reply =
                new Reply(
                        request,
                        Bytes.utf8(request.value()).sha256().hex(),
                        Identity.node(fleet.trust().fleet(), id),
                        "node%05d".formatted(number),
                        0,
                        new Reply.Answer.Final(Outcome.ok("pong")),
                        now,
                        now,
                        "00000000-0000-0000-0000-000000000000");
        return credentials.signer().sign(PayloadType.REPLY, reply.encode());
    }

    private void measure() throws InterruptedException {
        var cores = Runtime.getRuntime().availableProcessors();
        System.out.println("| threads | nodes | replies/s, median (slowest-fastest) |");
        System.out.println("|---|---|---|");
        for (int threads : cores == 1 ? List.of(1) : List.of(1, cores)) {
            var strangers = new ArrayList<Double>();
            var known = new ArrayList<Double>();
            for (int round = -2; round < rounds; round++) {
                var verifier = new Verifier(fleet.trust(), InstantSource.system());
                var first = verifyAll(verifier, threads);
                var again = verifyAll(verifier, threads);
                if (round >= 0) {
                    strangers.add(first);
                    known.add(again);
                }
            }
            print(threads, "never seen", strangers);
            print(threads, "seen before", known);
        }
    }

    private static void print(int threads, String nodes, List<Double> rates) {
        var sorted = rates.stream().sorted().toList();
        System.out.printf(
                Locale.ROOT,
                "| %d | %s | %.0f (%.0f-%.0f) |%n",
                threads,
                nodes,
                sorted.get(sorted.size() / 2),
                sorted.getFirst(),
                sorted.getLast());
    }

    /** Replies a second. */
    private double verifyAll(Verifier verifier, int threads) throws InterruptedException {
        var next = new AtomicInteger();
        var genuine = new AtomicInteger();
        var start = System.nanoTime();
        try (var pool = Executors.newFixedThreadPool(threads)) {
            for (int thread = 0; thread < threads; thread++) {
                pool.execute(
                        () -> {
                            for (int at; (at = next.getAndIncrement()) < replies.size(); ) {
                                if (genuine(verifier, replies.get(at))) {
                                    genuine.incrementAndGet();
                                }
                            }
                        });
            }
        }
        var took = Duration.ofNanos(System.nanoTime() - start);
        if (genuine.get() != replies.size()) {
            throw new IllegalStateException(genuine + " of " + replies.size() + " are genuine");
        }
        return replies.size() * 1e9 / took.toNanos();
    }

    private static boolean genuine(Verifier verifier, Bytes message) {
        return verifier.verify(message, PayloadType.REPLY, Set.of(Role.NODE))
                        instanceof Trusted(var signer, var payload)
                && Reply.decode(payload).sender().equals(signer);
    }
}
