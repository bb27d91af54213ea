package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.exec.Command;
import io.muster.exec.ProcessRunner;
import io.muster.message.Bytes;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What a node agent that died without a word left running on a machine without systemd. */
class LeftOverTest {
    private static final Path PROC = Path.of("/proc");

    @TempDir private Path directory;

    @Test
    void isEndedBeforeTheNextNodeAgentBeginsAnything() throws IOException {
        try (var fixture = new NodeFixture(directory)) {
            fixture.stop();
            leaveRunning();
            assertThat(runs("leader") && runs("child")).isTrue();
            note("leader");
            fixture.startAgain();
            assertThat(runs("leader") || runs("child")).isFalse();
            assertThat(directory.resolve("state/programs")).isEmptyDirectory();
        }
    }

    /** A tree without a parent. */
    private void leaveRunning() throws IOException {
        var leader = directory.resolve("leader");
        var child = directory.resolve("child");
        var script =
                Files.writeString(
                        directory.resolve("script"),
                        "sleep 600 & echo $! >%s; echo $$ >%s; wait".formatted(child, leader));
        var shell =
                "setsid sh %s >%s 2>&1 & while [ ! -s %s ]; do sleep 0.05; done"
                        .formatted(script, directory.resolve("words"), leader);
        var limit = Duration.ofSeconds(60);
        var nothing = Bytes.utf8("");
        var _ =
                new ProcessRunner()
                        .run(
                                new Command(
                                        List.of("/bin/sh", "-c", shell),
                                        Map.of(),
                                        nothing,
                                        limit,
                                        1_000));
    }

    /** As whoever began it had noted it. */
    private void note(String name) throws IOException {
        var pid = Files.readString(directory.resolve(name)).strip();
        var notes = Files.createDirectories(directory.resolve("state/programs"));
        var stat = Files.readString(PROC.resolve(pid + "/stat"));
        var boot = Files.readString(PROC.resolve("sys/kernel/random/boot_id"));
        Files.writeString(notes.resolve(pid), stat + boot);
    }

    /** Who is dead and waits for nobody to look does not run. */
    private boolean runs(String name) throws IOException {
        var pid = Files.readString(directory.resolve(name)).strip();
        try {
            return !Files.readString(PROC.resolve(pid + "/stat")).contains(") Z ");
        } catch (IOException _) {
            return false;
        }
    }
}
