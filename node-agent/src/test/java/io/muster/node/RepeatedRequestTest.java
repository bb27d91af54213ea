package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.action.ActionClass;
import io.muster.message.Bytes;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Reply;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Whoever carries requests may send them again, whenever he likes: nobody gets two answers. */
class RepeatedRequestTest {
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

    private NodeFixture.Draft change() {
        return fixture.draft("test.change", ActionClass.CHANGE);
    }

    private List<Outcome> outcomes(int number) {
        await().atMost(Duration.ofSeconds(20)).until(() -> fixture.replies().size() >= number);
        return fixture.replies().stream()
                .map(reply -> ((Reply.Answer.Final) reply.answer()).outcome())
                .toList();
    }

    /** An answer to another request comes after whatever could still be said. */
    private void nothingMoreIsSaidThan(Outcome... said) {
        fixture.draft("test.look", ActionClass.READ).send();
        var all = outcomes(said.length + 1);
        assertThat(all.subList(0, said.length)).containsExactly(said);
        assertThat(all).hasSize(said.length + 1).last().isEqualTo(Outcome.ok("done"));
        fixture.replies().removeLast();
    }

    private Bytes done() {
        var message = change().message();
        fixture.deliver(message);
        assertThat(outcomes(1)).containsExactly(Outcome.ok("done"));
        return message;
    }

    @Test
    void whatWasDoneAndComesAgainAfterItsExpiryIsNotCalledExpired() throws IOException {
        var message = done();
        fixture.pass(Duration.ofSeconds(61));
        fixture.deliver(message);
        nothingMoreIsSaidThan(Outcome.ok("done"));

        fixture.restart();
        fixture.deliver(message);
        nothingMoreIsSaidThan(Outcome.ok("done"));
    }

    @Test
    void whatWasDoneSoLongAgoThatItIsForgottenIsNotCalledExpiredEither() throws IOException {
        var message = done();
        fixture.pass(Duration.ofMinutes(20));
        fixture.restart();
        fixture.deliver(message);
        nothingMoreIsSaidThan(Outcome.ok("done"));

        fixture.restart();
        fixture.deliver(message);
        nothingMoreIsSaidThan(Outcome.ok("done"));
    }

    @Test
    void aRequestThatComesTooLateForTheFirstTimeIsCalledExpired() throws IOException {
        done();
        fixture.pass(Duration.ofMinutes(20));
        fixture.restart();
        var late = change();
        fixture.pass(Duration.ofMinutes(5));
        late.send();
        assertThat(outcomes(2)).last().isInstanceOf(Outcome.Expired.class);
    }

    @Test
    void whatWasRefusedAsFromTheFutureIsNotDoneWhenItsTimeComes() throws IOException {
        var early = change();
        early.issued = NodeFixture.NOON.plusSeconds(90);
        var message = early.message();
        fixture.deliver(message);
        var refused = outcomes(1).getFirst();
        assertThat(((Outcome.Refused) refused).reason()).isEqualTo(Reason.FROM_FUTURE);

        fixture.pass(Duration.ofSeconds(95));
        fixture.deliver(message);
        fixture.restart();
        fixture.deliver(message);
        fixture.runs.set(0);
        nothingMoreIsSaidThan(refused);
        assertThat(fixture.runs).hasValue(1);
    }

    @Test
    void whatWasCalledExpiredIsNotDoneWhenTheClockIsSetBack() {
        var message = change().message();
        fixture.pass(Duration.ofMinutes(10));
        fixture.deliver(message);
        var expired = outcomes(1).getFirst();
        assertThat(expired).isInstanceOf(Outcome.Expired.class);

        fixture.pass(Duration.ofMinutes(-10));
        fixture.deliver(message);
        fixture.runs.set(0);
        nothingMoreIsSaidThan(expired);
        assertThat(fixture.runs).hasValue(1);
    }

    @Test
    void whatWasDoneAndForgottenIsNotDoneAgainWhenTheClockIsSetBack() throws IOException {
        var message = done();
        fixture.pass(Duration.ofMinutes(3));
        fixture.restart();
        fixture.pass(Duration.ofMinutes(-3));
        fixture.restart();

        fixture.deliver(message);
        fixture.deliver(message);

        var refused = outcomes(2).getLast();
        assertThat(((Outcome.Refused) refused).reason()).isEqualTo(Reason.REPLAYED);
        fixture.runs.set(0);
        nothingMoreIsSaidThan(Outcome.ok("done"), refused);
        assertThat(fixture.runs).hasValue(1);
    }
}
