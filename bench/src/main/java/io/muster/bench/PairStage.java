package io.muster.bench;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The floor again, with two brokers in a network, half of the nodes at each: what a second broker
 * can give at best.
 */
record PairStage(Jvm jvm) implements Stage {
    private static final Duration START = Duration.ofSeconds(60);
    private static final int BRIDGED_SECONDS = 5;

    @Override
    public Scene open(int size) throws InterruptedException {
        var start = System.nanoTime();
        var first = jvm.start("pair-broker", RawBroker.class, "1g", List.of("--network"));
        var port = first.await("port", START);
        var second =
                jvm.start(
                        "pair-broker-2",
                        RawBroker.class,
                        "1g",
                        List.of("--network", "--peer", port));
        var other = second.await("port", START);
        var bare = Usage.of(List.of(first, second)).residentKib();
        var here = nodes(port, size - size / 2);
        var there = nodes(other, size / 2);
        here.await("ready", CONNECTING);
        there.await("ready", CONNECTING);
        var took = Duration.ofNanos(System.nanoTime() - start);
        var talker = jvm.start("pair-talker", RawTalker.class, "1g", List.of("--port", port));
        talker.await("ready", START);
        TimeUnit.SECONDS.sleep(BRIDGED_SECONDS);
        return new Scene(
                "two raw brokers in a network",
                size,
                List.of(first, second),
                bare,
                List.of(here, there),
                talker,
                took);
    }

    private Child nodes(String port, int count) {
        return jvm.start(
                "pair-nodes-" + port,
                RawNodes.class,
                "3g",
                List.of("--port", port, "--count", String.valueOf(count)));
    }
}
