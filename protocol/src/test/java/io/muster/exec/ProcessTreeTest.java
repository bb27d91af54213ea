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

        var result = runner.run(shell("echo begun; sleep 60", Duration.ofSeconds(2)));

        assertThat(result.ending()).isEqualTo(new TimedOut());
        assertThat(result.stdout()).isEqualTo("begun\n");
        assertThat(since(began)).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(30));
    }

    @Test
    void deafProgramIsKilled() {
        var deaf = "trap '' TERM INT HUP; while :; do sleep 1; done";

        assertThat(runner.run(shell(deaf, SOON)).ending()).isEqualTo(new TimedOut());
    }

    @Test
    void grandchildrenDieWithTheProgram() throws Exception {
        interrupted(
                runner,
                "(sleep 61 & echo $! >"
                        + at("deep")
                        + "; wait) & sleep 61 & echo $! >"
                        + at("child")
                        + "; wait",
                "deep",
                "child");

        assertDead("deep");
        assertDead("child");
    }

    @Test
    void orphansOfTheGroupDieToo() throws Exception {
        interrupted(runner, "(sleep 62 & echo $! >" + at("orphan") + "); sleep 62", "orphan");

        assertDead("orphan");
    }

    @Test
    void childInAnotherSessionDiesAsLongAsItsParentLived() throws Exception {
        var script = "setsid sh -c 'echo $$ >" + at("escaped") + "; sleep 63' & wait";
        interrupted(runner, script, "escaped");

        assertDead("escaped");
    }

    @Test
    void withoutSetsidLivingDescendantsDie() throws Exception {
        var plain = new ProcessRunner(Optional.empty(), Optional.empty(), StandardCharsets.UTF_8);
        interrupted(plain, "(sleep 64 & echo $! >" + at("deep") + "; wait) & wait", "deep");

        assertDead("deep");
    }

    @Test
    void whoIsStoppedMayPutThingsInOrderAndIsHeardOut() throws Exception {
        var tidy = "trap 'echo tidied; exit 0' TERM; echo 1 >" + at("on") + "; sleep 65 & wait";

        assertThat(interrupted(runner, tidy, "on").stdout()).isEqualTo("tidied\n");
    }

    @Test
    void whoDoesNotListenIsKilledAMomentLater() throws Exception {
        var deaf = "trap '' TERM; (echo $$ >" + at("deaf") + "; while :; do sleep 1; done)";
        interrupted(runner, deaf, "deaf");

        assertDead("deaf");
    }

    @Test
    void interruptIsNoticedInAFlood() throws Exception {
        interrupted(runner, "echo 1 >" + at("on") + "; yes", "on");
    }

    /** Runs the script, and interrupts that once the files are there. */
    private Result interrupted(ProcessRunner runner, String script, String... files)
            throws Exception {
        var interruptKept = new AtomicBoolean();
        var result = new CompletableFuture<Result>();
        var thread =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    result.complete(
                                            runner.run(shell(script, Duration.ofMinutes(1))));
                                    interruptKept.set(Thread.currentThread().isInterrupted());
                                });
        for (var file : files) {
            await().until(() -> Files.exists(at(file)) && Files.size(at(file)) > 1);
        }

        thread.interrupt();

        assertThat(result.get(20, TimeUnit.SECONDS).ending()).isEqualTo(new Stopped());
        thread.join();
        assertThat(interruptKept).isTrue();
        return result.get();
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
                                "echo first; yes & echo $! >" + at("yes") + "; sleep 0.1",
                                Duration.ofMinutes(1)));

        assertThat(result.ending()).isEqualTo(new Exited(0));
        assertThat(result.stdout()).startsWith("first\n");
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
