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
import java.util.Optional;

/**
 * Whoever carries requests may send them again, whenever he likes: nothing is done twice, and
 * nobody is told two things.
 */
class RepeatedRequestTest {
    private static final Outcome DONE = Outcome.ok("done");

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
        nothingMoreIsSaidThan(DONE, DONE);

        fixture.restart();
        fixture.deliver(message);
        nothingMoreIsSaidThan(DONE, DONE, DONE);
        assertThat(fixture.replies()).allMatch(reply -> reply.equals(fixture.replies().getFirst()));
    }

    @Test
    void whoeverCarriesItHasTheAnswerMultipliedNoFurtherThanSixtyTimesAMinute() {
        var message = done();
        for (int i = 0; i < 100; i++) {
            fixture.deliver(message);
        }
        assertThat(outcomes(61)).hasSize(61);
        fixture.pass(Duration.ofSeconds(2));
        fixture.deliver(message);
        assertThat(outcomes(62)).hasSize(62);
    }

    @Test
    void whatIsUnderWayIsNotBegunTwiceAndAnsweredOnce() {
        var message = fixture.draft("test.hold", ActionClass.CHANGE).message();
        fixture.deliver(message);
        await().atMost(Duration.ofSeconds(20)).until(() -> fixture.runs.get() == 1);
        fixture.deliver(message);
        fixture.hold.countDown();
        nothingMoreIsSaidThan(DONE);
        assertThat(fixture.runs).hasValue(2);
    }

    @Test
    void anAnswerThatDiedWithTheNodeAgentIsGivenWhenTheRequestComesAgain() throws IOException {
        var message = change().message();
        fixture.silence();
        fixture.deliver(message);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> fixture.audit().contains("\"finished\""));
        fixture.restart();
        assertThat(fixture.replies()).isEmpty();

        fixture.deliver(message);
        nothingMoreIsSaidThan(DONE);
        assertThat(fixture.runs).hasValue(2);
    }

    @Test
    void whatOnlyLooksIsAnsweredAgainInTheSameLife() throws IOException {
        var message = fixture.draft("test.look", ActionClass.READ).message();
        fixture.deliver(message);
        assertThat(outcomes(1)).containsExactly(DONE);
        fixture.deliver(message);
        assertThat(outcomes(2)).containsExactly(DONE, DONE);
        fixture.restart();
        fixture.deliver(message);
        nothingMoreIsSaidThan(DONE, DONE);
        assertThat(fixture.runs).hasValue(2);
    }

    @Test
    void whoCallsEverybodyIsNotAnsweredAgain() {
        var call = fixture.draft("test.look", ActionClass.READ);
        call.targets = Optional.empty();
        fixture.broadcast(call.message());
        assertThat(outcomes(1)).containsExactly(DONE);
        fixture.broadcast(call.message());
        nothingMoreIsSaidThan(DONE);
    }

    @Test
    void whatWasDoneSoLongAgoThatItIsForgottenIsNotCalledExpiredEither() throws IOException {
        var message = done();
        fixture.pass(Duration.ofHours(25));
        fixture.restart();
        fixture.deliver(message);
        nothingMoreIsSaidThan(DONE);

        fixture.restart();
        fixture.deliver(message);
        nothingMoreIsSaidThan(DONE);
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
        nothingMoreIsSaidThan(refused, refused, refused);
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
        nothingMoreIsSaidThan(expired, expired);
        assertThat(fixture.runs).hasValue(1);
    }

    @Test
    void whatWasDoneAndForgottenIsNotDoneAgainWhenTheClockIsSetBack() throws IOException {
        var message = done();
        fixture.pass(Duration.ofHours(25));
        fixture.restart();
        fixture.pass(Duration.ofHours(-25));
        fixture.restart();

        fixture.deliver(message);
        fixture.deliver(message);

        var refused = outcomes(3).getLast();
        assertThat(((Outcome.Refused) refused).reason()).isEqualTo(Reason.REPLAYED);
        fixture.runs.set(0);
        nothingMoreIsSaidThan(DONE, refused, refused);
        assertThat(fixture.runs).hasValue(1);
    }
}
