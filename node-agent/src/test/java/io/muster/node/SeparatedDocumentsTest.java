package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.action.ActionClass;
import io.muster.message.Bytes;
import io.muster.message.IssuerName;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.RequestId;
import io.muster.node.helper.Word;
import io.muster.security.Certificates;
import io.muster.security.Documents;
import io.muster.security.PayloadType;
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

/** Documents that come while the root helper is away, or before there is one. */
class SeparatedDocumentsTest {
    @TempDir private Path directory;
    private HelperFixture helper;

    @BeforeEach
    void start() throws IOException {
        helper = new HelperFixture(directory);
    }

    @AfterEach
    void stop() throws InterruptedException {
        helper.close();
    }

    private Lock lock(int number, String target) {
        return new Lock(
                new RequestId("%032x".formatted(number)),
                "test",
                helper.node.alice.identity(),
                LockTarget.parse(target),
                "just so",
                helper.node.now(),
                Optional.empty());
    }

    private Bytes signed(Lock lock) {
        return helper.node.alice.signer().sign(PayloadType.LOCK, lock.encode());
    }

    private Bytes released(Lock lock) {
        var alice = helper.node.alice;
        var release =
                new Release(lock.id(), "test", Optional.of(alice.identity()), "", lock.issued());
        return alice.signer().sign(PayloadType.RELEASE, release.encode());
    }

    private Bytes revokingAlice() {
        var alice = helper.node.alice;
        var list =
                new RevocationList(
                        "test",
                        IssuerName.OPERATORS,
                        1,
                        helper.node.now(),
                        helper.node.now().plus(Duration.ofDays(7)),
                        List.of(
                                new RevocationList.Revoked(
                                        alice.identity(),
                                        Certificates.serial(alice.certificate()),
                                        alice.certificate().getNotAfter().toInstant(),
                                        "stolen")));
        return Documents.sign(
                helper.node.fleet.operatorsIssuer(), PayloadType.REVOCATION, list.encode());
    }

    private Bytes change() {
        return helper.node.draft("test.change", ActionClass.CHANGE).message();
    }

    private void audits(String text) {
        await().atMost(Duration.ofSeconds(20)).until(() -> helper.audit().contains(text));
    }

    /** What somebody hears who has the node agent's user, and asks the helper himself. */
    private void assertLocked() throws IOException {
        HelperFixture.assertRefused(helper.ask(change()), Reason.LOCKED);
    }

    @Test
    void whatComesReachesTheHelperAtOnce() throws IOException {
        helper.node.broadcast(signed(lock(1, "action:test.change")));
        audits("locked by operator/alice");
        assertLocked();
    }

    @Test
    void aLockThatCameWhileItWasAwayHoldsWithinAMinuteOfItsReturn() throws Exception {
        helper.stop();
        helper.node.broadcast(signed(lock(1, "action:test.change")));
        helper.restart();
        helper.node.minute();
        audits("locked by operator/alice");
        assertLocked();
        assertThat(helper.runs).hasValue(0);
    }

    @Test
    void whatCameInAnEarlierLifeIsToldAtTheStart() throws Exception {
        helper.stop();
        helper.node.broadcast(signed(lock(1, "action:test.change")));
        helper.node.broadcast(revokingAlice());
        helper.node.stop();
        helper.restart();
        helper.node.startAgain();
        audits("locked by operator/alice");
        audits("revocation list 1 of the operators issuer");
        assertThat(helper.ask(change())).isEqualTo(new Word.Ignored());
        assertThat(helper.runs).hasValue(0);
    }

    @Test
    void whatIsOverIsNotToldAsIfItHeld() throws Exception {
        helper.stop();
        var first = lock(1, "action:test.change");
        helper.node.broadcast(signed(first));
        helper.node.broadcast(released(first));
        helper.restart();
        helper.node.minute();
        audits("released by operator/alice");
        assertThat(helper.ask(change())).isEqualTo(new Word.Done(Outcome.ok("done")));
    }

    @Test
    void whatTheHelperCannotBringToItsDiskItIsToldAgain() throws Exception {
        var inTheWay = Files.writeString(helper.state.resolve("trust"), "");
        helper.node.broadcast(signed(lock(1, "action:test.change")));
        audits("cannot be written");
        Files.delete(inTheWay);
        helper.restart();
        assertThat(helper.ask(change())).isEqualTo(new Word.Done(Outcome.ok("done")));
        helper.node.minute();
        await().atMost(Duration.ofSeconds(20))
                .until(() -> Files.exists(helper.state.resolve("trust/locks.json")));
        assertLocked();
    }

    @Test
    void whatIsNoDocumentIsHeardToNoAvail() throws IOException {
        assertThat(helper.ask(new Word.Tell(Bytes.utf8("not even JSON"))))
                .isEqualTo(new Word.Heard());
        assertThat(helper.ask(new Word.Tell(change()))).isEqualTo(new Word.Heard());
        var forged = helper.node.node.signer().sign(PayloadType.LOCK, lock(1, "all").encode());
        assertThat(helper.ask(new Word.Tell(forged))).isEqualTo(new Word.Heard());
        assertThat(helper.runs).hasValue(0);
        assertThat(helper.ask(change())).isEqualTo(new Word.Done(Outcome.ok("done")));
    }
}
