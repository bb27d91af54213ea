package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.action.ActionClass;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Reply;
import io.muster.message.Value.Fields;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** A request is done once, in its time, and never again by itself. */
class OnceAndInTimeTest extends HandledRequests {
    @Test
    void theSameRequestIsDoneOnceHoweverOftenItComes() {
        var message = change().message();
        for (int i = 0; i < 100; i++) {
            fixture.deliver(message);
            fixture.broadcast(message);
        }
        var said = fixture.awaitReplies(2).getFirst();
        assertThat(said.answer()).isEqualTo(new Reply.Answer.Final(Outcome.ok("done")));
        assertThat(fixture.replies()).allMatch(said::equals);
        assertThat(fixture.runs).hasValue(1);
        assertThat(fixture.audit()).contains("\"why\":\"replayed\"");
    }

    @Test
    void theSameRequestIsNotDoneAgainAfterARestart() throws IOException {
        var message = change().message();
        fixture.deliver(message);
        assertThat(outcome()).isEqualTo(Outcome.ok("done"));
        fixture.restart();
        fixture.deliver(message);
        assertThat(fixture.runs).hasValue(1);
        assertThat(fixture.audit()).contains("\"why\":\"replayed\"");
    }

    @Test
    void aRequestThatDidNotMatchIsStillRememberedAsSeen() {
        var draft = change();
        draft.filter = facts("role=web");
        var message = draft.message();
        fixture.deliver(message);
        refusedFor(Reason.FILTER_MISMATCH);
        fixture.deliver(message);
        assertThat(fixture.replies()).hasSize(2).allMatch(fixture.replies().getFirst()::equals);
        assertThat(fixture.audit()).contains("\"why\":\"replayed\"");
    }

    @Test
    void oneIdAroundTwoContentsIsRefused() {
        var first = change();
        first.send();
        assertThat(outcome()).isEqualTo(Outcome.ok("done"));
        fixture.replies().clear();
        var second = look();
        second.id = first.id;
        second.send();
        assertThat(((Outcome.Refused) outcome()).reason()).isEqualTo(Reason.REPLAYED);
        assertThat(fixture.audit())
                .contains("\"kind\":\"agent\",\"why\":\"replayed-altered\"")
                .contains("came twice, with different content");
        assertThat(fixture.runs).hasValue(1);
    }

    @Test
    void nothingStartsAfterItsExpiry() {
        var draft = change();
        fixture.pass(Duration.ofSeconds(61));
        draft.send();
        assertThat(outcome()).isInstanceOf(Outcome.Expired.class);
        assertThat(fixture.runs).hasValue(0);
    }

    @Test
    void whatIsHeldUpUntilItHasExpiredIsNotBegun() throws IOException {
        fixture.on(new HeldUp(() -> fixture.pass(Duration.ofSeconds(61))));
        fixture.restart();
        change().send();
        assertThat(outcome()).isInstanceOf(Outcome.Expired.class);
        assertThat(fixture.runs).hasValue(0);
    }

    @Test
    void aRequestFromTheFutureIsRefusedBeyondTheSkew() {
        var near = look();
        near.issued = NodeFixture.NOON.plusSeconds(30);
        near.send();
        assertThat(outcome()).isEqualTo(Outcome.ok("done"));
        fixture.replies().clear();
        fixture.runs.set(0);
        var far = look();
        far.issued = NodeFixture.NOON.plusSeconds(31);
        far.send();
        refusedFor(Reason.FROM_FUTURE);
    }

    @Test
    void nobodyMayStretchTheValidityOfAClass() {
        var draft = fixture.draft("test.wipe", ActionClass.DESTRUCTIVE);
        draft.ttl = Duration.ofMinutes(5).plusMillis(1);
        draft.send();
        refusedFor(Reason.TTL_TOO_LONG);
    }

    @Test
    void aRequestForAnEarlierBootIsVoid() {
        var draft = fixture.draft("test.wipe", ActionClass.DESTRUCTIVE);
        draft.bind = Map.of(fixture.id, "another-boot");
        draft.send();
        refusedFor(Reason.OTHER_BOOT);
    }

    @Test
    void whatIsDestructiveAndNamesNoBootIsRefused() {
        var draft = fixture.draft("test.wipe", ActionClass.DESTRUCTIVE);
        draft.bind = Map.of();
        draft.send();
        refusedFor(Reason.NOT_BOUND);
        fixture.replies().clear();
        var toAll = fixture.draft("test.wipe", ActionClass.DESTRUCTIVE);
        toAll.targets = Optional.empty();
        toAll.bind = Map.of(new NodeId("n2"), fixture.boot());
        toAll.send();
        refusedFor(Reason.NOT_BOUND);
    }

    @Test
    void anActionCutOffByACrashIsReportedInterruptedAndNeverRunAgain() throws IOException {
        var message = fixture.draft("test.hold", ActionClass.CHANGE).message();
        fixture.deliver(message);
        await().atMost(Duration.ofSeconds(20)).until(() -> fixture.runs.get() == 1);
        fixture.restart();
        assertThat(outcome()).isInstanceOf(Outcome.Interrupted.class);
        fixture.deliver(message);
        assertThat(fixture.runs).hasValue(1);
        fixture.replies().clear();
        fixture.restart();
        assertThat(fixture.replies()).isEmpty();
    }

    @Test
    void aRebootIsArmedBeforeAndDoneAfterTheNextBoot() throws IOException {
        fixture.draft("test.down", ActionClass.CHANGE).send();
        await().atMost(Duration.ofSeconds(20)).until(() -> fixture.runs.get() == 1);
        var armed = fixture.replies().getFirst();
        assertThat(armed.answer()).isEqualTo(new Reply.Answer.Armed("down"));
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(
                        () ->
                                assertThat(
                                                Files.readString(
                                                        directory.resolve(
                                                                "machine/proc/sys/kernel/random/boot_id")))
                                        .doesNotContain(armed.boot()));
        fixture.restart();
        assertThat(fixture.replies()).hasSize(2);
        var last = fixture.replies().getLast();
        assertThat(last.boot()).isNotEqualTo(armed.boot());
        assertThat(((Reply.Answer.Final) last.answer()).outcome())
                .isEqualTo(
                        new Outcome.Changed(
                                "rebooted",
                                Fields.EMPTY
                                        .with("bootBefore", armed.boot())
                                        .with("bootAfter", last.boot())));
    }
}
