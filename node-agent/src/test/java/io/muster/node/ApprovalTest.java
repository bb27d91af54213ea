package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.action.ActionClass;
import io.muster.message.Approval;
import io.muster.message.Bounds;
import io.muster.message.Collective;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Reply;
import io.muster.message.RequestId;
import io.muster.message.Value.Fields;
import io.muster.node.NodeFixture.Draft;
import io.muster.security.Credentials;
import io.muster.security.Envelope;
import io.muster.security.PayloadType;
import io.muster.security.TestFleet;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What a node takes for an approval, and what not. Real keys, real envelopes, a real node agent.
 */
class ApprovalTest {
    @TempDir Path directory;
    private NodeFixture fixture;
    private Credentials bob;
    private Credentials carol;

    @BeforeEach
    void start() throws IOException {
        fixture = new NodeFixture(directory);
        Files.writeString(
                directory.resolve("policy.json"),
                """
                {"groups":{"leads":["operator/alice","operator/bob","operator/carol"]},
                 "rules":[{"effect":"allow","callers":["operator/alice"],"actions":["test.wipe"],
                  "approvals":{"count":2,"by":["group/leads"]}}]}
                """);
        bob = fixture.fleet.operator("bob");
        carol = fixture.fleet.operator("carol");
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private Draft wipe() {
        return fixture.draft("test.wipe", ActionClass.DESTRUCTIVE);
    }

    private Outcome outcome() {
        await().atMost(Duration.ofSeconds(20)).until(() -> !fixture.replies().isEmpty());
        assertThat(fixture.replies()).hasSize(1);
        return ((Reply.Answer.Final) fixture.replies().getFirst().answer()).outcome();
    }

    private void refusedFor(String why) {
        assertThat(outcome()).isInstanceOf(Outcome.Refused.class);
        assertThat(((Outcome.Refused) outcome()).reason()).isEqualTo(Reason.APPROVAL_MISSING);
        assertThat(outcome().message()).contains(why);
        assertThat(fixture.runs).hasValue(0);
    }

    @Test
    void withTwoOthersApprovalsItIsDone() {
        wipe().approvedBy(bob, carol).send();
        assertThat(outcome()).isEqualTo(Outcome.ok("done"));
        assertThat(fixture.runs).hasValue(1);
    }

    @Test
    void withoutAnyItIsNot() {
        wipe().send();
        refusedFor("needs 2 approvals by group/leads, has 0");
    }

    @Test
    void oneIsNotTwoHoweverOftenItIsGiven() {
        wipe().approvedBy(bob, bob, bob).send();
        refusedFor("has 1 (operator/bob)");
    }

    @Test
    void theRequesterApprovesNothingOfTheirOwn() {
        wipe().approvedBy(bob, fixture.alice).send();
        refusedFor("has 1 (operator/bob)");
    }

    @Test
    void theRequesterWithAnotherCertificateIsTheRequester() {
        wipe().approvedBy(bob, fixture.fleet.operator("alice")).send();
        refusedFor("has 1 (operator/bob)");
    }

    @Test
    void onePersonWithTwoCertificatesIsOnePerson() {
        wipe().approvedBy(bob, fixture.fleet.operator("bob")).send();
        refusedFor("has 1 (operator/bob)");
    }

    @Test
    void oneKeyUnderTwoNamesIsOneKey() {
        wipe().approvedBy(bob, fixture.fleet.sameKey(bob, "carol")).send();
        refusedFor("has 1 (operator/bob)");
    }

    @Test
    void theRequestersKeyUnderAnotherNameIsTheRequesters() {
        wipe().approvedBy(bob, fixture.fleet.sameKey(fixture.alice, "carol")).send();
        refusedFor("has 1 (operator/bob)");
    }

    @Test
    void whoMayNotApproveIsNotCounted() {
        wipe().approvedBy(bob, fixture.fleet.operator("mallory")).send();
        refusedFor("has 1 (operator/bob)");
    }

    @Test
    void anApprovalOfOtherContentIsNone() {
        var draft = wipe();
        var digest = draft.request().encode().sha256().hex();
        draft.arguments = Fields.EMPTY.with("word", "all");
        draft.attached =
                List.of(
                        draft.approval(bob),
                        draft.approval(carol, digest, draft.issued.plusSeconds(60)));
        draft.send();
        refusedFor("operator/carol: for another request");
    }

    @Test
    void anApprovalOfAnotherRequestIsNone() {
        var draft = wipe();
        var digest = draft.request().encode().sha256().hex();
        var other =
                new Approval(
                        new RequestId("f".repeat(32)),
                        digest,
                        carol.identity(),
                        draft.issued,
                        draft.issued.plusSeconds(60));
        draft.attached =
                List.of(
                        draft.approval(bob),
                        carol.signer().sign(PayloadType.APPROVAL, other.encode()));
        draft.send();
        refusedFor("operator/carol: for another request");
    }

    @Test
    void approvalsOfAnEarlierRequestDoNotServeTwice() {
        var first = wipe().approvedBy(bob, carol).send();
        assertThat(outcome()).isEqualTo(Outcome.ok("done"));
        var second = wipe();
        second.attached = first.attached;
        second.send();
        await().atMost(Duration.ofSeconds(20)).until(() -> fixture.replies().size() == 2);
        assertThat(fixture.runs).hasValue(1);
    }

    @Test
    void anApprovalOfAnotherFleetIsNone() {
        var elsewhere = new TestFleet("test", NodeFixture.NOON);
        wipe().approvedBy(bob, elsewhere.operator("carol")).send();
        refusedFor("has 1 (operator/bob)");
    }

    @Test
    void anApprovalThatHasExpiredIsNone() {
        var draft = wipe();
        var digest = draft.request().encode().sha256().hex();
        draft.attached =
                List.of(
                        draft.approval(bob),
                        draft.approval(carol, digest, draft.issued.plusSeconds(10)));
        fixture.pass(Duration.ofSeconds(10));
        draft.send();
        refusedFor("operator/carol: expired at");
    }

    @Test
    void aNodeApprovesNothing() {
        wipe().approvedBy(bob, fixture.fleet.node("carol")).send();
        refusedFor("node/carol may not sign");
    }

    @Test
    void anApprovalSignedForAnotherIsNone() {
        var draft = wipe();
        var approval =
                new Approval(
                        draft.id,
                        draft.request().encode().sha256().hex(),
                        carol.identity(),
                        draft.issued,
                        draft.issued.plusSeconds(60));
        draft.attached =
                List.of(
                        draft.approval(bob),
                        bob.signer().sign(PayloadType.APPROVAL, approval.encode()));
        draft.send();
        refusedFor("signed for another");
    }

    @Test
    void aRequestIsNoApproval() {
        var draft = wipe();
        var digest = draft.request().encode();
        draft.attached =
                List.of(draft.approval(bob), carol.signer().sign(PayloadType.REQUEST, digest));
        draft.send();
        refusedFor("has 1 (operator/bob)");
    }

    /** A rule that wants nobody's approval. */
    private void free() {
        fixture.policy(
                """
                {"rules":[{"effect":"allow","callers":["operator/alice"],"actions":["test.wipe"]}]}
                """);
    }

    private Draft wanting(int approvals) {
        var draft = wipe();
        draft.bounds = Bounds.NONE.approvals(approvals);
        return draft;
    }

    @Test
    void whatTheRequestItselfWantsIsWantedWhereNoRuleWantsAny() {
        free();
        wanting(2).approvedBy(bob).send();
        refusedFor("the request itself wants 2 approvals, and 1 count here");
    }

    @Test
    void itIsDoneWithThoseOfAnyOtherOperators() {
        free();
        wanting(2).approvedBy(bob, fixture.fleet.operator("dora")).send();
        assertThat(outcome()).isEqualTo(Outcome.ok("done"));
    }

    @Test
    void ofThoseTooNoneIsTheRequestersAndNoPersonOrKeyCountsTwice() {
        free();
        var again = fixture.fleet.sameKey(bob, "carol");
        wanting(2).approvedBy(bob, bob, again, fixture.alice).send();
        refusedFor("wants 2 approvals, and 1 count here");
    }

    @Test
    void aRequestMayWantMoreThanTheRule() {
        wanting(3).approvedBy(bob, carol, fixture.fleet.operator("dora")).send();
        refusedFor("the request itself wants 3 approvals, and 2 count here");
    }

    @Test
    void whatIsValidForAnHourIsApprovedOrNotDone() {
        free();
        var draft = wanting(1);
        draft.ttl = Duration.ofHours(1);
        draft.send();
        refusedFor("wants 1 approvals, and 0 count here");
    }

    @Test
    void approvedItMayBeValidForAnHour() {
        free();
        var draft = wanting(1);
        draft.ttl = Duration.ofHours(1);
        draft.approvedBy(bob).send();
        assertThat(outcome()).isEqualTo(Outcome.ok("done"));
    }

    @Test
    void whoSendsAProposalBeforeItIsApprovedDoesNotUseItUp() throws IOException {
        free();
        var draft = wanting(2);
        draft.send();
        draft.approvedBy(bob).send();
        fixture.restart();
        for (int i = 0; i < 100; i++) {
            draft.send();
        }
        assertThat(fixture.replies())
                .hasSizeBetween(3, 150)
                .allMatch(reply -> reply.answer().toString().contains("approval-missing"))
                .extracting(reply -> reply.attached().orElseThrow())
                .startsWith(Envelope.decode(wanting(2).message()).approvals());
        var before = fixture.replies().size();

        draft.approvedBy(bob, carol).send();
        var done = fixture.awaitReplies(before + 1).getLast();
        assertThat(done.answer()).isEqualTo(new Reply.Answer.Final(Outcome.ok("done")));
        assertThat(done.attached()).isEmpty();
        draft.send();
        draft.approvedBy().send();
        assertThat(fixture.runs).hasValue(1);
        assertThat(fixture.awaitReplies(before + 3).getLast()).isEqualTo(done);
    }

    @Test
    void whatCanNeverBeDoneIsToldSoAndNotWhatItLacks() {
        free();
        var foreign = wanting(2);
        foreign.collective = new Collective("elsewhere");
        foreign.send();
        var late = wanting(2);
        fixture.pass(late.ttl);
        late.send();
        var replies = fixture.awaitReplies(2);
        assertThat(replies.getFirst().answer().toString()).contains("wrong-fleet");
        assertThat(((Reply.Answer.Final) replies.getLast().answer()).outcome())
                .isInstanceOf(Outcome.Expired.class);
    }

    @Test
    void neitherIfSomethingElseSpeaksAgainstItThenToo() {
        fixture.policy(
                """
                {"groups":{"leads":["operator/bob","operator/carol"]},
                 "rules":[{"effect":"allow","callers":["operator/alice"],"actions":["test.wipe"],
                           "collectives":["dr"],"approvals":{"count":2,"by":["group/leads"]}}]}
                """);
        var draft = wanting(2);
        draft.approvedBy(bob, fixture.fleet.operator("mallory")).send();
        refusedFor("wants 2 approvals, and 0 count here");

        fixture.policy(
                """
                {"rules":[{"effect":"allow","callers":["operator/alice"],"actions":["test.wipe"]}]}
                """);
        draft.approvedBy(bob, carol).send();
        var done = fixture.awaitReplies(2).getLast();
        assertThat(done.answer()).isEqualTo(new Reply.Answer.Final(Outcome.ok("done")));
    }

    @Test
    void neitherIfAnotherRuleForAnotherPlaceWantsNobodyInParticular() {
        fixture.policy(
                """
                {"groups":{"leads":["operator/bob","operator/carol"]},
                 "rules":[{"effect":"allow","callers":["operator/alice"],"actions":["test.*"],
                           "classes":["destructive"],"collectives":["lab"]},
                          {"effect":"allow","callers":["operator/alice"],"actions":["test.wipe"],
                           "approvals":{"count":2,"by":["group/leads"]}}]}
                """);
        var draft = wanting(2);
        draft.approvedBy(bob, fixture.fleet.operator("mallory")).send();
        refusedFor("wants 2 approvals, and 0 count here");
        draft.approvedBy(bob, carol).send();
        var done = fixture.awaitReplies(2).getLast();
        assertThat(done.answer()).isEqualTo(new Reply.Answer.Final(Outcome.ok("done")));
    }

    @Test
    void whatWasRefusedForWantOfApprovalsIsNotDoneWhenTheyComeLater() {
        var draft = wipe().send();
        refusedFor("has 0");
        draft.approvedBy(bob, carol).send();
        assertThat(fixture.runs).hasValue(0);
        assertThat(fixture.replies()).hasSize(2).allMatch(fixture.replies().getFirst()::equals);
    }
}
