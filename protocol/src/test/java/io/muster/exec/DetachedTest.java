package io.muster.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.muster.exec.Result.Ending.Exited;
import io.muster.exec.Result.Ending.TimedOut;
import io.muster.message.Bytes;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

class DetachedTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir private Path directory;
    private final ProcessRunner runner = new ProcessRunner();

    private Path place() {
        return directory.resolve("running/1");
    }

    private Path go() {
        return directory.resolve("go");
    }

    private Stay stay(boolean leaving) {
        return new Stay(place(), 100_000, () -> leaving);
    }

    private static Command shell(String script, Duration limit) {
        return new Command(
                List.of("/bin/sh", "-c", script), Map.of(), Bytes.utf8("read me"), limit, 1_000);
    }

    /** One that waits, and of which this process lets go. */
    private void left() {
        var script =
                "echo begun; while [ ! -e %s ]; do sleep 0.05; done; echo done >&2; exit 3"
                        .formatted(go());
        var left = new CompletableFuture<Throwable>();
        var thread =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try {
                                        runner.run(shell(script, LONG), Hearer.NOBODY, stay(true));
                                    } catch (RuntimeException e) {
                                        left.complete(e);
                                    }
                                });
        await().atMost(LONG).until(() -> size("stdout") > 0);
        thread.interrupt();
        assertThat(left.join()).isInstanceOf(Detached.LeftException.class);
    }

    private long size(String file) throws IOException {
        return Files.exists(place().resolve(file)) ? Files.size(place().resolve(file)) : 0;
    }

    private Result found(Duration limit) throws IOException {
        var found = Detached.find(place()).orElseThrow();
        return found.await(limit, 1_000, Hearer.NOBODY, () -> false);
    }

    @Test
    void itRunsAsAnyOtherWithStreamsAndStatusApart() throws IOException {
        var result =
                runner.run(shell("cat; echo oh >&2; exit 7", LONG), Hearer.NOBODY, stay(false));
        assertThat(result).isEqualTo(new Result(new Exited(7), "read me", "oh\n", 7, 3));
        var mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(place()));
        assertThat(mode).isEqualTo("rwx------");
    }

    private Result inScope(String systemdRun) throws IOException {
        var scopes = directory.resolve("systemd-run");
        Files.writeString(scopes, "#!/bin/sh\n" + systemdRun);
        Files.setPosixFilePermissions(scopes, PosixFilePermissions.fromString("rwxr-xr-x"));
        var setsid = Optional.of(Path.of("/usr/bin/setsid"));
        return new ProcessRunner(setsid, Optional.of(scopes), StandardCharsets.UTF_8)
                .run(shell("echo $SCOPE; exit 7", LONG), Hearer.NOBODY, stay(false));
    }

    @Test
    void underSystemdItHasAScopeOfItsOwnAndIsBegunOnceAlsoWhereItGetsNone() throws IOException {
        var result =
                inScope(
                        """
                        [ "$1 $2 $3 $4" = "--scope --quiet --collect --" ] || exit 9
                        shift 4; SCOPE=own exec "$@"
                        """);
        assertThat(result).isEqualTo(new Result(new Exited(7), "own\n", "", 4, 0));
        assertThat(inScope("echo no >&2; exit 1\n"))
                .isEqualTo(new Result(new Exited(7), "\n", "", 1, 0));
    }

    @Test
    void whoComesLaterFindsItAndLearnsHowItEnded() throws IOException {
        left();
        Files.writeString(go(), "");
        assertThat(found(LONG)).isEqualTo(new Result(new Exited(3), "begun\n", "done\n", 6, 5));
        assertThat(found(LONG).ending()).isEqualTo(new Exited(3));
        Detached.forget(place());
        assertThat(place()).doesNotExist();
    }

    @Test
    void whoComesLaterKillsItWhenItsTimeIsUp() throws IOException {
        left();
        assertThat(Detached.find(place()).orElseThrow().age()).isPresent();
        assertThat(found(Duration.ofMillis(200)).ending()).isEqualTo(new TimedOut());
        assertThat(Detached.find(place()).orElseThrow().age()).isEmpty();
    }

    @Test
    void oneThatWasKilledIsGoneAndItsNumberIsNotTakenForIt() throws IOException {
        left();
        var line = Files.readAllLines(place().resolve("begun")).getFirst();
        var pid = Long.parseLong(line.substring(0, line.indexOf(' ')));
        var tree = new ProcessTree(ProcessHandle.of(pid).orElseThrow(), true);
        tree.kill();
        assertThatThrownBy(() -> found(LONG)).isInstanceOf(Detached.GoneException.class);

        var mine = Files.readString(Path.of("/proc/self/stat"));
        var boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        assertThat(ProcessId.of(mine, boot).orElseThrow().alive()).isTrue();
        assertThat(ProcessId.of(mine, "another").orElseThrow().alive()).isFalse();
        var me = ProcessId.of(mine, boot).orElseThrow();
        assertThat(new ProcessId(me.pid(), me.started() - 1, boot).alive()).isFalse();
    }

    /** A process that begins one, and is killed. */
    static final class Starter {
        private Starter() {}

        public static void main(String[] args) {
            var script = "echo begun; while [ ! -e " + args[1] + " ]; do sleep 0.05; done; exit 4";
            new ProcessRunner()
                    .run(
                            shell(script, LONG),
                            Hearer.NOBODY,
                            new Stay(Path.of(args[0]), 1_000, () -> false));
        }
    }

    @Test
    void itSurvivesThatWhoBeganItIsKilled() throws IOException, InterruptedException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var path = System.getProperty("java.class.path");
        var starter =
                new ProcessBuilder(
                                java,
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                path,
                                Starter.class.getName(),
                                place().toString(),
                                go().toString())
                        .start();
        await().atMost(LONG).until(() -> size("stdout") > 0);
        assertThat(starter.destroyForcibly().waitFor()).isEqualTo(137);
        assertThat(Detached.find(place()).orElseThrow().age()).isPresent();
        Files.writeString(go(), "");
        assertThat(found(LONG)).isEqualTo(new Result(new Exited(4), "begun\n", "", 6, 0));
    }

    @Test
    void whereNothingWasBegunNothingWillBe() throws IOException {
        assertThat(Detached.find(place())).isEmpty();
        Place.make(place(), Bytes.utf8(""));
        assertThat(Detached.find(place())).isEmpty();
        var around = new Place(place());
        assertThat(around.take()).isFalse();
    }

    @Test
    void ofMuchTheBeginningIsKeptAndAllIsCountedWhoeverIsThereToRead() {
        var heard = new AtomicLong();
        var result =
                runner.run(
                        shell("seq 1 100000", LONG),
                        (_, _, length) -> heard.addAndGet(length),
                        stay(false));
        assertThat(result.stdoutBytes()).isEqualTo(588_895);
        assertThat(heard).hasValue(100_000);
        assertThat(result.stdout()).startsWith("1\n2\n");
    }
}
