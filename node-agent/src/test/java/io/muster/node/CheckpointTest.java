package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.action.ActionClass;
import io.muster.audit.Attested;
import io.muster.audit.Inspection;
import io.muster.message.Checkpoint;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** How others learn how far a node's audit log has come. */
class CheckpointTest {
    @TempDir private Path directory;
    private NodeFixture fixture;

    @BeforeEach
    void start() throws IOException {
        fixture = new NodeFixture(directory);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private Path log() {
        return directory.resolve("state/audit.jsonl");
    }

    private Checkpoint afterAWipe() {
        fixture.draft("test.wipe", ActionClass.DESTRUCTIVE).send();
        await().atMost(Duration.ofSeconds(20)).until(() -> !fixture.checkpoints().isEmpty());
        return fixture.checkpoints().getLast();
    }

    private Inspection inspect(Checkpoint checkpoint) throws IOException {
        var signed = new Attested(checkpoint.node(), checkpoint.head(), checkpoint.time());
        return Inspection.of(List.of(log()), List.of(signed));
    }

    @Test
    void whatCannotBeUndoneIsAttestedAtOnce() throws IOException {
        var checkpoint = afterAWipe();
        assertThat(checkpoint.node()).isEqualTo(fixture.node.identity());
        assertThat(checkpoint.file()).isEqualTo("audit.jsonl");
        assertThat(Files.readAllLines(log()).get((int) checkpoint.head().sequence()))
                .contains("\"kind\":\"finished\"", checkpoint.head().hash());
        assertThat(inspect(checkpoint).problems()).isEmpty();
    }

    @Test
    void whoCutsOffTheDeedIsFound() throws IOException {
        var checkpoint = afterAWipe();
        fixture.stop();
        var lines = Files.readAllLines(log());
        var before = lines.stream().takeWhile(line -> !line.contains("test.wipe")).toList();
        Files.writeString(log(), String.join("\n", before) + "\n");
        assertThat(inspect(checkpoint).problems())
                .singleElement()
                .asString()
                .contains("its end was cut off");
    }

    @Test
    void nothingIsSaidTwiceOfALogThatDidNotGrow() {
        var checkpoint = afterAWipe();
        assertThat(fixture.checkpoints()).containsExactly(checkpoint);
    }
}
