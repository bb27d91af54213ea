package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.action.ActionClass;
import io.muster.message.Bytes;
import io.muster.message.Identity;
import io.muster.message.IssuerName;
import io.muster.message.ListNumbers;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Reply;
import io.muster.message.Role;
import io.muster.node.trust.TrustRules;
import io.muster.security.Certificates;
import io.muster.security.Credentials;
import io.muster.security.Documents;
import io.muster.security.Issuance.Issuer;
import io.muster.security.PayloadType;
import io.muster.security.TestFleet;
import io.muster.trust.PolicyBundle;
import io.muster.trust.RevocationList;
import io.muster.trust.RevocationList.Revoked;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A node and the revocation lists that somebody hands it, or keeps from it. */
class RevocationTest {
    private static final Duration WEEK = Duration.ofDays(7);

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

    private static Revoked revoked(Credentials who) {
        return new Revoked(
                who.identity(),
                Certificates.serial(who.certificate()),
                who.certificate().getNotAfter().toInstant(),
                "stolen");
    }

    private RevocationList list(long number, Credentials... revoked) {
        return new RevocationList(
                "test",
                IssuerName.OPERATORS,
                number,
                fixture.now(),
                fixture.now().plus(WEEK),
                Arrays.stream(revoked).map(RevocationTest::revoked).toList());
    }

    private static Bytes signed(Issuer issuer, RevocationList list) {
        return Documents.sign(issuer, PayloadType.REVOCATION, list.encode());
    }

    private Bytes published(long number, Credentials... revoked) {
        return signed(fixture.fleet.operatorsIssuer(), list(number, revoked));
    }

    private boolean changes() {
        return state(fixture.draft("test.change", ActionClass.CHANGE)).isEmpty();
    }

    /** The reason why it is refused, if it is. */
    private String state(NodeFixture.Draft draft) {
        var before = fixture.replies().size();
        draft.send();
        var fresh = fixture.awaitReplies(before + 1).subList(before, before + 1);
        return reason(fresh.getFirst());
    }

    private static String reason(Reply reply) {
        return ((Reply.Answer.Final) reply.answer()).outcome()
                        instanceof Outcome.Refused(Reason reason, String _)
                ? reason.word()
                : "";
    }

    private boolean silentOn(NodeFixture.Draft draft) {
        var before = fixture.replies().size();
        draft.send();
        return fixture.replies().size() == before;
    }

    @Test
    void aRevokedOperatorIsNotHeardAnyMoreThoughItWasBefore() {
        assertThat(changes()).isTrue();
        fixture.broadcast(published(1, fixture.alice));
        assertThat(silentOn(fixture.draft("test.look", ActionClass.READ))).isTrue();
        assertThat(fixture.audit()).contains("revoked").contains("stolen");
    }

    @Test
    void whatSomebodyRevokedApprovesIsNotApproved() throws IOException {
        Files.writeString(
                directory.resolve("policy.json"),
                """
                {"rules":[{"effect":"allow","callers":["operator/alice"],
                  "actions":["test.change"],
                  "approvals":{"count":1,"by":["operator/bob"]}}]}
                """);
        var bob = fixture.fleet.operator("bob");
        var change = fixture.draft("test.change", ActionClass.CHANGE).approvedBy(bob);
        assertThat(state(change)).isEmpty();
        fixture.broadcast(published(1, bob));
        var again = fixture.draft("test.change", ActionClass.CHANGE).approvedBy(bob);
        assertThat(state(again)).isEqualTo(Reason.APPROVAL_MISSING.word());
    }

    @Test
    void aListIsKeptOverARestartAndNeverGivenUpForAnOlderOne() throws IOException {
        var old = published(1);
        fixture.broadcast(published(2, fixture.alice));
        fixture.broadcast(old);
        assertThat(silentOn(fixture.draft("test.look", ActionClass.READ))).isTrue();
        fixture.restart();
        assertThat(silentOn(fixture.draft("test.look", ActionClass.READ))).isTrue();
        fixture.broadcast(old);
        assertThat(silentOn(fixture.draft("test.look", ActionClass.READ))).isTrue();
        assertThat(fixture.audit()).contains("is older than what is in force here");
        // Only a newer one can take it back.
        fixture.broadcast(published(3));
        assertThat(state(fixture.draft("test.look", ActionClass.READ))).isEmpty();
    }

    @Test
    void nobodyButTheIssuerRevokes() {
        var bob = fixture.fleet.operator("bob");
        var list = list(1, fixture.alice);
        // The nodes issuer names an operator.
        fixture.broadcast(signed(fixture.fleet.nodesIssuer(), list));
        // An operator, a node.
        fixture.broadcast(bob.signer().sign(PayloadType.REVOCATION, list.encode()));
        fixture.broadcast(fixture.node.signer().sign(PayloadType.REVOCATION, list.encode()));
        // Another fleet of the same name.
        var other = new TestFleet("test", NodeFixture.NOON);
        fixture.broadcast(signed(other.operatorsIssuer(), list));
        assertThat(changes()).isTrue();
        assertThat(fixture.audit()).contains("wrong-role").contains("bad-signature");
    }

    @Test
    void whoHasHadAListChangesNothingWhenItIsTooOld() throws IOException {
        fixture.broadcast(published(1));
        assertThat(changes()).isTrue();
        fixture.pass(WEEK.plusSeconds(1));
        assertThat(state(fixture.draft("test.change", ActionClass.CHANGE)))
                .isEqualTo("lists-stale");
        assertThat(state(fixture.draft("test.look", ActionClass.READ))).isEmpty();
        fixture.restart();
        assertThat(state(fixture.draft("test.wipe", ActionClass.DESTRUCTIVE)))
                .isEqualTo("lists-stale");
        fixture.broadcast(published(2));
        assertThat(changes()).isTrue();
    }

    @Test
    void anOldListThatIsSentAgainIsNotFresh() {
        var list = published(1);
        fixture.broadcast(list);
        fixture.pass(WEEK.plusSeconds(1));
        fixture.broadcast(list);
        assertThat(state(fixture.draft("test.change", ActionClass.CHANGE)))
                .isEqualTo("lists-stale");
    }

    @Test
    void theNodesOwnLimitMayBeShorter() throws IOException {
        fixture.demand(new TrustRules(Duration.ofHours(1), false));
        fixture.restart();
        fixture.broadcast(published(1));
        fixture.pass(Duration.ofMinutes(61));
        assertThat(state(fixture.draft("test.change", ActionClass.CHANGE)))
                .isEqualTo("lists-stale");
    }

    @Test
    void aListMayBeDemandedFromTheFirstDay() throws IOException {
        assertThat(changes()).isTrue();
        fixture.demand(new TrustRules(WEEK, true));
        fixture.restart();
        assertThat(state(fixture.draft("test.change", ActionClass.CHANGE)))
                .isEqualTo("lists-stale");
        assertThat(state(fixture.draft("test.look", ActionClass.READ))).isEmpty();
        fixture.broadcast(published(1));
        assertThat(changes()).isTrue();
    }

    @Test
    void whoIsBehindTheSenderSaysSoAndChangesNothing() {
        fixture.broadcast(published(1));
        var ahead = fixture.draft("test.change", ActionClass.CHANGE);
        ahead.lists = new ListNumbers(2, 0);
        assertThat(state(ahead)).isEqualTo("lists-stale");
        var looking = fixture.draft("test.look", ActionClass.READ);
        looking.lists = new ListNumbers(2, 0);
        assertThat(state(looking)).isEmpty();
        fixture.broadcast(published(2));
        var again = fixture.draft("test.change", ActionClass.CHANGE);
        again.lists = new ListNumbers(2, 0);
        assertThat(state(again)).isEmpty();
    }

    @Test
    void whoIsKeptFromANewerPolicyThanTheSendersChangesNothing() {
        var ahead = fixture.draft("test.change", ActionClass.CHANGE);
        ahead.lists = new ListNumbers(0, 0, 4);
        assertThat(state(ahead)).isEqualTo("lists-stale");
        var looking = fixture.draft("test.look", ActionClass.READ);
        looking.lists = new ListNumbers(0, 0, 4);
        assertThat(state(looking)).isEmpty();
        fixture.broadcast(policy(4));
        var again = fixture.draft("test.change", ActionClass.CHANGE);
        again.lists = new ListNumbers(0, 0, 4);
        assertThat(state(again)).isEmpty();
        var behind = fixture.draft("test.look", ActionClass.READ);
        assertThat(state(behind)).isEmpty();
        assertThat(fixture.replies().getLast().lists()).contains(new ListNumbers(0, 0, 4));
    }

    /** A bundle that lets everybody do everything. */
    private Bytes policy(long number) {
        var all =
                "{\"rules\":[{\"effect\":\"allow\",\"callers\":[\"operator/*\"],"
                        + "\"actions\":[\"*\"]}]}";
        var bundle =
                new PolicyBundle(
                        fixture.fleet.name(),
                        number,
                        fixture.now(),
                        List.of(new PolicyBundle.Part(Map.of(), all)));
        return Documents.sign(fixture.fleet.operatorsIssuer(), PayloadType.POLICY, bundle.encode());
    }

    @Test
    void aSenderThatIsBehindIsTold() {
        fixture.broadcast(published(5));
        assertThat(state(fixture.draft("test.look", ActionClass.READ))).isEmpty();
        assertThat(fixture.replies().getLast().lists()).contains(new ListNumbers(5, 0));
        var informed = fixture.draft("test.look", ActionClass.READ);
        informed.lists = new ListNumbers(5, 0);
        assertThat(state(informed)).isEmpty();
        assertThat(fixture.replies().getLast().lists()).isEmpty();
    }

    @Test
    void aDamagedListStopsChangesUntilThereIsANewOne() throws IOException {
        fixture.broadcast(published(1));
        fixture.stop();
        Files.writeString(directory.resolve("state/trust/operators.json"), "{");
        fixture.startAgain();
        assertThat(state(fixture.draft("test.change", ActionClass.CHANGE)))
                .isEqualTo("lists-stale");
        assertThat(state(fixture.draft("test.look", ActionClass.READ))).isEmpty();
        fixture.broadcast(published(2));
        assertThat(changes()).isTrue();
    }

    @Test
    void aNewCertificateForTheSamePersonIsAnother() {
        fixture.broadcast(published(1, fixture.alice));
        var anew =
                fixture.fleet.credentials(
                        fixture.fleet.operatorsIssuer(),
                        new Identity("test", Role.OPERATOR, "alice"),
                        Duration.ofDays(1));
        var draft = fixture.draft("test.change", ActionClass.CHANGE);
        draft.signer = anew;
        assertThat(state(draft)).isEmpty();
    }

    @Test
    void twoListsOfOneNumberAreAnAlarm() {
        fixture.broadcast(published(1));
        fixture.broadcast(published(1, fixture.alice));
        assertThat(fixture.audit()).contains("came twice, with different content");
        assertThat(changes()).isTrue();
    }

    @Test
    void whatItGoesByItTells() {
        fixture.broadcast(published(4));
        var before = fixture.replies().size();
        fixture.draft("trust.status", ActionClass.READ).send();
        var outcome =
                ((Reply.Answer.Final) fixture.awaitReplies(before + 1).getLast().answer())
                        .outcome();
        assertThat(outcome.result().members()).containsKey("operators_issued");
        assertThat(outcome.message()).contains("revocation list 4");
    }
}
