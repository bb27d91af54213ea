package io.muster.bench;

import java.time.Duration;
import java.util.List;

/** The floor: ActiveMQ and bare connections, nothing of muster, small messages. */
record RawStage(Jvm jvm) implements Stage {
    private static final Duration START = Duration.ofSeconds(60);

    @Override
    public Scene open(int size) throws InterruptedException {
        var start = System.nanoTime();
        var bus = jvm.start("raw-broker", RawBroker.class, "1g", List.of());
        var port = bus.await("port", START);
        var bare = Usage.of(List.of(bus)).residentKib();
        var nodes =
                jvm.start(
                        "raw-nodes",
                        RawNodes.class,
                        "3g",
                        List.of("--port", port, "--count", String.valueOf(size)));
        nodes.await("ready", CONNECTING);
        var took = Duration.ofNanos(System.nanoTime() - start);
        var talker = jvm.start("raw-talker", RawTalker.class, "1g", List.of("--port", port));
        talker.await("ready", START);
        return new Scene("raw ActiveMQ", size, List.of(bus), bare, List.of(nodes), talker, took);
    }
}
