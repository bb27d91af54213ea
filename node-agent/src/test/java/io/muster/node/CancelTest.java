package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.action.ActionClass;
import io.muster.message.Cancellation;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Recollection;
import io.muster.message.Reply;
import io.muster.message.ReplyAddress;
import io.muster.message.RequestId;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.security.Credentials;
import io.muster.security.PayloadType;
import io.muster.trust.Lock;
import io.muster.trust.LockTarget;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** {@code node.cancel}: what is stopped is stopped, and what was too late is said to be. */
class CancelTest {
    @TempDir private Path directory;
    private NodeFixture fixture;
    private Credentials bob;
    private int asked = 1;

    @BeforeEach
    void start() throws IOException {
        fixture = new NodeFixture(directory);
        bob = fixture.fleet.operator("bob");
        allow("");
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    /** Everybody may do what tests do, and look; and what that rule says. */
    private void allow(String more) {
        fixture.policy(
                """
                {"rules":[{"effect":"allow","callers":["operator/*"],"actions":["test.*"]},
                          {"effect":"allow","callers":["operator/*"],"actions":["*"],
                           "classes":["read"]},
                          {"effect":"allow","callers":["operator/alice"],
                           "actions":["trust.lock"]}%s]}
                """
                        .formatted(more));
    }

    private NodeFixture.Draft change() {
        return fixture.draft("test.change", ActionClass.CHANGE);
    }

    private RequestId underWay(String action, ActionClass actionClass) {
        var before = fixture.runs.get();
        var id = fixture.draft(action, actionClass).send().id;
        await().atMost(Duration.ofSeconds(20)).until(() -> fixture.runs.get() == before + 1);
        return id;
    }

    private NodeFixture.Draft wish(Credentials who, RequestId id) {
        var draft = fixture.draft("node.cancel", ActionClass.CHANGE);
        var ids = Fields.EMPTY.with("requests", Value.texts(List.of(id.value())));
        draft.arguments = who.equals(fixture.alice) ? ids : ids.with("of", "alice");
        draft.sender = who;
        draft.signer = who;
        draft.replyTo = ReplyAddress.of(who.identity(), "" + ++asked);
        return draft;
    }

    private Outcome answer(NodeFixture.Draft wish) {
        var inbox = fixture.listen(wish.replyTo);
        wish.send();
        return ((Reply.Answer.Final) inbox.next().answer()).outcome();
    }

    private Cancellation cancel(Credentials who, RequestId id) {
        var all = (Fields) answer(wish(who, id)).result().member("requests").orElseThrow();
        return Cancellation.of((Fields) all.member(id.value()).orElseThrow());
    }

    private Cancellation cancel(RequestId id) {
        return cancel(fixture.alice, id);
    }

    /** What Alice heard of what she asked for. */
    private List<Outcome> outcomes(int number) {
        return fixture.awaitReplies(number).stream()
                .map(reply -> ((Reply.Answer.Final) reply.answer()).outcome())
                .toList();
    }

    private Outcome only() {
        assertThat(outcomes(1)).hasSize(1);
        return outcomes(1).getFirst();
    }

    private static Outcome how(Cancellation cancellation) {
        return switch (cancellation) {
            case Cancellation.Stopped(Recollection.Ended how) -> how.outcome();
            case Cancellation.Over(Recollection.Ended how) -> how.outcome();
            case Cancellation.Prevented _,
                    Cancellation.Stopping _,
                    Cancellation.GoingDown _,
                    Cancellation.Denied _ ->
                    throw new AssertionError(cancellation);
        };
    }

    @Test
    void whatIsUnderWayEndsOnceAsCancelledAndTellsHowFarItCame() {
        var held = underWay("test.hold", ActionClass.CHANGE);
        var said = cancel(held);

        assertThat(said).isInstanceOf(Cancellation.Stopped.class);
        assertThat(only()).isEqualTo(how(said));
        assertThat(only().message()).isEqualTo("cancelled by operator/alice after 0s: cut off");
        assertThat(only().result()).isEqualTo(Fields.EMPTY.with("half", true));
        assertThat(cancel(held)).isEqualTo(said);
        var audit = fixture.audit();
        assertThat(audit.indexOf("\"node.cancel\""))
                .isPositive()
                .isLessThan(audit.indexOf("\"outcome\":\"cancelled\""));
    }

    @Test
    void whatOnlyLooksIsStoppedAsWell() {
        var said = cancel(underWay("test.stare", ActionClass.READ));
        assertThat(said).isInstanceOf(Cancellation.Stopped.class);
        assertThat(only()).isEqualTo(how(said));
    }

    @Test
    void whatHasEndedIsTooLate() {
        var done = change().send().id;
        assertThat(only()).isEqualTo(Outcome.ok("done"));
        assertThat(cancel(done)).isInstanceOf(Cancellation.Over.class);
        assertThat(how(cancel(done))).isEqualTo(Outcome.ok("done"));
        assertThat(outcomes(1)).hasSize(1);
    }

    @Test
    void whatComesLaterNeverBegins() throws IOException {
        var first = change();
        var second = change();
        assertThat(cancel(first.id)).isEqualTo(new Cancellation.Prevented(true));
        assertThat(cancel(second.id)).isEqualTo(new Cancellation.Prevented(true));
        first.send();
        assertThat(only())
                .isEqualTo(new Outcome.Cancelled("cancelled by operator/alice before it began"));

        fixture.restart();
        second.send();
        assertThat(outcomes(2)).last().isInstanceOf(Outcome.Cancelled.class);
        assertThat(fixture.runs).hasValue(0);
    }

    @Test
    void whatHasNotEndedWhenTheNodeAgentDiesEndsAsCancelled() throws IOException {
        var deaf = underWay("test.deaf", ActionClass.CHANGE);
        wish(fixture.alice, deaf).send();
        await().atMost(Duration.ofSeconds(20))
                .until(
                        () ->
                                Files.readString(
                                                directory.resolve("state/requests.journal"),
                                                StandardCharsets.ISO_8859_1)
                                        .contains("withdrawn"));
        fixture.silence();
        fixture.restart();
        assertThat(only()).isInstanceOf(Outcome.Cancelled.class);
        assertThat(only().message()).contains("operator/alice", "stopped in the middle");
    }

    @Test
    void whatAnotherAskedForGoesOnUnlessARuleSaysOtherwise() {
        var held = underWay("test.stare", ActionClass.READ);
        var coming = change();
        assertThat(cancel(bob, held)).isInstanceOf(Cancellation.Denied.class);
        cancel(bob, coming.id);
        coming.send();
        assertThat(only()).isEqualTo(Outcome.ok("done"));

        allow(",{\"effect\":\"allow\",\"callers\":[\"operator/bob\"],\"actions\":[\"node.*\"]}");
        var another = change();
        cancel(bob, another.id);
        another.send();
        assertThat(outcomes(2)).last().isInstanceOf(Outcome.Cancelled.class);
        var said = how(cancel(bob, held));
        assertThat(said).isEqualTo(new Outcome.Cancelled("told to its caller alone"));
        assertThat(outcomes(3)).last().isInstanceOf(Outcome.Cancelled.class);
        assertThat(outcomes(3).getLast().message()).contains("by operator/bob");
    }

    @Test
    void nobodyElsesWordHidesTheOwnersOwn() {
        var coming = change();
        cancel(bob, coming.id);
        cancel(coming.id);
        cancel(bob, coming.id);
        coming.send();
        assertThat(only()).isInstanceOf(Outcome.Cancelled.class);
    }

    @Test
    void whoNamesNobodyMeansTheirOwn() {
        var held = underWay("test.hold", ActionClass.CHANGE);
        allow(",{\"effect\":\"allow\",\"callers\":[\"operator/bob\"],\"actions\":[\"node.*\"]}");
        var own = wish(bob, held);
        own.arguments = Fields.EMPTY.with("requests", Value.texts(List.of(held.value())));
        assertThat(answer(own).message()).isEqualTo("prevented");
        assertThat(fixture.replies()).isEmpty();
        assertThat(cancel(bob, held)).isInstanceOf(Cancellation.Stopped.class);
    }

    @Test
    void whoStopsEverythingIsNotToldTheIdsOfOthers() {
        var held = underWay("test.hold", ActionClass.CHANGE);
        var all = wish(bob, held);
        all.arguments = Fields.EMPTY.with("all", true);
        assertThat(answer(all).result().toString())
                .contains(held.brief() + " of operator/alice", "no rule lets you")
                .doesNotContain(held.value());
        assertThat(fixture.replies()).isEmpty();
    }

    @Test
    void aRuleCanForbidIt() {
        allow(",{\"effect\":\"deny\",\"callers\":[\"operator/*\"],\"actions\":[\"node.cancel\"]}");
        var refused = (Outcome.Refused) answer(wish(fixture.alice, change().id));
        assertThat(refused.reason()).isEqualTo(Reason.POLICY);
    }

    @Test
    void itIsLetThroughWhereNothingMayBeChanged() {
        var held = underWay("test.hold", ActionClass.CHANGE);
        var lock =
                new Lock(
                        new RequestId("a".repeat(32)),
                        "test",
                        fixture.alice.identity(),
                        LockTarget.parse("all"),
                        "an intruder",
                        fixture.now(),
                        Optional.empty());
        fixture.broadcast(fixture.alice.signer().sign(PayloadType.LOCK, lock.encode()));
        change().send();
        assertThat(((Outcome.Refused) only()).reason()).isEqualTo(Reason.LOCKED);

        assertThat(cancel(held)).isInstanceOf(Cancellation.Stopped.class);
    }

    @Test
    void allThatChangesSomethingIsStoppedAtOnce() {
        var held = underWay("test.hold", ActionClass.CHANGE);
        var looking = underWay("test.stare", ActionClass.READ);
        var all = wish(fixture.alice, held);
        all.arguments = Fields.EMPTY.with("all", true);
        assertThat(answer(all).result().toString())
                .contains(held.value(), "stopped")
                .doesNotContain(looking.value());
        assertThat(only()).isInstanceOf(Outcome.Cancelled.class);
        var again = wish(fixture.alice, held);
        again.arguments = Fields.EMPTY.with("all", true);
        assertThat(answer(again)).isEqualTo(Outcome.ok("nothing was under way"));
        var none = wish(fixture.alice, held);
        none.arguments = Fields.EMPTY;
        assertThat(((Outcome.Refused) answer(none)).reason()).isEqualTo(Reason.INVALID_INPUT);
    }

    @Test
    void itIsLetThroughByAClockThatWasSetBack() {
        fixture.pass(Duration.ofMinutes(20));
        change().send();
        assertThat(only()).isEqualTo(Outcome.ok("done"));
        fixture.pass(Duration.ofMinutes(-20));
        change().send();
        assertThat(((Outcome.Refused) outcomes(2).getLast()).reason())
                .isEqualTo(Reason.CLOCK_BEHIND);
        assertThat(cancel(change().id)).isEqualTo(new Cancellation.Prevented(true));
    }

    @Test
    void itIsLetThroughWithoutAJournalAndSaysThatItIsNotKept() throws IOException {
        fixture.stop();
        Files.writeString(directory.resolve("state/requests.journal"), "x".repeat(100));
        fixture.startAgain();
        assertThat(cancel(change().id)).isEqualTo(new Cancellation.Prevented(false));
    }

    @Test
    void itNeedsNoPlaceOfItsOwn() {
        var held = underWay("test.hold", ActionClass.CHANGE);
        for (int i = 1; i < 32; i++) {
            underWay("test.stare", ActionClass.READ);
        }
        fixture.draft("test.look", ActionClass.READ).send();
        assertThat(((Outcome.Refused) only()).reason()).isEqualTo(Reason.BUSY);
        assertThat(cancel(held)).isInstanceOf(Cancellation.Stopped.class);
    }

    @Test
    void aMachineThatIsGoingDownIsTooLate() {
        var down = underWay("test.later", ActionClass.CHANGE);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> cancel(down).equals(new Cancellation.GoingDown()));
        assertThat(fixture.replies()).hasSize(1);
    }

    @Test
    void whoIsFirstIsBelievedAndNobodyIsToldTwoThings() {
        for (int i = 0; i < 40; i++) {
            var before = fixture.replies().size();
            var racing = change().send().id;
            var said = cancel(racing);
            var heard = outcomes(before + 1).getLast();
            assertThat(heard).isEqualTo(how(said));
        }
        assertThat(fixture.replies()).hasSize(40);
    }
}
