package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.action.ActionClass;
import io.muster.message.Outcome;
import io.muster.message.Reply;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** A machine that was told to go down, and does not. */
class GoingDownTest {
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

    private void assertNotRebooted() {
        var last = (Reply.Answer.Final) fixture.replies().getLast().answer();
        assertThat(last.outcome())
                .isInstanceOfSatisfying(
                        Outcome.Failed.class, f -> assertThat(f.code()).isEqualTo("not-rebooted"));
    }

    @Test
    void isAnsweredWhileTheNodeAgentLives() throws IOException {
        fixture.draft("test.stay", ActionClass.CHANGE).send();
        await().atMost(Duration.ofSeconds(20)).until(() -> fixture.replies().size() == 2);
        assertThat(fixture.replies().getFirst().answer()).isInstanceOf(Reply.Answer.Armed.class);
        assertNotRebooted();
        fixture.restart();
        assertThat(fixture.replies()).hasSize(2);
    }

    @Test
    void hasItsDelayAndSomeTimeMoreEvenIfTheNodeAgentIsStartedAgain() throws IOException {
        fixture.draft("test.later", ActionClass.CHANGE).send();
        await().atMost(Duration.ofSeconds(20)).until(() -> fixture.runs.get() == 1);
        fixture.pass(Duration.ofMinutes(61));
        fixture.restart();
        fixture.replies().clear();
        fixture.draft("test.look", ActionClass.READ).send();
        await().atMost(Duration.ofSeconds(20)).until(() -> fixture.replies().size() == 1);
        var look = (Reply.Answer.Final) fixture.replies().getFirst().answer();
        assertThat(look.outcome()).isEqualTo(Outcome.ok("done"));

        fixture.pass(Duration.ofMinutes(2));
        fixture.restart();
        await().atMost(Duration.ofSeconds(20)).until(() -> fixture.replies().size() == 2);
        assertNotRebooted();
    }
}
