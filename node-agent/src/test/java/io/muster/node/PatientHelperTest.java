package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.action.ActionClass;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Reply.Answer;
import io.muster.node.helper.Line;
import io.muster.node.helper.Word;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** What waits in the root helper for what is in its way is begun only if that is right by then. */
class PatientHelperTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir private Path directory;
    private HelperFixture helper;

    @BeforeEach
    void start() throws IOException {
        helper = new HelperFixture(directory);
        helper.patient(Duration.ofHours(1));
    }

    @AfterEach
    void stop() throws InterruptedException {
        helper.close();
    }

    /** Past the node agent, which would not send the second one. */
    private Line asked(String action) throws IOException {
        var draft = helper.node.draft(action, ActionClass.CHANGE);
        var line = helper.call();
        line.say(new Word.Perform(draft.message()));
        await().atMost(LONG).until(() -> helper.knows(draft.id));
        return line;
    }

    private Line held() throws IOException {
        var line = asked("test.hold");
        await().atMost(LONG).until(() -> helper.runs.get() == 1);
        return line;
    }

    @Test
    void itIsDoneWhenThatHasEnded() throws IOException {
        try (var _ = held();
                var line = asked("test.change")) {
            helper.hold.countDown();
            assertThat(line.hear(LONG)).isEqualTo(new Word.Done(Outcome.ok("done")));
        }
    }

    @Test
    void forWhoHangsUpNothingIsBegun() throws IOException {
        try (var _ = held()) {
            asked("test.change").close();
            // It does not wait for its hour to be over.
            await().atMost(LONG).until(() -> helper.audit().contains("busy"));
            helper.hold.countDown();
            try (var line = asked("test.change")) {
                assertThat(line.hear(LONG)).isEqualTo(new Word.Done(Outcome.ok("done")));
            }
        }
        assertThat(helper.runs).hasValue(2);
    }

    @Test
    void whatCameToSpeakAgainstItMeanwhileHolds() throws IOException {
        try (var _ = held();
                var line = asked("test.change")) {
            helper.node.policy(
                    """
                    {"rules":[{"effect":"allow","callers":["operator/*"],"actions":["node.*"]}]}
                    """);
            helper.hold.countDown();
            HelperFixture.assertRefused(line.hear(LONG), Reason.POLICY);
        }
        assertThat(helper.runs).hasValue(1);
    }

    @Test
    void aMachineThatDoesNotGoDownIsAtNothingAnyMoreHereNorThere() throws IOException {
        helper.node.draft("test.stay", ActionClass.CHANGE).send();
        helper.node.awaitReplies(2);
        assertThat(helper.node.replies().getLast().answer().toString()).contains("not-rebooted");
        helper.node.draft("test.change", ActionClass.CHANGE).send();
        helper.node.awaitReplies(3);
        assertThat(helper.node.replies().getLast().answer())
                .isEqualTo(new Answer.Final(Outcome.ok("done")));
        assertThat(helper.audit())
                .contains("ended as failed: the shutdown was ordered, and the machine did not go");
    }
}
