package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.action.ActionClass;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Reply;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** A reboot that comes again after the boot it led to. */
class RebootAgainTest {
    @TempDir private Path directory;
    private NodeFixture fixture;
    private String before = "";

    @BeforeEach
    void start() throws IOException {
        fixture = new NodeFixture(directory);
        before = fixture.boot();
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private NodeFixture.Draft bound() {
        var draft = fixture.draft("test.down", ActionClass.CHANGE);
        draft.bind = Map.of(fixture.id, before);
        return draft;
    }

    @Test
    void isNotDoneAgainWhateverTheJournalKnows() throws IOException {
        var message = bound().message();
        fixture.deliver(message);
        await().atMost(Duration.ofSeconds(20)).until(() -> !fixture.boot().equals(before));
        fixture.restart();
        await().atMost(Duration.ofSeconds(20)).until(() -> fixture.replies().size() == 2);

        fixture.deliver(message);
        assertThat(fixture.replies()).hasSize(3);
        assertThat(fixture.replies().get(2)).isEqualTo(fixture.replies().get(1));

        fixture.stop();
        Files.delete(directory.resolve("state/requests.journal"));
        fixture.startAgain();
        fixture.deliver(message);
        await().atMost(Duration.ofSeconds(20)).until(() -> fixture.replies().size() == 4);
        assertThat(((Reply.Answer.Final) fixture.replies().getLast().answer()).outcome())
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.OTHER_BOOT));
        assertThat(fixture.runs).hasValue(1);
    }
}
