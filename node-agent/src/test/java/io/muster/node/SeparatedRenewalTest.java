package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.message.Bytes;
import io.muster.message.Identity;
import io.muster.message.IssuerName;
import io.muster.message.NodeId;
import io.muster.message.Role;
import io.muster.node.helper.Word;
import io.muster.security.Attributes;
import io.muster.security.Certificates;
import io.muster.security.Documents;
import io.muster.security.Ed25519Key;
import io.muster.security.Issuance;
import io.muster.security.Leaf;
import io.muster.security.PayloadType;
import io.muster.security.Pem;
import io.muster.security.SealingKey;
import io.muster.security.TestFleet;
import io.muster.trust.RevocationList;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** How a certificate that the node agent got renewed comes to the root helper, and which do not. */
class SeparatedRenewalTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Duration DAY = Duration.ofDays(1);

    @TempDir private Path directory;
    private HelperFixture helper;

    @BeforeEach
    void start() throws IOException {
        helper = new HelperFixture(directory);
        helper.node.pass(DAY);
    }

    @AfterEach
    void stop() throws InterruptedException {
        helper.close();
    }

    /** A good one, in parts that a test may change. */
    private Leaf leaf() {
        var node = helper.node.node;
        return Leaf.of(node.identity(), node.key().publicKey())
                .attested(attested(), 1)
                .sealedTo(Certificates.sealingKey(node.certificate()));
    }

    private Attributes attested() {
        return new Attributes(Certificates.attributes(helper.node.node.certificate()));
    }

    private static X509Certificate issued(Issuance.Issuer issuer, Leaf leaf, Instant from) {
        return new Issuance(RANDOM).leaf(issuer, leaf, from, Duration.ofDays(30));
    }

    private X509Certificate issued(Leaf leaf) {
        return issued(helper.node.fleet.nodesIssuer(), leaf, helper.node.now());
    }

    private X509Certificate known() {
        return Pem.certificates(helper.state.resolve("node.crt")).getFirst();
    }

    private void assertRefused(X509Certificate certificate, String why) throws IOException {
        assertRefused(Certificates.der(certificate), why);
    }

    private void assertRefused(Bytes certificate, String why) throws IOException {
        assertThat(helper.ask(new Word.Renewed(certificate))).isEqualTo(new Word.Ignored());
        assertThat(known()).isEqualTo(helper.node.node.certificate());
        assertThat(helper.audit()).contains("a certificate for this node: " + why);
    }

    @Test
    void theRenewedOneIsBroughtVerifiedAndKept() throws Exception {
        var fresh = issued(leaf());
        helper.node.own.renew(fresh, helper.node.now());
        helper.node.minute();
        await().atMost(Duration.ofSeconds(20)).until(() -> known().equals(fresh));
        helper.restart();
        assertThat(helper.ask(new Word.Renewed(Certificates.der(fresh))))
                .isEqualTo(new Word.Heard());
        assertThat(helper.audit()).containsOnlyOnce("certificate renewed");
    }

    @Test
    void oneThatWasRenewedWhileTheHelperWasAwayIsBroughtLater() throws Exception {
        helper.stop();
        var fresh = issued(leaf());
        helper.node.own.renew(fresh, helper.node.now());
        helper.node.minute();
        helper.restart();
        helper.node.minute();
        await().atMost(Duration.ofSeconds(20)).until(() -> known().equals(fresh));
    }

    @Test
    void aChangeOfTheAuthorityThatItMissedIsToldInItsOrderBeforeTheCertificate() throws Exception {
        helper.stop();
        var old = helper.node.fleet;
        var next = old.successor();
        helper.node.broadcast(old.signed(TestFleet.set(1, old, next)));
        helper.node.broadcast(old.signed(TestFleet.set(2, next, old)));
        var fresh = issued(next.nodesIssuer(), leaf(), helper.node.now());
        helper.node.own.renew(fresh, helper.node.now());
        helper.node.broadcast(next.signed(TestFleet.set(3, next)));
        helper.node.stop();
        helper.restart();
        helper.node.startAgain();
        await().atMost(Duration.ofSeconds(20)).until(() -> known().equals(fresh));
        assertThat(Files.readString(helper.trust()))
                .isEqualTo(TestFleet.trusting(TestFleet.set(3, next)).pem());
    }

    @Test
    void oneThatNobodyOfTheFleetIssuedIsRefused() throws IOException {
        assertRefused(Bytes.utf8("no certificate"), "not a certificate");
        var strangers = new TestFleet("test", helper.node.now()).nodesIssuer();
        assertRefused(issued(strangers, leaf(), helper.node.now()), "not issued by");
        var forged = Certificates.der(issued(leaf())).toArray();
        forged[forged.length - 1] ^= 1;
        assertRefused(Bytes.wrap(forged), "not issued by");
        assertRefused(
                issued(helper.node.fleet.operatorsIssuer(), leaf(), helper.node.now()),
                "not issued by");
    }

    @Test
    void oneOfSomebodyElseIsRefused() throws IOException {
        var key = helper.node.node.key().publicKey();
        var other = Identity.node("test", new NodeId("n2"));
        assertRefused(issued(Leaf.of(other, key)), "of node/n2");
        var operator = new Identity("test", Role.OPERATOR, "n1");
        assertRefused(
                issued(
                        helper.node.fleet.operatorsIssuer(),
                        Leaf.of(operator, key),
                        helper.node.now()),
                "of operator/n1");
    }

    @Test
    void oneOfAnotherKeyIsRefused() throws IOException {
        var stolen = Ed25519Key.generate(RANDOM).publicKey();
        assertRefused(
                issued(Leaf.of(helper.node.node.identity(), stolen).sealedTo(leaf().sealing())),
                "of another key");
    }

    /** The sealing key above all: what was sealed to it later could be opened by somebody else. */
    @Test
    void oneThatAttestsSomethingElseIsRefused() throws IOException {
        var stolen = SealingKey.generate(RANDOM).publicKey();
        assertRefused(issued(leaf().sealedTo(Optional.of(stolen))), "attests something else");
        assertRefused(issued(leaf().sealedTo(Optional.empty())), "attests something else");
        assertRefused(
                issued(leaf().attested(Attributes.parse("site=elsewhere"), 1)),
                "attests something else");
        assertRefused(issued(leaf().attested(attested(), 2)), "attests something else");
    }

    @Test
    void oneThatIsOlderEndedOrRevokedIsRefused() throws IOException {
        var issuer = helper.node.fleet.nodesIssuer();
        assertRefused(
                issued(issuer, leaf(), NodeFixture.NOON.minus(DAY)),
                "older than the one that is known");
        assertRefused(issued(issuer, leaf(), NodeFixture.NOON.minus(DAY.multipliedBy(60))), "exp");
        assertRefused(issued(issuer, leaf(), helper.node.now().plus(DAY)), "not valid before");
        var fresh = issued(leaf());
        helper.ask(new Word.Tell(revoking(fresh)));
        assertRefused(fresh, "");
    }

    private Bytes revoking(X509Certificate certificate) {
        var list =
                new RevocationList(
                        "test",
                        IssuerName.NODES,
                        1,
                        helper.node.now(),
                        helper.node.now().plus(Duration.ofDays(7)),
                        List.of(
                                new RevocationList.Revoked(
                                        Certificates.identity(certificate),
                                        Certificates.serial(certificate),
                                        certificate.getNotAfter().toInstant(),
                                        "cloned")));
        return Documents.sign(
                helper.node.fleet.nodesIssuer(), PayloadType.REVOCATION, list.encode());
    }

    @Test
    void oneThatCannotBeWrittenIsToldAgain() throws Exception {
        var fresh = issued(leaf());
        var certificate = helper.state.resolve("node.crt");
        Files.delete(certificate);
        Files.createDirectories(certificate.resolve("in-the-way"));
        assertThat(helper.ask(new Word.Renewed(Certificates.der(fresh))))
                .isEqualTo(new Word.Unkept());
        Files.delete(certificate.resolve("in-the-way"));
        Files.delete(certificate);
        assertThat(helper.ask(new Word.Renewed(Certificates.der(fresh))))
                .isEqualTo(new Word.Heard());
        assertThat(known()).isEqualTo(fresh);
    }
}
