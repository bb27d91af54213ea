package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.action.ActionClass;
import io.muster.message.Outcome;
import io.muster.message.Reply.Answer;
import io.muster.message.RequestId;
import io.muster.message.Value;
import io.muster.message.Value.Fields;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What is cancelled is dead on the machine: the program, its children, and theirs. */
class CancelledProgramTest {
    @TempDir private Path directory;

    /** Leaves its own number, its child's and that one's child's. */
    private void program(NodeFixture fixture, String more) throws IOException {
        NodeOutputTest.program(
                fixture,
                "test.family",
                """
                {"name":"test.family","summary":"has children","class":"change","timeout":"5m"%s}
                """
                        .formatted(more),
                """
                #!/bin/sh
                cd %s
                sh -c 'sleep 300 & echo $! >youngest.new; mv youngest.new youngest; wait' &
                echo $! >child
                echo $$ >oldest
                wait
                """
                        .formatted(directory));
    }

    private List<Long> family() {
        var files = List.of("oldest", "child", "youngest");
        await().atMost(Duration.ofSeconds(60))
                .until(() -> files.stream().allMatch(f -> Files.exists(directory.resolve(f))));
        return files.stream().map(this::number).toList();
    }

    private long number(String file) {
        try {
            return Long.parseLong(Files.readString(directory.resolve(file)).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void assertDead(long pid) {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
    }

    static void cancel(NodeFixture fixture, RequestId id) {
        var cancel = fixture.draft("node.cancel", ActionClass.CHANGE);
        cancel.arguments = Fields.EMPTY.with("requests", Value.texts(List.of(id.value())));
        cancel.send();
    }

    private void assertCancelledWithItsFamily(NodeFixture fixture, RequestId id) {
        var family = family();
        assertThat(family)
                .allMatch(pid -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent());
        cancel(fixture, id);
        var answers = fixture.awaitReplies(2).stream().filter(r -> r.request().equals(id)).toList();
        assertThat(answers).hasSize(1);
        assertThat(((Answer.Final) answers.getFirst().answer()).outcome())
                .isInstanceOf(Outcome.Cancelled.class);
        family.forEach(CancelledProgramTest::assertDead);
    }

    private static RequestId sent(NodeFixture fixture) {
        return fixture.draft("test.family", ActionClass.CHANGE).send().id;
    }

    @Test
    void withAllItsChildren() throws IOException {
        try (var fixture = new NodeFixture(directory)) {
            program(fixture, "");
            assertCancelledWithItsFamily(fixture, sent(fixture));
        }
    }

    @Test
    void throughTheRootHelper() throws IOException, InterruptedException {
        var helper = new HelperFixture(directory);
        try {
            program(helper.node, "");
            assertCancelledWithItsFamily(helper.node, sent(helper.node));
        } finally {
            helper.close();
        }
    }

    @Test
    void whatOutlivedTheNodeAgentToo() throws IOException {
        try (var fixture = new NodeFixture(directory)) {
            program(fixture, ",\"outlives\":true");
            var id = sent(fixture);
            var _ = family();
            fixture.restart();
            assertCancelledWithItsFamily(fixture, id);
        }
    }

    @Test
    void whatOutlivedNodeAgentAndRootHelperToo() throws IOException, InterruptedException {
        var helper = new HelperFixture(directory);
        try {
            program(helper.node, ",\"outlives\":true");
            var id = sent(helper.node);
            var _ = family();
            helper.node.restart();
            helper.restart();
            assertCancelledWithItsFamily(helper.node, id);
        } finally {
            helper.close();
        }
    }
}
