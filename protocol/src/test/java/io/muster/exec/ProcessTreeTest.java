package io.muster.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.exec.Result.Ending.Exited;
import io.muster.exec.Result.Ending.Stopped;
import io.muster.exec.Result.Ending.TimedOut;
import io.muster.message.Bytes;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

class ProcessTreeTest {
    private static final Duration SOON = Duration.ofMillis(500);

    @TempDir Path directory;

    private final ProcessRunner runner = new ProcessRunner();

    private static Command shell(String script, Duration limit) {
        return new Command(
                List.of("/bin/sh", "-c", script), Map.of(), Bytes.utf8(""), limit, 64 * 1024);
    }

    @Test
    void slowProgramIsKilledAndWhatItWroteIsKept() {
        var began = System.nanoTime();

        var result = runner.run(shell("echo begun; sleep 60", SOON));

        assertThat(result.ending()).isEqualTo(new TimedOut());
        assertThat(result.stdout()).isEqualTo("begun\n");
        assertThat(since(began)).isBetween(SOON, Duration.ofSeconds(20));
    }

    @Test
    void deafProgramIsKilled() {
        var result = runner.run(shell("trap '' TERM INT HUP; while :; do sleep 1; done", SOON));

        assertThat(result.ending()).isEqualTo(new TimedOut());
    }

    @Test
    void grandchildrenDieWithTheProgram() throws IOException {
        var script =
                "(sleep 61 & echo $! >"
                        + at("deep")
                        + "; wait) & sleep 61 & echo $! >"
                        + at("child")
                        + "; wait";

        assertThat(runner.run(shell(script, SOON)).ending()).isEqualTo(new TimedOut());

        assertDead("deep");
        assertDead("child");
    }

    @Test
    void orphansOfTheGroupDieToo() throws IOException {
        var script = "(sleep 62 & echo $! >" + at("orphan") + "); sleep 62";

        assertThat(runner.run(shell(script, SOON)).ending()).isEqualTo(new TimedOut());

        assertDead("orphan");
    }

    @Test
    void childInAnotherSessionDiesAsLongAsItsParentLived() throws IOException {
        var script = "setsid sh -c 'echo $$ >" + at("escaped") + "; sleep 63' & wait";

        assertThat(runner.run(shell(script, SOON)).ending()).isEqualTo(new TimedOut());

        assertDead("escaped");
    }

    @Test
    void withoutSetsidLivingDescendantsDie() throws IOException {
        var plain = new ProcessRunner(Optional.empty(), StandardCharsets.UTF_8);
        var script = "(sleep 64 & echo $! >" + at("deep") + "; wait) & wait";

        assertThat(plain.run(shell(script, SOON)).ending()).isEqualTo(new TimedOut());

        assertDead("deep");
    }

    @Test
    void interruptKillsTheTreeAndStaysSet() throws Exception {
        var interruptKept = new AtomicBoolean();
        var result = new CompletableFuture<Result>();
        var thread =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    var script = "sleep 65 & echo $! >" + at("child") + "; wait";
                                    result.complete(
                                            runner.run(shell(script, Duration.ofMinutes(1))));
                                    interruptKept.set(Thread.currentThread().isInterrupted());
                                });
        await().until(() -> Files.exists(at("child")) && Files.size(at("child")) > 1);

        thread.interrupt();

        assertThat(result.get(20, TimeUnit.SECONDS).ending()).isEqualTo(new Stopped());
        thread.join();
        assertThat(interruptKept).isTrue();
        assertDead("child");
    }

    @Test
    void interruptIsNoticedInAFlood() throws Exception {
        var result = new CompletableFuture<Result>();
        var thread =
                Thread.ofVirtual()
                        .start(
                                () ->
                                        result.complete(
                                                runner.run(
                                                        shell(
                                                                "echo >" + at("on") + "; yes",
                                                                Duration.ofMinutes(1)))));
        await().until(() -> Files.exists(at("on")));

        thread.interrupt();

        assertThat(result.get(20, TimeUnit.SECONDS).ending()).isEqualTo(new Stopped());
    }

    @Test
    void interruptedThreadStartsNothing() {
        Thread.currentThread().interrupt();

        var result = runner.run(shell("echo >" + at("started"), SOON));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(result.ending()).isEqualTo(new Stopped());
        assertThat(at("started")).doesNotExist();
    }

    @Test
    void daemonThatKeepsTheOutputOpenHoldsNobodyUp() throws IOException {
        var began = System.nanoTime();

        var result =
                runner.run(
                        shell(
                                "sleep 66 & echo $! >" + at("daemon") + "; echo done",
                                Duration.ofMinutes(1)));

        assertThat(result.ending()).isEqualTo(new Exited(0));
        assertThat(result.stdout()).isEqualTo("done\n");
        assertThat(since(began)).isLessThan(Duration.ofSeconds(20));
        var daemon = process("daemon");
        assertThat(daemon).hasValueSatisfying(p -> assertThat(p.isAlive()).isTrue());
        daemon.ifPresent(ProcessHandle::destroyForcibly);
    }

    @Test
    void floodByWhatIsLeftRunningEndsWithTheProgram() throws IOException {
        var result =
                runner.run(
                        shell(
                                "yes & echo $! >" + at("yes") + "; sleep 0.1",
                                Duration.ofMinutes(1)));

        assertThat(result.ending()).isEqualTo(new Exited(0));
        assertThat(result.stdoutBytes()).isPositive();
        assertThat(result.stdout().length()).isLessThan(70_000);
        assertDead("yes");
    }

    private Path at(String name) {
        return directory.resolve(name);
    }

    private void assertDead(String name) throws IOException {
        assertThat(Files.readString(at(name))).isNotBlank();
        await().untilAsserted(
                        () -> assertThat(process(name).filter(ProcessTreeTest::running)).isEmpty());
    }

    /** A zombie that nobody reaps is as dead as it gets. */
    private static boolean running(ProcessHandle process) {
        try {
            var stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
            return !stat.substring(stat.lastIndexOf(')')).startsWith(") Z");
        } catch (IOException e) {
            return false;
        }
    }

    private Optional<ProcessHandle> process(String name) throws IOException {
        return ProcessHandle.of(Long.parseLong(Files.readString(at(name)).strip()));
    }

    private static Duration since(long began) {
        return Duration.ofNanos(System.nanoTime() - began);
    }
}
