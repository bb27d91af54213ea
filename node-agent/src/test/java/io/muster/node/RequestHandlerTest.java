package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.action.ActionClass;
import io.muster.message.Bytes;
import io.muster.message.Collective;
import io.muster.message.Identity;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.ReplyAddress;
import io.muster.message.Role;
import io.muster.message.Value.Fields;
import io.muster.security.Envelope;
import io.muster.security.PayloadType;
import io.muster.security.TestFleet;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

class RequestHandlerTest extends HandledRequests {
    /** Nothing was done or said; a genuine request after it still is. */
    private void droppedAs(String why) {
        assertThat(fixture.runs).hasValue(0);
        assertThat(fixture.replies()).isEmpty();
        assertThat(fixture.audit()).contains("\"kind\":\"dropped\",\"why\":\"" + why + "\"");
        look().send();
        assertThat(outcome()).isEqualTo(Outcome.ok("done"));
    }

    @Test
    void aGenuineRequestIsDoneOnceAndAnsweredOnceBoundToItsBytes() {
        var draft = change();
        var message = draft.message();
        fixture.deliver(message);
        assertThat(outcome()).isEqualTo(Outcome.ok("done"));
        var reply = fixture.replies().getFirst();
        assertThat(reply.request()).isEqualTo(draft.id);
        assertThat(reply.digest()).isEqualTo(Envelope.decode(message).payload().sha256().hex());
        assertThat(reply.sender()).isEqualTo(fixture.node.identity());
        assertThat(fixture.runs).hasValue(1);
        assertThat(fixture.audit().indexOf("accepted"))
                .isPositive()
                .isLessThan(fixture.audit().indexOf("finished"));
    }

    @Test
    void aLookThatWentWellIsOneLine() {
        look().send();
        assertThat(outcome()).isEqualTo(Outcome.ok("done"));
        assertThat(fixture.replies().getFirst().audit()).isEmpty();
        assertThat(fixture.audit())
                .containsOnlyOnce("\"kind\":\"accepted\"")
                .contains("\"decision\":\"allowed\",\"rule\":\"rule 1\"")
                .doesNotContain("\"kind\":\"finished\"");
    }

    @Test
    void theAnswerToAChangeNamesTheRecordOfItsEnd() {
        fixture.draft("test.change", ActionClass.CHANGE).send();
        assertThat(outcome()).isEqualTo(Outcome.ok("done"));
        var head = fixture.replies().getFirst().audit().orElseThrow();
        assertThat(fixture.audit().lines())
                .anyMatch(
                        line ->
                                line.contains("\"kind\":\"finished\"")
                                        && line.contains("\"sequence\":" + head.sequence())
                                        && line.contains("\"hash\":\"" + head.hash()));
    }

    @Test
    void aBroadcastWithoutTargetsIsAnsweredByNodesThatMatch() {
        var draft = look();
        draft.targets = Optional.empty();
        fixture.broadcast(draft.message());
        assertThat(outcome()).isEqualTo(Outcome.ok("done"));
    }

    @Test
    void aBroadcastThatDoesNotMatchGetsNoAnswer() {
        var draft = look();
        draft.targets = Optional.empty();
        draft.filter = facts("role=web");
        fixture.broadcast(draft.message());
        look().send();
        assertThat(outcome()).isEqualTo(Outcome.ok("done"));
        assertThat(fixture.runs).hasValue(1);
    }

    @Test
    void aNamedTargetThatDoesNotMatchSaysSo() {
        var draft = look();
        draft.filter = facts("role=web");
        draft.send();
        refusedFor(Reason.FILTER_MISMATCH);
    }

    @Test
    void aRequestForOthersIsNobodysBusinessHere() {
        var draft = change();
        draft.targets = Optional.of(List.of(new NodeId("n2")));
        draft.send();
        look().send();
        assertThat(outcome()).isEqualTo(Outcome.ok("done"));
        assertThat(fixture.runs).hasValue(1);
    }

    @Test
    void aNodeWithAStolenKeyCannotCommand() {
        var draft = change();
        draft.signer = fixture.fleet.node("n2");
        draft.send();
        droppedAs("wrong-role");
    }

    @Test
    void aRequestInTheNameOfAnotherIsDropped() {
        var draft = change();
        draft.signer = fixture.fleet.operator("mallory");
        draft.send();
        droppedAs("bad-signature");
    }

    @Test
    void repliesCannotBeSentToSomebodyElse() {
        var draft = change();
        draft.replyTo = ReplyAddress.of(new Identity("test", Role.OPERATOR, "mallory"), "1");
        draft.send();
        droppedAs("bad-signature");
    }

    @Test
    void anOperatorOfAnotherAuthorityIsNobody() {
        var draft = change();
        draft.signer = new TestFleet("test", NodeFixture.NOON).operator("alice");
        draft.send();
        droppedAs("bad-certificate");
    }

    @Test
    void anAlteredPayloadIsDropped() {
        var envelope = Envelope.decode(change().message());
        var other = change();
        other.arguments = Fields.EMPTY.with("word", "evil");
        fixture.deliver(
                new Envelope(
                                envelope.type(),
                                other.request().encode(),
                                envelope.signatures(),
                                envelope.certificates())
                        .encode());
        droppedAs("bad-signature");
    }

    @Test
    void aReplyOrAnnouncementIsNoRequest() {
        fixture.deliver(
                fixture.alice.signer().sign(PayloadType.REPLY, change().request().encode()));
        droppedAs("wrong-type");
    }

    @Test
    void whatIsNoEnvelopeIsDropped() {
        fixture.deliver(Bytes.utf8("rm -rf /"));
        droppedAs("malformed");
    }

    @Test
    void aSignedPayloadThatIsNoRequestIsDropped() {
        fixture.deliver(fixture.alice.signer().sign(PayloadType.REQUEST, Bytes.utf8("{\"id\":1}")));
        droppedAs("malformed");
    }

    @Test
    void anotherFleetOrCollectiveIsRefused() {
        var draft = change();
        draft.collective = new Collective("other");
        draft.send();
        refusedFor(Reason.WRONG_FLEET);
        fixture.replies().clear();
        var second = change();
        second.fleetName = "production";
        second.send();
        refusedFor(Reason.WRONG_FLEET);
    }

    @Test
    void whatMustBeUnderstoodAndIsNotIsRefused() {
        var draft = change();
        draft.critical = List.of("approvals");
        draft.send();
        refusedFor(Reason.NOT_UNDERSTOOD);
    }

    @Test
    void denyWinsAndTheUnnamedIsDenied() {
        fixture.draft("test.forbidden", ActionClass.READ).send();
        refusedFor(Reason.POLICY);
        fixture.replies().clear();
        fixture.draft("test.unnamed", ActionClass.DESTRUCTIVE).send();
        refusedFor(Reason.POLICY);
        fixture.replies().clear();
        var bob = fixture.fleet.operator("bob");
        var draft = look();
        draft.sender = bob;
        draft.signer = bob;
        draft.replyTo = ReplyAddress.of(bob.identity(), "1");
        draft.send();
        assertThat(fixture.runs).hasValue(0);
        assertThat(fixture.audit()).contains("no rule allows operator/bob to do test.look");
    }

    @Test
    void aPolicyThatCannotBeReadLeavesTheLastGoodOneInForce() throws IOException {
        look().send();
        assertThat(outcome()).isEqualTo(Outcome.ok("done"));
        fixture.replies().clear();
        Files.writeString(directory.resolve("policy.json"), "{\"rules\":[],\"ruels\":[]}");
        look().send();
        assertThat(outcome()).isEqualTo(Outcome.ok("done"));
        fixture.replies().clear();
        Files.writeString(directory.resolve("policy.json"), "{\"rules\":[]}");
        fixture.runs.set(0);
        look().send();
        refusedFor(Reason.POLICY);
    }

    @Test
    void anUnknownActionAWrongClassAndABadInputAreRefused() {
        fixture.draft("test.nothing", ActionClass.READ).send();
        refusedFor(Reason.UNKNOWN_ACTION);
        fixture.replies().clear();
        fixture.draft("test.wipe", ActionClass.READ).send();
        refusedFor(Reason.CLASS_MISMATCH);
        fixture.replies().clear();
        var draft = look();
        draft.arguments = Fields.EMPTY.with("word", "NOT lower").with("more", 1);
        draft.send();
        refusedFor(Reason.INVALID_INPUT);
        fixture.replies().clear();
        var dry = look();
        dry.dryRun = true;
        dry.send();
        refusedFor(Reason.NO_DRY_RUN);
    }

    @Test
    void anActionThatHangsIsAnsweredWhenItsTimeIsUp() {
        fixture.draft("test.hang", ActionClass.CHANGE).send();
        assertThat(outcome())
                .isInstanceOfSatisfying(
                        Outcome.Failed.class, f -> assertThat(f.code()).isEqualTo("timeout"));
    }

    @Test
    void anActionThatBreaksIsAnsweredAndTheNodeGoesOn() {
        fixture.draft("test.break", ActionClass.CHANGE).send();
        assertThat(outcome())
                .isInstanceOfSatisfying(
                        Outcome.Failed.class, f -> assertThat(f.code()).isEqualTo("defect"));
        fixture.replies().clear();
        look().send();
        assertThat(outcome()).isEqualTo(Outcome.ok("done"));
    }

    @Test
    void aFloodWithOneKeyIsSlowedDownAndSummarised() {
        for (int i = 0; i < 700; i++) {
            look().send();
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> fixture.replies().size() >= 600);
        assertThat(fixture.runs.get()).isLessThanOrEqualTo(600);
        assertThat(fixture.audit()).contains("\"why\":\"flood\"");
        assertThat(fixture.audit().lines().filter(line -> line.contains("flood")).count())
                .isLessThanOrEqualTo(20);
        fixture.pass(Duration.ofSeconds(10));
        fixture.replies().clear();
        look().send();
        assertThat(outcome()).isEqualTo(Outcome.ok("done"));
    }
}
