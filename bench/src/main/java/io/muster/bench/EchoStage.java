package io.muster.bench;

import java.time.Duration;
import java.util.List;

/**
 * Muster's broker and transport with TLS and signatures both off, and messages of the same sizes.
 *
 * @param request bytes of a request
 * @param reply bytes of a reply
 */
record EchoStage(Jvm jvm, int request, int reply) implements Stage {
    private static final Duration START = Duration.ofSeconds(60);

    @Override
    public Scene open(int size) throws InterruptedException {
        var start = System.nanoTime();
        var bus = jvm.start("echo-broker", EchoBroker.class, "1g", List.of());
        var port = bus.await("port", START);
        var bare = Usage.of(List.of(bus)).residentKib();
        var nodes =
                jvm.start(
                        "echo-nodes",
                        EchoNodes.class,
                        "3g",
                        List.of(
                                "--port",
                                port,
                                "--count",
                                String.valueOf(size),
                                "--reply",
                                String.valueOf(reply)));
        nodes.await("ready", CONNECTING);
        var took = Duration.ofNanos(System.nanoTime() - start);
        var talker =
                jvm.start(
                        "echo-talker",
                        EchoTalker.class,
                        "1g",
                        List.of("--port", port, "--request", String.valueOf(request)));
        talker.await("ready", START);
        var name = "muster, both off";
        return new Scene(name, size, List.of(bus), bare, List.of(nodes), talker, took);
    }
}
