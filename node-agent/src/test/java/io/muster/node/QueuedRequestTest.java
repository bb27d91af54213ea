package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.muster.action.ActionClass;
import io.muster.message.Bytes;
import io.muster.message.IssuerName;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Reply;
import io.muster.message.ReplyAddress;
import io.muster.message.Value.Fields;
import io.muster.security.Envelope;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What waited for this node to be there is judged when it comes, and done once. */
class QueuedRequestTest {
    @TempDir private Path directory;
    private NodeFixture fixture;
    private int asked = 1;

    @BeforeEach
    void start() throws IOException {
        fixture = new NodeFixture(directory);
        allow("test.*");
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private void allow(String action) throws IOException {
        fixture.policy(
                """
                {"rules":[{"effect":"allow","callers":["operator/*"],"actions":["%s"]}]}
                """
                        .formatted(action));
    }

    private NodeFixture.Draft draft(Duration ttl) {
        var draft = fixture.draft("test.change", ActionClass.CHANGE);
        draft.ttl = ttl;
        draft.queued = true;
        draft.replyTo = ReplyAddress.of(fixture.alice.identity(), "" + ++asked);
        return draft;
    }

    private static Outcome outcome(NodeFixture.Others inbox) {
        return ((Reply.Answer.Final) inbox.next().answer()).outcome();
    }

    private Outcome delivered(NodeFixture.Draft draft) {
        var inbox = fixture.listen(draft.replyTo);
        draft.send();
        return outcome(inbox);
    }

    @Test
    void itMayBeOlderThanOthersOfItsClassAndNotTooOld() {
        var late = draft(Duration.ofHours(24));
        fixture.pass(Duration.ofHours(23));
        assertThat(delivered(late)).isEqualTo(Outcome.ok("done"));

        var unmarked = draft(Duration.ofHours(24));
        unmarked.queued = false;
        assertThat(((Outcome.Refused) delivered(unmarked)).reason()).isEqualTo(Reason.TTL_TOO_LONG);
        var longer = draft(Duration.ofDays(7).plusMillis(1));
        assertThat(((Outcome.Refused) delivered(longer)).reason()).isEqualTo(Reason.TTL_TOO_LONG);

        var over = draft(Duration.ofHours(24));
        fixture.pass(Duration.ofHours(24));
        assertThat(delivered(over)).isInstanceOf(Outcome.Expired.class);
        assertThat(fixture.runs).hasValue(1);
    }

    @Test
    void whateverIsHandedOutAgainWithinItsTimeIsDoneOnce() throws IOException {
        var draft = draft(Duration.ofDays(7));
        var message = draft.message();
        assertThat(delivered(draft)).isEqualTo(Outcome.ok("done"));
        for (int day = 1; day < 7; day++) {
            fixture.pass(Duration.ofHours(23));
            fixture.restart();
            fixture.deliver(message);
        }
        assertThat(fixture.runs).hasValue(1);
    }

    @Test
    void itIsJudgedByWhatHoldsWhenItComes() throws IOException {
        var draft = draft(Duration.ofHours(24));
        allow("node.*");
        assertThat(((Outcome.Refused) delivered(draft)).reason()).isEqualTo(Reason.POLICY);
        assertThat(fixture.runs).hasValue(0);
    }

    /** What the node says to that message, which was signed before whatever came in between. */
    private Reason refused(NodeFixture.Draft draft, Bytes message) {
        var inbox = fixture.listen(draft.replyTo);
        fixture.deliver(message);
        return ((Outcome.Refused) outcome(inbox)).reason();
    }

    @Test
    void aLockAFreezeOrAWindowThatCameAfterItWasSignedHoldsForIt() throws IOException {
        for (var each : List.of(Reason.FROZEN, Reason.WINDOW)) {
            var other = draft(Duration.ofHours(24));
            var signed = other.message();
            fixture.policy(
                    """
                    {"rules":[{"effect":"allow","callers":["operator/*"],"actions":["test.*"]}],%s}
                    """
                            .formatted(
                                    each == Reason.FROZEN
                                            ? """
                                            "freezes":[{"from":"2026-11-20T00:00",
                                             "to":"2026-11-21T00:00","reason":"shop"}]
                                            """
                                            : """
                                            "maintenance":[
                                             {"times":[{"from":"22:00","to":"23:00"}]}]
                                            """));
            assertThat(refused(other, signed)).isEqualTo(each);
        }
        allow("*");
        var draft = draft(Duration.ofHours(24));
        var message = draft.message();
        fixture.broadcast(fixture.lock("class:change"));
        assertThat(refused(draft, message)).isEqualTo(Reason.LOCKED);
        assertThat(fixture.runs).hasValue(0);
    }

    @Test
    void whoeverWasRevokedAfterSigningItIsNotHeard() {
        var message = draft(Duration.ofHours(24)).message();
        fixture.pass(Duration.ofHours(1));
        fixture.broadcast(fixture.fleet.list(IssuerName.OPERATORS, 1, fixture.alice));
        fixture.deliver(message);
        assertThat(fixture.replies()).isEmpty();
        assertThat(fixture.receipts()).isEmpty();
        assertThat(fixture.runs).hasValue(0);
        assertThat(fixture.audit()).contains("revoked");
    }

    @Test
    void aSecretWaitsSealedAndIsOpenedByTheNodeWhenItIsThere() {
        var draft = fixture.draft("test.tell", ActionClass.CHANGE).sealing("key", "very secret");
        draft.ttl = Duration.ofHours(24);
        draft.queued = true;
        var message = draft.message();
        var payload = Envelope.decode(message).payload();
        assertThat(new String(payload.view(), StandardCharsets.UTF_8))
                .contains("test.tell")
                .doesNotContain("very secret");
        fixture.pass(Duration.ofHours(23));
        var inbox = fixture.listen(draft.replyTo);
        fixture.deliver(message);
        // It is known to whoever takes it out of what is told.
        assertThat(outcome(inbox).message()).isEqualTo("was told ***");
    }

    @Test
    void itIsNotLostBecauseAnotherChangeIsUnderWay() {
        var holding = fixture.draft("test.hold", ActionClass.CHANGE);
        holding.replyTo = ReplyAddress.of(fixture.alice.identity(), "f");
        var held = fixture.listen(holding.replyTo);
        holding.send();
        await().atMost(Duration.ofSeconds(20)).until(() -> fixture.runs.get() == 1);
        var draft = draft(Duration.ofHours(24));
        var inbox = fixture.listen(draft.replyTo);
        draft.send();
        draft.send();
        assertThat(fixture.runs).hasValue(1);
        fixture.hold.countDown();
        assertThat(outcome(held)).isEqualTo(Outcome.ok("done"));
        assertThat(outcome(inbox)).isEqualTo(Outcome.ok("done"));
        assertThat(fixture.runs).hasValue(2);
    }

    @Test
    void itIsNotLostBecauseTooMuchElseIsUnderWay() throws IOException {
        fixture.running(1);
        fixture.restart();
        var staring = fixture.draft("test.stare", ActionClass.READ);
        staring.replyTo = ReplyAddress.of(fixture.alice.identity(), "f");
        var stared = fixture.listen(staring.replyTo);
        staring.send();
        await().atMost(Duration.ofSeconds(20)).until(() -> fixture.runs.get() == 1);
        var draft = draft(Duration.ofHours(24));
        var inbox = fixture.listen(draft.replyTo);
        draft.send();
        fixture.hold.countDown();
        assertThat(outcome(stared)).isEqualTo(Outcome.ok("done"));
        assertThat(outcome(inbox)).isEqualTo(Outcome.ok("done"));
    }

    @Test
    void whoWaitedForItsTurnIsNotTooManyThen() throws IOException {
        fixture.limit(4);
        fixture.restart();
        fixture.draft("test.hold", ActionClass.CHANGE).send();
        await().atMost(Duration.ofSeconds(20)).until(() -> fixture.runs.get() == 1);
        var left = new ArrayList<NodeFixture.Others>();
        for (int i = 0; i < 3; i++) {
            var draft = draft(Duration.ofHours(24));
            left.add(fixture.listen(draft.replyTo));
            draft.send();
        }
        fixture.hold.countDown();
        for (var inbox : left) {
            assertThat(outcome(inbox)).isEqualTo(Outcome.ok("done"));
        }
    }

    @Test
    void severalComeInTheirOrderAndEachIsJudgedWhenItsTurnComes() {
        var holding = fixture.draft("test.hold", ActionClass.CHANGE);
        holding.replyTo = ReplyAddress.of(fixture.alice.identity(), "f");
        var inbox = fixture.listen(holding.replyTo);
        holding.send();
        await().atMost(Duration.ofSeconds(20)).until(() -> fixture.runs.get() == 1);
        var left = new ArrayList<NodeFixture.Draft>();
        for (int i = 0; i < 20; i++) {
            var draft = draft(i == 7 ? Duration.ofMinutes(1) : Duration.ofHours(24));
            draft.replyTo = holding.replyTo;
            draft.send();
            left.add(draft);
        }
        fixture.pass(Duration.ofMinutes(1));
        fixture.hold.countDown();
        assertThat(inbox.next().request()).isEqualTo(holding.id);
        for (var draft : left) {
            var reply = inbox.next();
            assertThat(reply.request()).isEqualTo(draft.id);
            assertThat(((Reply.Answer.Final) reply.answer()).outcome())
                    .isInstanceOf(
                            draft.equals(left.get(7)) ? Outcome.Expired.class : Outcome.Ok.class);
        }
    }

    @Test
    void whoComesAsThePlaceBecomesFreeDoesNotTakeItFromWhatWaited() throws InterruptedException {
        fixture.draft("test.hold", ActionClass.CHANGE).send();
        await().atMost(Duration.ofSeconds(20)).until(() -> fixture.runs.get() == 1);
        var left = new ArrayList<NodeFixture.Others>();
        for (int i = 0; i < 10; i++) {
            var draft = draft(Duration.ofHours(24));
            left.add(fixture.listen(draft.replyTo));
            draft.send();
        }
        var fresh =
                Stream.generate(() -> fixture.draft("test.change", ActionClass.CHANGE).message())
                        .limit(100)
                        .toList();
        var rush = Thread.ofVirtual().start(() -> fresh.forEach(fixture::deliver));
        fixture.hold.countDown();
        for (var inbox : left) {
            assertThat(outcome(inbox)).isEqualTo(Outcome.ok("done"));
        }
        rush.join();
    }

    @Test
    void whoLeavesMoreThanAShareKeepsNobodyElseFromWaiting() {
        var holding = fixture.draft("test.hold", ActionClass.CHANGE);
        holding.replyTo = ReplyAddress.of(fixture.alice.identity(), "f");
        var held = fixture.listen(holding.replyTo);
        holding.send();
        await().atMost(Duration.ofSeconds(20)).until(() -> fixture.runs.get() == 1);
        var bob = fixture.fleet.operator("bob");
        for (int i = 0; i < 30; i++) {
            var large = draft(Duration.ofHours(24));
            large.sender = bob;
            large.signer = bob;
            large.replyTo = ReplyAddress.of(bob.identity(), "1");
            large.arguments = large(i);
            large.send();
        }
        var draft = draft(Duration.ofHours(24));
        var inbox = fixture.listen(draft.replyTo);
        draft.send();
        fixture.hold.countDown();
        assertThat(outcome(held)).isEqualTo(Outcome.ok("done"));
        assertThat(outcome(inbox)).isEqualTo(Outcome.ok("done"));
    }

    private static Fields large(int number) {
        var text = ("" + number).repeat(15_000 / ("" + number).length());
        var all = Fields.EMPTY;
        for (int i = 0; i < 15; i++) {
            all = all.with("x" + i, text);
        }
        return all;
    }

    @Test
    void whatWaitsHereWhenTheNodeAgentEndsIsNotUsedUp() throws IOException {
        var holding = fixture.draft("test.hold", ActionClass.CHANGE);
        holding.send();
        await().atMost(Duration.ofSeconds(20)).until(() -> fixture.runs.get() == 1);
        var draft = draft(Duration.ofHours(24));
        draft.send();
        fixture.stopInGoodOrder();
        assertThat(delivered(draft)).isEqualTo(Outcome.ok("done"));
        assertThat(fixture.runs).hasValue(2);
    }

    @Test
    void nothingDestructiveWaitsAndNothingForMany() {
        var wipe = fixture.draft("test.wipe", ActionClass.DESTRUCTIVE);
        wipe.queued = true;
        assertThatThrownBy(wipe::request).hasMessageContaining("not destructive");
        var many = draft(Duration.ofHours(1));
        many.targets = Optional.of(List.of(new NodeId("n1"), new NodeId("n2")));
        assertThatThrownBy(many::request).hasMessageContaining("that node alone");
    }
}
