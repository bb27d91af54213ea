package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.action.ActionClass;
import io.muster.message.IssuerName;
import io.muster.security.Credentials;
import io.muster.security.Documents;
import io.muster.security.Issuance;
import io.muster.security.Leaf;
import io.muster.security.PayloadType;
import io.muster.security.TestFleet;
import io.muster.trust.RevocationList;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;

/** Whom a node obeys while the authority of its fleet is changed. */
class AuthorityChangeTest {
    @TempDir private Path directory;

    private static boolean obeys(NodeFixture fixture, Credentials operator) {
        var before = fixture.replies().size();
        var draft = fixture.draft("test.change", ActionClass.CHANGE);
        draft.sender = operator;
        draft.signer = operator;
        draft.send();
        if (fixture.audit().contains(draft.id.value())) {
            fixture.awaitReplies(before + 1);
            return true;
        }
        return false;
    }

    @Test
    void operatorsOfTheNewAuthorityAreObeyedOnceItIsTrustedAndThoseOfTheOldUntilItIsDropped()
            throws IOException {
        var fixture = new NodeFixture(directory);
        try {
            var old = new TestFleet[] {fixture.fleet};
            var next = fixture.fleet.successor();
            var alice = next.operator("alice");
            assertThat(obeys(fixture, alice)).isFalse();
            fixture.broadcast(old[0].signed(TestFleet.set(1, old[0], next)));
            assertThat(obeys(fixture, alice)).isTrue();
            assertThat(obeys(fixture, fixture.alice)).isTrue();
            fixture.broadcast(old[0].signed(TestFleet.set(2, next, old[0])));
            assertThat(obeys(fixture, fixture.alice)).isTrue();
            goOver(fixture, next);
            fixture.broadcast(next.signed(TestFleet.set(3, next)));
            assertThat(obeys(fixture, alice)).isTrue();
            assertThat(obeys(fixture, fixture.alice)).isFalse();
        } finally {
            fixture.close();
        }
    }

    private static void goOver(NodeFixture fixture, TestFleet next) {
        var certificate =
                new Issuance(new SecureRandom())
                        .leaf(
                                next.nodesIssuer(),
                                Leaf.of(fixture.node.identity(), fixture.node.key().publicKey()),
                                fixture.now(),
                                Duration.ofDays(30));
        fixture.node.renew(certificate, fixture.now());
    }

    @Test
    void theHelperGoesByTheNewAuthorityToo() throws IOException, InterruptedException {
        var helper = new HelperFixture(directory);
        try {
            var old = helper.node.fleet;
            var next = old.successor();
            helper.node.broadcast(old.signed(TestFleet.set(1, old, next)));
            await().atMost(Duration.ofSeconds(20))
                    .until(
                            () ->
                                    Files.readString(helper.trust())
                                            .equals(
                                                    TestFleet.trusting(TestFleet.set(1, old, next))
                                                            .pem()));
            var alice = next.operator("alice");
            await().atMost(Duration.ofSeconds(20))
                    .until(
                            () -> {
                                obeys(helper.node, alice);
                                return helper.runs.get() > 0;
                            });
        } finally {
            helper.close();
        }
    }

    @Test
    void aHelperThatWasAwayLearnsWhomToTrustBeforeAnythingElse()
            throws IOException, InterruptedException {
        var helper = new HelperFixture(directory);
        try {
            var old = helper.node.fleet;
            var next = old.successor();
            helper.stop();
            helper.node.broadcast(old.signed(TestFleet.set(1, old, next)));
            var list =
                    new RevocationList(
                            "test",
                            IssuerName.OPERATORS,
                            1_000_000_001,
                            helper.node.now(),
                            helper.node.now().plus(Duration.ofDays(7)),
                            List.of());
            helper.node.broadcast(
                    Documents.sign(next.operatorsIssuer(), PayloadType.REVOCATION, list.encode()));
            helper.node.broadcast(old.signed(TestFleet.set(2, next, old)));
            helper.node.stop();
            helper.restart();
            helper.node.startAgain();
            await().atMost(Duration.ofSeconds(20))
                    .until(
                            () ->
                                    helper.audit()
                                            .contains(
                                                    "revocation list 1000000001 of the operators"));
            assertThat(helper.trust())
                    .hasContent(TestFleet.trusting(TestFleet.set(2, next, old)).pem());
        } finally {
            helper.close();
        }
    }
}
