package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.action.ActionClass;
import io.muster.message.Live;
import io.muster.message.Outcome;
import io.muster.message.Reply;
import io.muster.message.Reply.Answer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A request whose sender wishes to follow it, with and without a root helper. */
class FollowedRequestTest {
    @TempDir private Path directory;

    private Path go() {
        return directory.resolve("go");
    }

    private void program(NodeFixture fixture) throws IOException {
        var script =
                """
                #!/bin/sh
                echo begun >&2
                echo 'progress: 1/2 waiting' >&2
                for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
                    [ -e %s ] && break
                    sleep 0.5
                done
                echo '{"state":"changed","message":"gone on"}'
                """
                        .formatted(go());
        NodeOutputTest.program(
                fixture,
                "test.slow",
                """
                {"name":"test.slow","summary":"is slow","class":"change","timeout":"1m"}
                """,
                script);
    }

    private static NodeFixture.Draft draft(NodeFixture fixture) {
        var draft = fixture.draft("test.slow", ActionClass.CHANGE);
        draft.follow = true;
        return draft;
    }

    private static Live live(Reply reply) {
        return Live.of(((Answer.Part) reply.answer()).data());
    }

    /** What comes before it is allowed to go on, and then how it ends. */
    private void follow(NodeFixture fixture) throws IOException {
        draft(fixture).send();
        var parts = List.copyOf(fixture.awaitReplies(2));
        assertThat(parts).extracting(Reply::sequence).startsWith(0, 1);
        var said = (Live.Output) live(parts.getFirst());
        assertThat(new String(said.bytes().view(), StandardCharsets.UTF_8)).startsWith("begun\n");
        assertThat(live(parts.get(1))).isEqualTo(new Live.Progress(1, 2, "waiting"));

        Files.writeString(go(), "");
        var last = fixture.awaitReplies(3).getLast();
        assertThat(last.answer())
                .isEqualTo(
                        new Answer.Final(
                                new Outcome.Changed(
                                        "gone on", io.muster.message.Value.Fields.EMPTY)));
        assertThat(last.sequence()).isEqualTo(2);
    }

    @Test
    void itIsToldHowItGoesBeforeItEnds() throws IOException {
        try (var fixture = new NodeFixture(directory)) {
            program(fixture);
            follow(fixture);
        }
    }

    @Test
    void itIsToldThroughTheRootHelperToo() throws IOException, InterruptedException {
        var helper = new HelperFixture(directory);
        try {
            program(helper.node);
            follow(helper.node);
        } finally {
            helper.close();
        }
    }

    @Test
    void whoDoesNotWishItIsToldTheEndAlone() throws IOException {
        try (var fixture = new NodeFixture(directory)) {
            program(fixture);
            Files.writeString(go(), "");
            fixture.draft("test.slow", ActionClass.CHANGE).send();
            assertThat(fixture.awaitReplies(1).getFirst().answer())
                    .isInstanceOf(Answer.Final.class);
            assertThat(fixture.replies()).hasSize(1);
        }
    }

    @Test
    void oneThatIsRepeatedIsToldTheEndAlone() throws IOException {
        try (var fixture = new NodeFixture(directory)) {
            program(fixture);
            Files.writeString(go(), "");
            var draft = draft(fixture).send();
            fixture.awaitReplies(1);
            var message = draft.message();
            org.awaitility.Awaitility.await()
                    .until(
                            () ->
                                    fixture.replies().stream()
                                            .anyMatch(r -> r.answer() instanceof Answer.Final));
            var before = fixture.replies().size();
            fixture.deliver(message);
            fixture.awaitReplies(before + 1);
            assertThat(fixture.replies()).hasSize(before + 1);
            assertThat(fixture.replies().getLast().answer()).isInstanceOf(Answer.Final.class);
        }
    }
}
