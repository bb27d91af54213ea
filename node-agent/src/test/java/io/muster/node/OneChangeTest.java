package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.action.ActionClass;
import io.muster.action.ActionSpec;
import io.muster.message.ActionName;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Reply;
import io.muster.message.ReplyAddress;
import io.muster.security.Credentials;
import io.muster.security.Envelope;
import io.muster.threads.Threads;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;

/** A node does one change at a time, and says who holds the next one up. */
class OneChangeTest {
    private static final ActionSpec HOLDS =
            new ActionSpec(
                    new ActionName("test.hold"),
                    "for tests",
                    ActionClass.CHANGE,
                    false,
                    false,
                    Duration.ofMinutes(1),
                    List.of(),
                    List.of());

    @TempDir private Path directory;
    private NodeFixture fixture;
    private Credentials bob;
    private int asked = 1;

    @BeforeEach
    void start() throws IOException {
        fixture = new NodeFixture(directory);
        bob = fixture.fleet.operator("bob");
        fixture.policy(
                """
                {"rules":[{"effect":"allow","callers":["operator/*"],
                           "actions":["test.*","node.*","test.wipe"]}]}
                """);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private NodeFixture.Others asks(Credentials who, String action, ActionClass actionClass) {
        var draft = fixture.draft(action, actionClass);
        draft.sender = who;
        draft.signer = who;
        draft.replyTo = ReplyAddress.of(who.identity(), "" + ++asked);
        var inbox = fixture.listen(draft.replyTo);
        draft.send();
        return inbox;
    }

    private static Outcome outcome(NodeFixture.Others inbox) {
        return ((Reply.Answer.Final) inbox.next().answer()).outcome();
    }

    private NodeFixture.Others held(String action, ActionClass actionClass) {
        var inbox = asks(fixture.alice, action, actionClass);
        await().atMost(Duration.ofSeconds(20)).until(() -> fixture.runs.get() == 1);
        return inbox;
    }

    @Test
    void ofTwoWhoAskAtOnceOneIsServedAndTheOtherIsToldWhoHoldsItUp() {
        var first = held("test.hold", ActionClass.CHANGE);
        var refused = (Outcome.Refused) outcome(asks(bob, "test.hold", ActionClass.CHANGE));

        assertThat(refused.reason()).isEqualTo(Reason.BUSY);
        assertThat(refused.message())
                .startsWith("one change at a time, and operator/alice is at test.hold since ")
                .endsWith("(request 00000000)");
        assertThat(outcome(asks(bob, "test.wipe", ActionClass.DESTRUCTIVE)))
                .isInstanceOf(Outcome.Refused.class);
        fixture.hold.countDown();
        assertThat(outcome(first)).isEqualTo(Outcome.ok("done"));
        assertThat(fixture.runs).hasValue(1);
        assertThat(outcome(asks(bob, "test.change", ActionClass.CHANGE)))
                .isEqualTo(Outcome.ok("done"));
    }

    @Test
    void lookingIsNotHeldUpAndTellsWhoHolds() {
        held("test.hold", ActionClass.CHANGE);
        assertThat(outcome(asks(bob, "test.look", ActionClass.READ))).isEqualTo(Outcome.ok("done"));
        var status = outcome(asks(bob, "node.status", ActionClass.READ));
        assertThat(status.message()).contains("operator/alice is at test.hold");
        assertThat(status.result().toString())
                .contains("\"busy\":true", "\"holds\":true", "\"caller\":\"operator/alice\"");
    }

    @Test
    void whatHasEndedHoldsNobodyUpFromTheMomentThatIsHeard() {
        for (int i = 0; i < 40; i++) {
            assertThat(outcome(asks(bob, "test.change", ActionClass.CHANGE)))
                    .isEqualTo(Outcome.ok("done"));
        }
    }

    @Test
    void whatWasAnsweredAndHasNotStoppedHoldsOthersUpUntilItHas() {
        var answered = outcome(held("test.tardy", ActionClass.CHANGE));
        assertThat(((Outcome.Failed) answered).code()).isEqualTo("timeout");
        var refused = (Outcome.Refused) outcome(asks(bob, "test.change", ActionClass.CHANGE));
        assertThat(refused.message()).contains("test.tardy", "told to stop and has not");
        fixture.hold.countDown();
        await().atMost(Duration.ofSeconds(20))
                .until(
                        () ->
                                outcome(asks(bob, "test.change", ActionClass.CHANGE))
                                        .equals(Outcome.ok("done")));
    }

    @Test
    void aMachineThatIsGoingDownBeginsNothingElse() {
        held("test.later", ActionClass.CHANGE).next();
        var refused = (Outcome.Refused) outcome(asks(bob, "test.change", ActionClass.CHANGE));
        assertThat(refused.reason()).isEqualTo(Reason.BUSY);
        assertThat(refused.message()).contains("is at test.later").doesNotContain("told to stop");
    }

    @Test
    void whoMayWaitWaitsForOneOfThoseInTheWayAndNotForAll() throws InterruptedException {
        var underway = new Underway(4, 2, Threads.REAL);
        underway.patient(Duration.ofHours(1), _ -> true);
        var first = (Underway.Place.Taken) underway.enter(question(), HOLDS, fixture.now());
        var second = (Underway.Place.Taken) underway.enter(question(), HOLDS, fixture.now());
        assertThat(first.waited() || second.waited()).isFalse();
        var places = new ArrayBlockingQueue<Underway.Place>(1);
        var question = question();
        var third =
                Thread.ofVirtual()
                        .start(() -> places.add(underway.enter(question, HOLDS, fixture.now())));
        await().atMost(Duration.ofSeconds(20))
                .until(() -> third.getState() == Thread.State.TIMED_WAITING);
        underway.leave(second.running());
        assertThat(((Underway.Place.Taken) places.take()).waited()).isTrue();
        assertThat(underway.all()).hasSize(2).contains(first.running());
    }

    private Question question() {
        var draft = fixture.draft("test.hold", ActionClass.CHANGE);
        var message = draft.message();
        return new Question(draft.request(), draft.id.value(), message, Envelope.decode(message));
    }

    @Test
    void moreAtATimeIfItsAdministratorSaysSo() throws IOException {
        fixture.changes(2);
        fixture.restart();
        held("test.hold", ActionClass.CHANGE);
        assertThat(outcome(asks(bob, "test.change", ActionClass.CHANGE)))
                .isEqualTo(Outcome.ok("done"));
        asks(bob, "test.hold", ActionClass.CHANGE);
        await().atMost(Duration.ofSeconds(20)).until(() -> fixture.runs.get() == 3);
        var refused = (Outcome.Refused) outcome(asks(bob, "test.change", ActionClass.CHANGE));
        assertThat(refused.message()).startsWith("2 changes at a time, and ");
    }
}
