package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.action.ActionClass;
import io.muster.message.Bytes;
import io.muster.message.IssuerName;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Reply;
import io.muster.message.ReplyAddress;
import io.muster.message.RequestId;
import io.muster.security.Certificates;
import io.muster.security.Credentials;
import io.muster.security.Documents;
import io.muster.security.PayloadType;
import io.muster.security.TestFleet;
import io.muster.trust.Lock;
import io.muster.trust.LockTarget;
import io.muster.trust.Release;
import io.muster.trust.RevocationList;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A node and the locks that somebody wants it to obey. */
class LockingTest {
    private static final String POLICY =
            """
            {"rules":[
             {"effect":"allow","callers":["operator/*"],"actions":["test.*","test.wipe"]},
             {"effect":"allow","callers":["operator/alice","operator/carol"],
              "actions":["trust.*"]}]}
            """;

    @TempDir private Path directory;
    private NodeFixture fixture;
    private Credentials bob;
    private Credentials carol;
    private int ids;

    @BeforeEach
    void start() throws IOException {
        fixture = new NodeFixture(directory);
        bob = fixture.fleet.operator("bob");
        carol = fixture.fleet.operator("carol");
        fixture.policy(POLICY);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private Lock lock(Credentials by, String target, Optional<Duration> ttl) {
        return new Lock(
                new RequestId("%032x".formatted(++ids)),
                "test",
                by.identity(),
                LockTarget.parse(target),
                "just so",
                fixture.now(),
                ttl.map(fixture.now()::plus));
    }

    private static Bytes signed(Credentials by, Lock lock) {
        return by.signer().sign(PayloadType.LOCK, lock.encode());
    }

    private Lock locked(Credentials by, String target) {
        var lock = lock(by, target, Optional.empty());
        fixture.broadcast(signed(by, lock));
        return lock;
    }

    private Bytes release(Credentials by, Lock lock) {
        var release = new Release(lock.id(), "test", Optional.of(by.identity()), "", fixture.now());
        return by.signer().sign(PayloadType.RELEASE, release.encode());
    }

    /** The reason why it is refused, if it is. */
    private String asks(Credentials who, String action, ActionClass actionClass) {
        var draft = fixture.draft(action, actionClass);
        draft.sender = who;
        draft.signer = who;
        draft.replyTo = ReplyAddress.of(who.identity(), Integer.toHexString(++ids + 16));
        var inbox = fixture.listen(draft.replyTo);
        draft.send();
        var reply = inbox.next();
        return ((Reply.Answer.Final) reply.answer()).outcome()
                        instanceof Outcome.Refused(Reason reason, String _)
                ? reason.word()
                : "";
    }

    private String changes(Credentials who) {
        return asks(who, "test.change", ActionClass.CHANGE);
    }

    private String looks(Credentials who) {
        return asks(who, "test.look", ActionClass.READ);
    }

    private String wipes(Credentials who) {
        return asks(who, "test.wipe", ActionClass.DESTRUCTIVE);
    }

    @Test
    void aLockedOperatorIsRefusedAtOnceAndNobodyElse() {
        assertThat(changes(bob)).isEmpty();
        locked(fixture.alice, "operator/bob");
        assertThat(changes(bob)).isEqualTo("locked");
        assertThat(looks(bob)).isEqualTo("locked");
        assertThat(changes(carol)).isEmpty();
        assertThat(fixture.audit()).contains("operator/bob locked by operator/alice: just so");
    }

    @Test
    void oneKeyOfSomebodyIsLockedAndAnotherIsNot() {
        locked(fixture.alice, "key:" + Certificates.keyid(bob.certificate()));
        assertThat(changes(bob)).isEqualTo("locked");
        assertThat(changes(fixture.fleet.operator("bob"))).isEmpty();
    }

    @Test
    void classesActionsAndEverythingAreLockedForAllAndLookingGoesOn() {
        var destructive = locked(fixture.alice, "class:destructive");
        assertThat(wipes(fixture.alice)).isEqualTo("locked");
        assertThat(changes(fixture.alice)).isEmpty();
        fixture.broadcast(release(fixture.alice, destructive));
        var action = locked(fixture.alice, "action:test.change");
        assertThat(changes(fixture.alice)).isEqualTo("locked");
        assertThat(wipes(fixture.alice)).isEmpty();
        fixture.broadcast(release(fixture.alice, action));
        locked(fixture.alice, "all");
        assertThat(changes(fixture.alice)).isEqualTo("locked");
        assertThat(wipes(fixture.alice)).isEqualTo("locked");
        assertThat(looks(fixture.alice)).isEmpty();
    }

    @Test
    void aReleaseOpensAgainAndTheOldLockDoesNotComeBack() throws IOException {
        var lock = lock(fixture.alice, "operator/bob", Optional.empty());
        fixture.broadcast(signed(fixture.alice, lock));
        fixture.broadcast(release(carol, lock));
        assertThat(changes(bob)).isEmpty();
        fixture.broadcast(signed(fixture.alice, lock));
        assertThat(changes(bob)).isEmpty();
        fixture.restart();
        fixture.broadcast(signed(fixture.alice, lock));
        assertThat(changes(bob)).isEmpty();
    }

    @Test
    void aReplayedReleaseEndsNoOtherLock() {
        var first = locked(fixture.alice, "operator/bob");
        var released = release(fixture.alice, first);
        fixture.broadcast(released);
        locked(fixture.alice, "operator/bob");
        fixture.broadcast(released);
        assertThat(changes(bob)).isEqualTo("locked");
    }

    @Test
    void locksOutliveTheNodeAgent() throws IOException {
        var lock = locked(fixture.alice, "operator/bob");
        fixture.restart();
        assertThat(changes(bob)).isEqualTo("locked");
        fixture.broadcast(release(fixture.alice, lock));
        fixture.restart();
        assertThat(changes(bob)).isEmpty();
    }

    @Test
    void whoMayNotLockDoesNotLockNorRelease() {
        locked(bob, "operator/alice");
        assertThat(changes(fixture.alice)).isEmpty();
        assertThat(fixture.audit()).contains("no rule allows it trust.lock");
        var lock = locked(fixture.alice, "operator/carol");
        fixture.broadcast(release(bob, lock));
        assertThat(changes(carol)).isEqualTo("locked");
    }

    @Test
    void whoIsLockedCannotUnlockHimselfNorLockOthers() {
        var lock = locked(fixture.alice, "operator/carol");
        fixture.broadcast(release(carol, lock));
        assertThat(changes(carol)).isEqualTo("locked");
        locked(carol, "operator/alice");
        assertThat(changes(fixture.alice)).isEmpty();
    }

    @Test
    void aForgedLockLocksNobody() {
        var lock = lock(fixture.alice, "operator/bob", Optional.empty());
        // Signed by another, by a node, by another fleet's Alice; altered on the way.
        fixture.broadcast(signed(carol, lock));
        fixture.broadcast(fixture.node.signer().sign(PayloadType.LOCK, lock.encode()));
        var stranger = new TestFleet("test", NodeFixture.NOON).operator("alice");
        fixture.broadcast(signed(stranger, lock));
        // What was signed as a release or a request is no lock.
        fixture.broadcast(fixture.alice.signer().sign(PayloadType.RELEASE, lock.encode()));
        assertThat(changes(bob)).isEmpty();
        assertThat(fixture.audit()).contains("bad-signature").contains("bad-certificate");
    }

    @Test
    void aThiefOfAnOperatorKeyWhoLocksEverybodyOutIsUndoneByTheAuthority() {
        // Carol's key is stolen, and it may lock.
        var first = locked(carol, "operator/alice");
        var second = locked(carol, "all");
        assertThat(changes(fixture.alice)).isEqualTo("locked");
        fixture.broadcast(release(fixture.alice, second));
        assertThat(changes(bob)).isEqualTo("locked");
        var list =
                new RevocationList(
                        "test",
                        IssuerName.OPERATORS,
                        1,
                        fixture.now(),
                        fixture.now().plus(Duration.ofDays(7)),
                        List.of(
                                new RevocationList.Revoked(
                                        carol.identity(),
                                        Certificates.serial(carol.certificate()),
                                        fixture.now().plus(Duration.ofDays(365)),
                                        "stolen")));
        var issuer = fixture.fleet.operatorsIssuer();
        fixture.broadcast(Documents.sign(issuer, PayloadType.REVOCATION, list.encode()));
        for (var lock : List.of(first, second)) {
            var release = new Release(lock.id(), "test", Optional.empty(), "thief", fixture.now());
            fixture.broadcast(Documents.sign(issuer, PayloadType.RELEASE, release.encode()));
        }
        assertThat(changes(fixture.alice)).isEmpty();
        locked(carol, "operator/alice");
        assertThat(changes(fixture.alice)).isEmpty();
    }

    @Test
    void aLockWithATimeEndsByItself() {
        fixture.broadcast(
                signed(
                        fixture.alice,
                        lock(fixture.alice, "operator/bob", Optional.of(Duration.ofHours(1)))));
        assertThat(changes(bob)).isEqualTo("locked");
        fixture.pass(Duration.ofMinutes(61));
        assertThat(changes(bob)).isEmpty();
    }

    @Test
    void locksThatCannotBeReadStopChanges() throws IOException {
        locked(fixture.alice, "operator/bob");
        fixture.stop();
        Files.writeString(directory.resolve("state/trust/locks.json"), "{}");
        fixture.startAgain();
        assertThat(changes(fixture.alice)).isEqualTo("lists-stale");
        assertThat(looks(fixture.alice)).isEmpty();
    }

    @Test
    void itTellsWhatIsLocked() {
        var lock = locked(fixture.alice, "operator/bob");
        var before = fixture.replies().size();
        fixture.draft("trust.status", ActionClass.READ).send();
        var reply = fixture.awaitReplies(before + 1).getLast();
        var outcome = ((Reply.Answer.Final) reply.answer()).outcome();
        assertThat(outcome.result().toString()).contains(lock.id().value());
    }
}
