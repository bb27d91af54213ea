package io.muster.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.exec.Result.Ending.Exited;
import io.muster.message.Bytes;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What a process that died without a word left running is ended by the next. */
class ProgramsTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir private Path directory;
    private Programs programs = new Programs(Path.of("none"));

    @BeforeEach
    void here() {
        programs = new Programs(directory.resolve("programs"));
    }

    private Result run(String script) {
        var shell = List.of("/bin/sh", "-c", script);
        return new ProcessRunner(programs)
                .run(new Command(shell, Map.of(), Bytes.utf8(""), LONG, 64 * 1024));
    }

    private Path at(String name) {
        return directory.resolve(name);
    }

    private long pid(String name) throws IOException {
        return Long.parseLong(Files.readString(at(name)).strip());
    }

    /** Leaves a tree without a parent, as a process that was killed leaves it. */
    private void orphans() throws IOException {
        Files.writeString(
                at("script"),
                "sleep 600 & echo $! >%s; echo $$ >%s; wait".formatted(at("child"), at("leader")));
        var result =
                run(
                        "setsid sh %s >%s 2>&1 & while [ ! -s %s ]; do sleep 0.05; done"
                                .formatted(at("script"), at("words"), at("leader")));
        assertThat(result.ending()).isEqualTo(new Exited(0));
    }

    private void assertDead(String name) throws IOException {
        var pid = pid(name);
        await().atMost(LONG).until(() -> !runs(pid));
    }

    /** Who is dead and waits for nobody to look does not run. */
    private static boolean runs(long pid) {
        try {
            return !ProcessId.stat(pid).contains(") Z ");
        } catch (IOException _) {
            return false;
        }
    }

    @Test
    void isEndedWithAllThatItStartedAndIsForgottenThen() throws IOException {
        orphans();
        programs.begun(pid("leader"));
        assertThat(at("programs")).isNotEmptyDirectory();

        new Programs(at("programs")).endLeft();

        assertDead("leader");
        assertDead("child");
        assertThat(at("programs")).isEmptyDirectory();
    }

    @Test
    void anotherProcessThatHasItsNumberNowIsLeftAlone() throws IOException {
        orphans();
        programs.begun(pid("leader"));
        var note = at("programs").resolve("" + pid("leader"));
        var stat = ProcessId.stat(pid("leader"));
        var started = " " + ProcessId.of(stat, "").orElseThrow().started() + " ";
        Files.writeString(note, stat.replace(started, " 1 ") + "\n" + ProcessId.currentBoot());
        programs.endLeft();
        Files.writeString(note, stat + "\nan earlier boot\n");
        programs.endLeft();
        Files.writeString(note, "torn");
        programs.endLeft();

        assertThat(runs(pid("leader"))).isTrue();
        assertThat(at("programs")).isEmptyDirectory();
        programs.begun(pid("leader"));
        programs.endLeft();
        assertDead("leader");
    }

    @Test
    void whatRunsIsNotedUntilItHasEnded() throws IOException {
        var note = at("programs") + "/$$";
        var result = run("while [ ! -s " + note + " ]; do sleep 0.05; done; cat " + note);
        assertThat(result.stdout()).contains(ProcessId.currentBoot());
        assertThat(at("programs")).isEmptyDirectory();
    }

    @Test
    void whatThisProcessRunsItselfIsNotLeft() throws IOException {
        var running = Thread.ofVirtual().start(() -> run("echo $$ >" + at("own") + "; sleep 600"));
        await().atMost(LONG).until(() -> Files.exists(at("own")) && Files.size(at("own")) > 1);
        programs.endLeft();
        assertThat(runs(pid("own"))).isTrue();
        running.interrupt();
        await().atMost(LONG).until(() -> !running.isAlive());
    }
}
