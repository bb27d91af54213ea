package io.muster.controller.cli;

import static io.muster.controller.Village.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.controller.Village;
import io.muster.controller.cli.CommandContext.Ran;
import io.muster.message.Outcome;
import io.muster.message.Value.Fields;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs that wait, told so from another terminal. */
class PauseTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    @TempDir private Path home;

    private final Village village = new Village();
    private final List<Host> hosts = new ArrayList<>();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch mayEnd = new CountDownLatch(1);
    private volatile boolean slow;
    private CommandContext context = new CommandContext(village, Path.of("/"));

    @BeforeEach
    void ready() throws IOException {
        context = CommandContext.ready(village, home);
        for (int i = 1; i <= 3; i++) {
            var first = i == 1;
            hosts.add(new Host(village, "n-" + i, "web0" + i, _ -> deed(first && slow)));
        }
        village.hub(up("n-1", "web01"), up("n-2", "web02"), up("n-3", "web03"));
    }

    @AfterEach
    void close() {
        mayEnd.countDown();
        village.close();
    }

    private Outcome deed(boolean waiting) {
        if (waiting) {
            begun.countDown();
            await().atMost(LONG).until(() -> mayEnd.getCount() == 0);
        }
        return new Outcome.Changed("made", Fields.EMPTY);
    }

    private int deeds() {
        return hosts.stream().mapToInt(host -> host.deeds.size()).sum();
    }

    /** A command in another terminal. */
    private record Terminal(Thread thread, CompletableFuture<Ran> ran) {}

    private Terminal terminal(String... words) {
        var ran = new CompletableFuture<Ran>();
        var thread = Thread.ofPlatform().start(() -> ran.complete(context.run(words)));
        return new Terminal(thread, ran);
    }

    private Terminal run(String... more) {
        var words = Stream.of("run", "user.ensure", "name=d", "--all-nodes", "--batch", "1");
        return terminal(Stream.concat(words, Stream.of(more)).toArray(String[]::new));
    }

    private void awaitPaused() {
        await().atMost(LONG).until(() -> context.run("runs").out().contains(" paused "));
    }

    @Test
    void afterTheCanaryItWaitsUntilSomebodyHasLooked() {
        var terminal = run("--canary", "web02", "--pause-after", "canary,1");
        awaitPaused();
        assertThat(deeds()).isEqualTo(1);
        assertThat(hosts.get(1).deeds).hasSize(1);
        assertThat(context.run("runs", "show", "last").out()).contains("not-sent 2, changed 1");
        var resumed = context.run("runs", "resume", "last");
        assertThat(resumed.code()).isEqualTo(1);
        assertThat(resumed.err())
                .contains("waits until somebody has looked at the canary: muster runs promote ");
        var promoted = context.run("runs", "promote", "last");
        assertThat(promoted.code()).isZero();
        assertThat(promoted.err()).contains("goes on after the canary, where it is running");
        await().atMost(LONG).until(() -> deeds() == 2);
        awaitPaused();
        assertThat(context.run("runs", "promote", "last").err()).contains("after batch 1");
        var ran = terminal.ran().join();
        assertThat(ran.code()).isZero();
        assertThat(ran.err())
                .contains("waits after the canary: muster runs promote ", " goes on")
                .contains("waits after batch 1: muster runs promote ");
        assertThat(context.run("runs").out()).contains(" done ");
        assertThat(context.run("runs", "promote", "last").err()).contains("is done, and does not");
    }

    @Test
    void ctrlCWhileItWaitsLeavesItPausedAndPromotingGoesOnHere() {
        var terminal = run("--pause-after", "1");
        awaitPaused();
        terminal.thread().interrupt();
        var ran = terminal.ran().join();
        assertThat(ran.code()).isEqualTo(130);
        assertThat(ran.out()).contains("not-sent 2, changed 1");
        assertThat(context.run("runs").out()).contains(" paused ");
        var again = terminal("runs", "resume", "last");
        await().atMost(LONG).until(() -> !again.thread().isAlive() || running());
        again.thread().interrupt();
        assertThat(again.ran().join().code()).isEqualTo(130);
        assertThat(again.ran().join().err()).contains("waits after batch 1");
        assertThat(deeds()).isEqualTo(1);
        var promoted = context.run("runs", "promote", "last");
        assertThat(promoted.code()).isZero();
        assertThat(promoted.out()).contains("    changed 3\n");
        assertThat(deeds()).isEqualTo(3);
        assertThat(context.run("runs").out()).contains(" done ");
    }

    /** Whether a process is at the run: then it cannot be retried. */
    private boolean running() {
        return context.run("runs", "retry", "last", "--failed").err().contains("is running");
    }

    @Test
    void aRunIsPausedAndGoesOnFromAnotherTerminal() throws InterruptedException {
        slow = true;
        var terminal = run();
        assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(context.run("runs", "pause", "last").code()).isZero();
        mayEnd.countDown();
        awaitPaused();
        assertThat(deeds()).isEqualTo(1);
        var resumed = context.run("runs", "resume", "last");
        assertThat(resumed.code()).isZero();
        assertThat(resumed.err()).contains("goes on where it is running");
        var ran = terminal.ran().join();
        assertThat(ran.err()).contains("paused: muster runs resume ");
        assertThat(ran.code()).isZero();
        assertThat(deeds()).isEqualTo(3);
    }

    @Test
    void aRunThatSoaksOrWaitsIsCancelledAtOnce() {
        for (var waiting : List.of("--soak", "--pause-after")) {
            var before = deeds();
            var terminal = run(waiting, waiting.equals("--soak") ? "1h" : "1");
            await().atMost(LONG).until(() -> deeds() > before && heard());
            context.run("runs", "cancel", "last");
            var ran = terminal.ran().join();
            assertThat(ran.err()).contains("stopped: cancelled by operator/alice");
            assertThat(ran.out()).contains("not-sent 2, changed 1");
            assertThat(context.run("runs").out().lines().findFirst().orElseThrow())
                    .contains(" cancelled ");
        }
    }

    /** Whether the run knows what the first node answered. */
    private boolean heard() {
        return context.run("runs", "show", "last").out().contains("not-sent 2, changed 1");
    }

    @Test
    void whatNobodyIsAtCannotBePaused() {
        run().ran().join();
        var paused = context.run("runs", "pause", "last");
        assertThat(paused.code()).isEqualTo(1);
        assertThat(paused.err()).contains("is done: nothing is left to pause");
    }

    @Test
    void somebodyWhoWouldNeverBeAskedToLookIsToldSo() {
        for (var bad : List.of("canary", "3", "0", "x", "")) {
            var ran = run("--pause-after", bad).ran().join();
            assertThat(ran.code()).as(bad).isEqualTo(2);
            assertThat(ran.err()).contains("--pause-after");
        }
        assertThat(deeds()).isZero();
    }
}
