package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.action.ActionClass;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Reply.Answer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** A node agent that is told to stop while something is under way. */
class StoppingTest {
    @TempDir private Path directory;

    private static Outcome end(NodeFixture fixture) {
        var replies = fixture.awaitReplies(1);
        assertThat(replies).hasSize(1);
        return ((Answer.Final) replies.getFirst().answer()).outcome();
    }

    @Test
    void whatMayBeAskedForAgainSaysSo() throws IOException {
        try (var fixture = new NodeFixture(directory)) {
            fixture.draft("test.again", ActionClass.CHANGE).send();
            await().atMost(Duration.ofSeconds(20)).until(() -> fixture.runs.get() == 1);
            fixture.restart();
            assertThat(fixture.awaitReplies(1).getFirst().answer().toString())
                    .contains("Interrupted", "not run again; it is declared idempotent");
        }
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

    /** Nothing is under way any more then, and still the bus must not be left. */
    @Test
    void whatHasEndedAndWasNotSaidYetIsSaidFirst() throws Exception {
        try (var fixture = new NodeFixture(directory)) {
            var saying = new CountDownLatch(1);
            var mayGoOn = new CountDownLatch(1);
            fixture.delay(
                    () -> {
                        saying.countDown();
                        awaitOpen(mayGoOn);
                    });
            fixture.draft("test.look", ActionClass.READ).send();
            saying.await();
            assertThat(fixture.idle()).isTrue();
            var stopping =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        try {
                                            fixture.stopInGoodOrder();
                                        } catch (IOException e) {
                                            throw new UncheckedIOException(e);
                                        }
                                    });
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> stopping.getState() == Thread.State.TIMED_WAITING);
            mayGoOn.countDown();
            stopping.join();
            assertThat(end(fixture)).isInstanceOf(Outcome.Ok.class);
        }
    }

    /** Also what the bus had handed over already: it is refused, and never done. */
    @Test
    void whoWasToldToStopTakesNoNewWork() throws IOException {
        try (var fixture = new NodeFixture(directory)) {
            fixture.finish();
            var held = fixture.draft("test.change", ActionClass.CHANGE).send();
            assertThat(fixture.replies()).isEmpty();
            fixture.handOver(fixture.draft("test.change", ActionClass.CHANGE).message());
            assertThat(end(fixture))
                    .isEqualTo(new Outcome.Refused(Reason.BUSY, "the node agent stops"));
            assertThat(fixture.runs).hasValue(0);
            // What the bus kept is for the next.
            fixture.restart();
            assertThat(fixture.awaitReplies(2).getLast().request()).isEqualTo(held.id);
            assertThat(fixture.runs).hasValue(1);
        }
    }

    private static void awaitOpen(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
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
