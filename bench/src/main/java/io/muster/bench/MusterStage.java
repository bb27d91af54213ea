package io.muster.bench;

import io.muster.hub.enrolment.AuthorityConfig;
import io.muster.hub.enrolment.Founding;
import io.muster.hub.enrolment.Lifetimes;
import io.muster.hub.enrolment.Operators;
import io.muster.message.Endpoint;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The product: the hub as the launcher starts it, real node agents, the client library; TLS and
 * signatures as ever.
 *
 * @param launcher {@code bin/muster} of a distribution
 * @param directory everything of a fleet goes below it, into a directory of its own
 */
record MusterStage(Jvm jvm, Path launcher, Path directory) implements Stage {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration VALID = Duration.ofDays(1);
    private static final Duration POLL = Duration.ofMillis(200);

    /**
     * A fleet's places.
     *
     * @param hub where its bus is
     * @param authority the directory of its authority
     * @param operator the directory of the operator {@code bench}
     */
    record Home(Endpoint hub, Path authority, Path operator) {
        private String bus() {
            return hub.toString();
        }
    }

    @Override
    public Scene open(int size) throws IOException, InterruptedException {
        var start = System.nanoTime();
        var home = found(Files.createTempDirectory(directory, "fleet-" + size + "-"));
        var bus = hub(home);
        var bare = Usage.of(List.of(bus)).residentKib();
        var nodes = nodes(home, size);
        var talker =
                jvm.start(
                        "talker",
                        Talker.class,
                        "1g",
                        List.of("--hub", home.bus(), "--credentials", home.operator().toString()));
        talker.await("ready", START);
        awaitPresence(talker, size);
        var took = Duration.ofNanos(System.nanoTime() - start);
        return new Scene("muster", size, List.of(bus), bare, nodes, talker, took);
    }

    /** Makes an authority and an operator in that directory. */
    static Home found(Path home) throws IOException {
        var random = new SecureRandom();
        var clock = InstantSource.system();
        var bus = new Endpoint("localhost", freePort());
        var authority = home.resolve("ca");
        new Founding(random, clock)
                .found(
                        authority,
                        "bench",
                        new AuthorityConfig(
                                new Endpoint("localhost", freePort()),
                                bus,
                                List.of("localhost", "127.0.0.1"),
                                Lifetimes.DEFAULT));
        var operator = home.resolve("operator");
        Operators.open(authority, random, clock).issue("bench", VALID, operator, bus);
        return new Home(bus, authority, operator);
    }

    /** Starts the hub; returns when it says that it is ready. */
    Child hub(Home home) throws InterruptedException {
        var hub =
                Child.start(
                        "hub",
                        List.of(
                                launcher.toString(),
                                "hub",
                                "--ca",
                                home.authority().toString(),
                                "--state",
                                home.authority().resolveSibling("hub").toString(),
                                "--listen",
                                "127.0.0.1:" + home.hub().port(),
                                "--enrol",
                                "127.0.0.1:0"),
                        Map.of("MUSTER_JAVA_OPTS", String.join(" ", jvm.options("hub"))),
                        jvm.directory());
        hub.awaitLine(line -> line.contains("ready:"), START);
        return hub;
    }

    /** Starts the node agents; returns when all are connected. */
    List<Child> nodes(Home home, int size) throws IOException, InterruptedException {
        var state = Files.createDirectories(home.authority().resolveSibling("nodes"));
        return Stage.nodes(
                size,
                (first, count) ->
                        jvm.start(
                                "emulator-" + first,
                                Emulator.class,
                                "4g",
                                List.of(
                                        "--hub",
                                        home.bus(),
                                        "--ca",
                                        home.authority().toString(),
                                        "--state",
                                        state.toString(),
                                        "--first",
                                        first.toString(),
                                        "--count",
                                        count.toString())));
    }

    /** Waits until the hub knows that all are there. */
    static void awaitPresence(Child talker, int size) throws InterruptedException {
        var until = System.nanoTime() + CONNECTING.toNanos();
        while (true) {
            talker.tell("present");
            var there = Integer.parseInt(talker.await("present", START));
            if (there >= size) {
                return;
            }
            if (System.nanoTime() > until) {
                throw new IllegalStateException("only " + there + " of " + size + " are present");
            }
            TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
