package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.muster.action.ActionClass;
import io.muster.journal.Journal;
import io.muster.journal.JournalInUseException;
import io.muster.message.Bytes;
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
import java.nio.file.StandardCopyOption;
import java.time.Duration;

/** A node that cannot record what it does lets people look, and changes nothing. */
class ReadOnlyNodeTest {
    @TempDir private Path directory;
    private Path journal;
    private NodeFixture fixture;

    @BeforeEach
    void start() throws IOException {
        fixture = new NodeFixture(directory);
        fixture.stop();
        journal = directory.resolve("state/requests.journal");
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private Outcome answer() {
        await().atMost(Duration.ofSeconds(20)).until(() -> !fixture.replies().isEmpty());
        var reply = fixture.replies().removeFirst();
        return ((Reply.Answer.Final) reply.answer()).outcome();
    }

    private void looksAndDoesNotChange() {
        fixture.draft("test.look", ActionClass.READ).send();
        assertThat(answer()).isEqualTo(Outcome.ok("done"));
        fixture.runs.set(0);
        assertThat(change()).isEqualTo(Reason.NOT_RECORDED.word());
        assertThat(fixture.runs).hasValue(0);
    }

    /** Asks for a change; why it was refused, or done. */
    private String change() {
        fixture.draft("test.change", ActionClass.CHANGE).send();
        return answer() instanceof Outcome.Refused refused ? refused.reason().word() : "done";
    }

    @Test
    void aDamagedJournalLeavesReadingAndIsToldLoudly() throws IOException {
        Files.writeString(journal, "x".repeat(100));
        fixture.startAgain();

        looksAndDoesNotChange();

        assertThat(fixture.audit())
                .contains("nothing can be changed here", "requests.journal", "not-recorded");
    }

    @Test
    void aMessageThatCouldNotBeHandledIsOnRecordTenTimesAMinuteAtMost() throws IOException {
        Files.writeString(journal, "x".repeat(100));
        fixture.startAgain();
        for (int i = 0; i < 30; i++) {
            fixture.draft("test.look", ActionClass.READ).send();
        }
        assertThat(fixture.audit().lines())
                .filteredOn(line -> line.contains("\"why\":\"defect\""))
                .hasSize(10)
                .allMatch(line -> line.contains("requests.journal"));
    }

    @Test
    void aJournalWithRecordsOfAnotherProgramIsDamagedToo() throws IOException {
        Files.delete(journal);
        try (var other = Journal.open(journal, _ -> {})) {
            other.append(Bytes.utf8("{\"begun\":\"nonsense\"}"));
        }
        fixture.startAgain();

        looksAndDoesNotChange();
    }

    @Test
    void whenTheDamagedJournalIsMovedAwayTheNodeGoesOnByItselfAndDoesNotDoWhatItRefused()
            throws IOException {
        Files.writeString(journal, "x".repeat(100));
        fixture.startAgain();
        var refused = fixture.draft("test.change", ActionClass.CHANGE);
        var message = refused.message();
        fixture.deliver(message);
        assertThat(answer()).isInstanceOf(Outcome.Refused.class);

        Files.move(journal, journal.resolveSibling("damaged"));
        fixture.connectAgain();
        await().atMost(Duration.ofSeconds(20)).until(() -> change().equals("done"));

        fixture.runs.set(0);
        fixture.deliver(message);
        fixture.restart();
        fixture.deliver(message);
        assertThat(answer()).isInstanceOf(Outcome.Refused.class);
        assertThat(answer()).isInstanceOf(Outcome.Refused.class);
        assertThat(change()).isEqualTo("done");
        assertThat(fixture.runs).hasValue(1);
        assertThat(fixture.replies()).isEmpty();
    }

    @Test
    void whatAnEarlierLifeLeftIsAnsweredForWhenItsJournalIsThereAgain() throws IOException {
        fixture.startAgain();
        fixture.draft("test.hold", ActionClass.CHANGE).send();
        await().atMost(Duration.ofSeconds(20)).until(() -> fixture.runs.get() == 1);
        fixture.stop();
        var kept = Files.move(journal, journal.resolveSibling("kept"));
        Files.writeString(journal, "x".repeat(100));
        fixture.startAgain();
        looksAndDoesNotChange();

        Files.move(kept, journal, StandardCopyOption.REPLACE_EXISTING);
        fixture.connectAgain();

        assertThat(answer()).isInstanceOf(Outcome.Interrupted.class);
        assertThat(change()).isEqualTo("done");
        fixture.restart();
        assertThat(fixture.replies()).isEmpty();
    }

    @Test
    void anAuditLogThatCannotBeWrittenLeavesReading() throws IOException {
        var audit = directory.resolve("state/audit.jsonl");
        Files.delete(audit);
        Files.createDirectory(audit);
        fixture.startAgain();

        looksAndDoesNotChange();

        Files.delete(audit);
        assertThat(change()).isEqualTo("done");
        assertThat(fixture.audit()).contains("\"kind\":\"accepted\"");
    }

    @Test
    void twoNodeAgentsDoNotShareAJournal() {
        try (var other = Journal.open(journal, _ -> {})) {
            assertThatThrownBy(fixture::startAgain).isInstanceOf(JournalInUseException.class);
            assertThat(other.recovered()).isEmpty();
        }
    }
}
