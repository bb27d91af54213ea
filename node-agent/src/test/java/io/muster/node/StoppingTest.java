package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.action.ActionClass;
import io.muster.message.Outcome;
import io.muster.message.Reply.Answer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A node agent that is told to stop while something is under way. */
class StoppingTest {
    @TempDir private Path directory;

    private static Outcome end(NodeFixture fixture) {
        var replies = fixture.awaitReplies(1);
        assertThat(replies).hasSize(1);
        return ((Answer.Final) replies.getFirst().answer()).outcome();
    }

    @Test
    void whatEndsInAMomentIsFinished() throws IOException {
        try (var fixture = new NodeFixture(directory)) {
            fixture.draft("test.hold", ActionClass.CHANGE).send();
            await().atMost(Duration.ofSeconds(20)).until(() -> fixture.runs.get() == 1);
            Thread.ofVirtual().start(fixture.hold::countDown);
            fixture.stopInGoodOrder();
            assertThat(end(fixture)).isEqualTo(Outcome.ok("done"));
        }
    }

    @Test
    void whatDoesNotIsEndedWithAllItStartedAndIsInterrupted() throws IOException {
        try (var fixture = new NodeFixture(directory)) {
            var pid = directory.resolve("pid");
            NodeOutputTest.program(
                    fixture,
                    "test.stubborn",
                    """
                    {"name":"test.stubborn","summary":"stays","class":"change","timeout":"1m"}
                    """,
                    "#!/bin/sh\ntrap '' TERM\necho $$ >" + pid + "\nsleep 60\nsleep 60\n");
            fixture.draft("test.stubborn", ActionClass.CHANGE).send();
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> Files.exists(pid) && Files.size(pid) > 0);
            var program = ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()));
            var start = System.nanoTime();
            fixture.stopInGoodOrder();
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isLessThan(Duration.ofSeconds(10));
            assertThat(program.orElseThrow().isAlive()).isFalse();
            assertThat(fixture.awaitReplies(1).getFirst().answer().toString())
                    .contains("Interrupted", "the node agent was stopped");
        }
    }
}
