package io.muster.hub.enrolment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.enrolment.Applicant;
import io.muster.enrolment.JoinAnswer;
import io.muster.enrolment.JoinAnswer.Granted;
import io.muster.enrolment.JoinAnswer.Pending;
import io.muster.enrolment.JoinRequest;
import io.muster.enrolment.SealingClaim;
import io.muster.message.NodeId;
import io.muster.security.Certificates;
import io.muster.security.SealingKey;
import io.muster.security.SealingPublicKey;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;

/** What is in the certificates that are handed out, and when there is another. */
class GrantedCertificatesTest extends Enrolling {
    @Test
    void pastHalfOfItsLifeACertificateIsRenewedForTheSameKeyAndId() {
        var key = fleet.key();
        fleet.join(key, "web01", fleet.token());
        fleet.now = fleet.now.plus(Duration.ofDays(16));
        var renewed = fleet.ask(key, "web01");
        assertThat(identity(renewed)).isEqualTo("node/web01");
        assertThat(fleet.ask(key, "web01")).isEqualTo(renewed);
        var latest = fleet.door().issued().getFirst();
        assertThat(latest.number()).isEqualTo(2);
        assertThat(latest.generation()).isEqualTo(1);
        assertThat(latest.by()).isEqualTo("renewal");
        assertThat(latest.expires()).isEqualTo(fleet.now.plus(Duration.ofDays(30)));
    }

    @Test
    void theSealingKeyGetsIntoTheCertificateAndRenewingKeepsIt() {
        var key = fleet.key();
        var sealing = SealingKey.generate(fleet.random).publicKey();
        var applicant = TestAuthority.applicant("web01").sealedTo(SealingClaim.of(key, sealing));
        var first = fleet.answer(JoinRequest.of(key, applicant, fleet.token(), fleet.random));
        assertThat(sealingKey(first)).contains(sealing);
        fleet.now = fleet.now.plus(Duration.ofDays(16));
        var other = SealingKey.generate(fleet.random).publicKey();
        var changed = TestAuthority.applicant("web01").sealedTo(SealingClaim.of(key, other));
        assertThat(sealingKey(fleet.answer(JoinRequest.of(key, changed)))).contains(sealing);
        assertThat(sealingKey(fleet.ask(key, "web01"))).contains(sealing);
    }

    @Test
    void whoIsSignedByAPersonHasItsSealingKeyToo() {
        var key = fleet.key();
        var sealing = SealingKey.generate(fleet.random).publicKey();
        var applicant = TestAuthority.applicant("web01").sealedTo(SealingClaim.of(key, sealing));
        assertThat(fleet.answer(JoinRequest.of(key, applicant))).isInstanceOf(Pending.class);
        fleet.door().sign(fleet.open(), fleet.door().waiting().getFirst(), "alice");
        assertThat(sealingKey(fleet.ask(key, "web01"))).contains(sealing);
    }

    private static Optional<SealingPublicKey> sealingKey(JoinAnswer answer) {
        return Certificates.sealingKey(Certificates.parse(((Granted) answer).certificate()));
    }

    @Test
    void pastItsEndACertificateIsRenewedByATokenOrAPersonOnly() {
        var key = fleet.key();
        fleet.join(key, "web01", fleet.token());
        fleet.now = fleet.now.plus(Duration.ofDays(31));
        assertThat(fleet.ask(key, "web01")).isInstanceOf(Pending.class);
        assertThat(fleet.door().waiting().getFirst().why()).startsWith("its certificate expired");
        assertThat(identity(fleet.join(key, "web01", fleet.token()))).isEqualTo("node/web01");
        assertThat(fleet.door().waiting()).isEmpty();
        fleet.now = fleet.now.plus(Duration.ofDays(31));
        fleet.ask(key, "");
        fleet.door().sign(fleet.open(), fleet.door().waiting().getFirst(), "alice");
        assertThat(identity(fleet.ask(key, "web01"))).isEqualTo("node/web01");
        assertThat(fleet.door().issued().getFirst().number()).isEqualTo(3);
    }

    @Test
    void nothingButTheKeyGetsIntoTheCertificate() {
        var odd =
                new Applicant(
                        Optional.of(new NodeId("web01")),
                        "evil\u001b[2Jhost,CN=operator/root",
                        "m");
        var answer = fleet.answer(JoinRequest.of(fleet.key(), odd, fleet.token(), fleet.random));
        var certificate = Certificates.parse(((Granted) answer).certificate());
        assertThat(certificate.toString()).contains("CN=web01", "OU=node").doesNotContain("evil");
    }

    @Test
    void theTokensFileHoldsNoSecret() throws IOException {
        var token = fleet.token();
        var stored =
                Files.readString(
                        fleet.directory
                                .resolve("nodes/tokens")
                                .resolve(token.id())
                                .resolve("token.json"));
        assertThat(stored).contains(token.key().hex());
        assertThat(token.printed()).doesNotContain(token.key().base64().substring(0, 20));
    }

    @Test
    void aDamagedFileIsNamedAndNothingIsGranted() throws IOException {
        var token = fleet.token();
        var file =
                fleet.directory.resolve("nodes/tokens").resolve(token.id()).resolve("token.json");
        Files.writeString(file, "{\"key\":");
        assertThatThrownBy(() -> fleet.join(fleet.key(), "web01", token))
                .isInstanceOf(AuthorityException.class)
                .hasMessageContaining(file + " is damaged");
        assertThat(fleet.door().issued()).isEmpty();
    }
}
