package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.action.ActionClass;
import io.muster.audit.Inspection;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Reply;
import io.muster.message.Request;
import io.muster.security.Envelope;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A node agent whose state lies on a small file system of its own, which fills up. Needs root. */
class DiskFullIT {
    @TempDir private Path directory;
    private Path state;
    private NodeFixture fixture;

    @BeforeEach
    void start() throws Exception {
        state = Files.createDirectories(directory.resolve("state"));
        var options = "size=1m,mode=700,uid=" + Files.getAttribute(directory, "unix:uid");
        run("/bin/mount", "-t", "tmpfs", "-o", options, "none", state.toString());
        fixture = new NodeFixture(directory);
    }

    @AfterEach
    void stop() throws Exception {
        if (fixture != null) {
            fixture.close();
        }
        run("/bin/umount", state.toString());
    }

    private static void run(String... words) throws IOException, InterruptedException {
        var command = AsRoot.command(List.of(words));
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }

    private void fill() throws IOException {
        try (var filler = new RandomAccessFile(state.resolve("filler").toFile(), "rw")) {
            var page = new byte[4096];
            while (true) {
                filler.write(page);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
    }

    private void empty() throws IOException {
        Files.delete(state.resolve("filler"));
    }

    /** What each answer so far says, once there are that many. */
    private List<Outcome> outcomes(int number) {
        await().atMost(Duration.ofSeconds(20)).until(() -> fixture.replies().size() == number);
        return fixture.replies().stream()
                .map(reply -> ((Reply.Answer.Final) reply.answer()).outcome())
                .toList();
    }

    private void change() {
        fixture.draft("test.change", ActionClass.CHANGE).send();
    }

    /** Until even what is left in the last pages of the files is used up. */
    private void changeUntilRefused() throws IOException {
        fill();
        var asked = 0;
        while (changed()) {
            asked++;
            assertThat(asked).isLessThan(200);
        }
    }

    @Test
    void nothingIsChangedThatCannotBeRecordedAndLookingGoesOn() throws IOException {
        changeUntilRefused();
        var done = fixture.runs.get();
        var refused = fixture.replies().size();
        assertThat(outcomes(refused).getLast())
                .isEqualTo(
                        new Outcome.Refused(
                                Reason.NOT_RECORDED, "journal or audit log cannot be written"));

        change();
        assertThat(outcomes(refused + 1).getLast()).isInstanceOf(Outcome.Refused.class);
        assertThat(fixture.runs).hasValue(done);

        fixture.draft("test.look", ActionClass.READ).send();
        assertThat(outcomes(refused + 2).getLast()).isEqualTo(Outcome.ok("done"));
    }

    @Test
    void whenThereIsRoomAgainItGoesOnAndItsFilesAreWhole() throws IOException {
        changeUntilRefused();
        var asked = fixture.replies().size();
        empty();

        change();
        assertThat(outcomes(asked + 1).getLast()).isEqualTo(Outcome.ok("done"));
        var done = fixture.runs.get();

        fixture.restart();
        change();
        assertThat(outcomes(asked + 2).getLast()).isEqualTo(Outcome.ok("done"));
        assertThat(fixture.runs).hasValue(done + 1);
        assertThat(fixture.audit())
                .contains("cannot be written, so nothing is changed here: No space left")
                .contains("the audit log can be written again");
        assertThat(Inspection.of(List.of(state.resolve("audit.jsonl")), List.of()).problems())
                .isEmpty();
    }

    @Test
    void whatWasRefusedWithAFullDiskIsNotDoneWhenThereIsRoomAgain() throws IOException {
        changeUntilRefused();
        var asked = fixture.replies().size();
        var message = fixture.draft("test.change", ActionClass.CHANGE).message();
        fixture.deliver(message);
        assertThat(outcomes(asked + 1).getLast()).isInstanceOf(Outcome.Refused.class);
        empty();
        var done = fixture.runs.get();

        fixture.deliver(message);
        change();
        await().atMost(Duration.ofSeconds(20)).until(() -> fixture.runs.get() == done + 1);
        fixture.restart();
        fixture.deliver(message);
        change();
        await().atMost(Duration.ofSeconds(20)).until(() -> fixture.runs.get() == done + 2);
        // Who asks again is answered again, the same.
        var refused = Request.decode(Envelope.decode(message).payload()).id();
        assertThat(fixture.replies())
                .filteredOn(reply -> reply.request().equals(refused))
                .isNotEmpty()
                .allSatisfy(
                        reply ->
                                assertThat(((Reply.Answer.Final) reply.answer()).outcome())
                                        .isInstanceOf(Outcome.Refused.class));
    }

    @Test
    void itStartsWithAFullDiskAndLooksAndSaysWhatIsUnfinished() throws IOException {
        fixture.draft("test.hold", ActionClass.CHANGE).send();
        await().atMost(Duration.ofSeconds(20)).until(() -> fixture.runs.get() == 1);
        fill();

        fixture.restart();

        assertThat(outcomes(1)).first().isInstanceOf(Outcome.Interrupted.class);
        fixture.draft("test.look", ActionClass.READ).send();
        assertThat(outcomes(2).getLast()).isEqualTo(Outcome.ok("done"));
        while (changed()) {
            assertThat(fixture.replies()).hasSizeLessThan(200);
        }
        empty();
        var asked = fixture.replies().size();
        change();
        assertThat(outcomes(asked + 1).getLast()).isEqualTo(Outcome.ok("done"));
    }

    @Test
    void itStartsWithAFullDiskForTheFirstTimeToo() throws IOException {
        fixture.stop();
        Files.delete(state.resolve("requests.journal"));
        Files.delete(state.resolve("audit.jsonl"));
        fill();

        fixture.startAgain();

        fixture.draft("test.look", ActionClass.READ).send();
        assertThat(outcomes(1)).containsExactly(Outcome.ok("done"));
        change();
        assertThat(outcomes(2).getLast()).isInstanceOf(Outcome.Refused.class);

        empty();
        fixture.connectAgain();
        await().atMost(Duration.ofSeconds(20)).until(this::changed);
    }

    private boolean changed() {
        var before = fixture.replies().size();
        change();
        return outcomes(before + 1).getLast() instanceof Outcome.Ok;
    }
}
