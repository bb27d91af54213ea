package io.muster.hub.enrolment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.enrolment.Applicant;
import io.muster.enrolment.JoinAnswer;
import io.muster.enrolment.JoinAnswer.Granted;
import io.muster.enrolment.JoinAnswer.Pending;
import io.muster.enrolment.JoinAnswer.Refusal;
import io.muster.enrolment.JoinAnswer.Refused;
import io.muster.enrolment.JoinRequest;
import io.muster.enrolment.KeyFingerprint;
import io.muster.message.Bytes;
import io.muster.message.MalformedException;
import io.muster.message.NodeId;
import io.muster.message.Role;
import io.muster.security.Attributes;
import io.muster.security.Certificates;
import io.muster.security.ForgedRequests;
import io.muster.security.SigningRequest;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/** Somebody at the door who should not be there, or wants more than there is for him. */
class EnrolmentAttackTest {
    @TempDir private Path temporary;
    private TestAuthority fleet;

    @BeforeEach
    void found() {
        fleet = TestAuthority.found(temporary.resolve("ca"));
    }

    private static Refusal refusal(JoinAnswer answer) {
        assertThat(answer).isInstanceOf(Refused.class);
        return ((Refused) answer).refusal();
    }

    private static X509Certificate certificate(JoinAnswer answer) {
        assertThat(answer).isInstanceOf(Granted.class);
        return Certificates.parse(((Granted) answer).certificate());
    }

    @Test
    void whatARequestAsksForIsNotInTheCertificate() throws Exception {
        var key = fleet.key();
        var csr = SigningRequest.parse(ForgedRequests.askingForEverything(key, "test"));
        var token = fleet.token();
        var plain = JoinRequest.of(key, TestAuthority.applicant("web01"), token, fleet.random);
        // The proof covers the signing request: one that was exchanged is worth nothing.
        var exchanged = new JoinRequest(csr, plain.applicant(), plain.proof());
        assertThat(refusal(fleet.answer(exchanged))).isEqualTo(Refusal.TOKEN_UNKNOWN);
        var waits = new JoinRequest(csr, plain.applicant(), Optional.empty());
        assertThat(fleet.answer(waits)).isInstanceOf(Pending.class);
        fleet.door().sign(fleet.open(), fleet.door().waiting().getFirst(), "person bob");
        var made = certificate(fleet.answer(waits));
        assertThat(Certificates.identity(made).brief()).isEqualTo("node/web01");
        assertThat(made.getBasicConstraints()).isEqualTo(-1);
        assertThat(made.getKeyUsage()[5]).isFalse();
        assertThat(made.getSubjectAlternativeNames()).hasSize(1);
        assertThat(made.getExtendedKeyUsage()).hasSize(2);
        assertThat(Certificates.attributes(made)).isEmpty();
        assertThat(made.getSubjectX500Principal().getName())
                .contains("CN=web01", "OU=node")
                .doesNotContain("root", "operator");
    }

    @Test
    void onlySoundEd25519KeysAreTaken() {
        var others =
                List.of(
                        ForgedRequests.withKeyOf("RSA", "SHA256withRSA", "1.2.840.113549.1.1.11"),
                        ForgedRequests.withKeyOf("EC", "SHA256withECDSA", "1.2.840.10045.4.3.2"),
                        ForgedRequests.withKeyOf("Ed448", "Ed448", "1.3.101.113"));
        for (var csr : others) {
            assertThatThrownBy(() -> SigningRequest.parse(csr))
                    .isInstanceOf(MalformedException.class);
        }
        for (var point :
                List.of(
                        "0100000000000000000000000000000000000000000000000000000000000000",
                        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                        "0000000000000000000000000000000000000000000000000000000000000000",
                        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")) {
            var csr = ForgedRequests.withPoint(Bytes.wrap(HexFormat.of().parseHex(point)));
            assertThatThrownBy(() -> SigningRequest.parse(csr))
                    .as(point)
                    .hasMessageContaining("not a sound Ed25519 key");
        }
    }

    @Test
    void anInterceptedRequestThatIsSentAgainMakesNothingNew() {
        var token = fleet.token(5, "*");
        var request =
                JoinRequest.of(fleet.key(), TestAuthority.applicant("web01"), token, fleet.random);
        var first = fleet.answer(request);
        fleet.now = fleet.now.plus(Duration.ofDays(16));
        // Past half of its life the same bytes bring another certificate of the same key: of no use
        // to anybody but its holder.
        var again = fleet.answer(request);
        assertThat(Certificates.key(certificate(again)))
                .isEqualTo(Certificates.key(certificate(first)));
        assertThat(fleet.door().issued()).hasSize(1);
        assertThat(fleet.door().tokenLines().getFirst().used()).isEqualTo(1);
    }

    @Test
    void aTokenThatIsUsedUpStaysSoWhenTheHubStartsAgain() {
        var token = fleet.token(2, "*");
        fleet.join(fleet.key(), "web01", token);
        fleet.join(fleet.key(), "web02", token);
        var restarted = fleet.enrolment();
        var third =
                JoinRequest.of(fleet.key(), TestAuthority.applicant("web03"), token, fleet.random);
        assertThat(refusal(restarted.answer(third, "10.0.0.7"))).isEqualTo(Refusal.TOKEN_USED);
    }

    @Test
    void ofManyMachinesThatRaceForOneIdExactlyOneGetsIt() throws Exception {
        var token = fleet.token(50, "*");
        var start = new CountDownLatch(1);
        var granted = 0;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = new ArrayList<java.util.concurrent.Future<JoinAnswer>>();
            var hub = fleet.enrolment();
            for (int i = 0; i < 12; i++) {
                Callable<JoinAnswer> joining =
                        () -> {
                            start.await();
                            var asking =
                                    JoinRequest.of(
                                            fleet.key(),
                                            TestAuthority.applicant("web01"),
                                            token,
                                            fleet.random);
                            return hub.answer(asking, "10.0.0.7");
                        };
                answers.add(threads.submit(joining));
            }
            start.countDown();
            for (var answer : answers) {
                granted += answer.get() instanceof Granted ? 1 : 0;
            }
        }
        assertThat(granted).isEqualTo(1);
        assertThat(fleet.door().issued()).hasSize(1);
        assertThat(fleet.door().tokenLines().getFirst().used()).isEqualTo(1);
    }

    @Test
    void theTokenSaysWhatIsAttestedAndRenewalKeepsIt() {
        var terms =
                new TokenTerms(
                        1,
                        Duration.ofHours(1),
                        IdPattern.ANY,
                        Attributes.parse("site=ams,env=prod"));
        var key = fleet.key();
        var joined = fleet.join(key, "web01", fleet.door().token(fleet.listener(), terms));
        assertThat(Certificates.attributes(certificate(joined)))
                .containsEntry("site", "ams")
                .containsEntry("env", "prod");
        fleet.now = fleet.now.plus(Duration.ofDays(16));
        var renewed = certificate(fleet.ask(key, "web01"));
        assertThat(renewed).isNotEqualTo(certificate(joined));
        assertThat(Certificates.attributes(renewed))
                .isEqualTo(Certificates.attributes(certificate(joined)));
        assertThat(Certificates.identity(renewed).role()).isEqualTo(Role.NODE);
        assertThat(fleet.door().tokenLines().getFirst().attributes()).isEqualTo(terms.attributes());
    }

    @Test
    void aRevokedNodeIsOutAndItsIdStaysTaken() {
        var key = fleet.key();
        var old = certificate(fleet.join(key, "web01", fleet.token()));
        var id = new NodeId("web01");
        var memberships = new Memberships(new AuthorityFiles(fleet.directory), List.of());
        assertThat(memberships.admits(old)).isTrue();
        var ended = fleet.door().end(id, false, "person bob");
        assertThat(ended)
                .singleElement()
                .satisfies(i -> assertThat(i.certificate()).isEqualTo(old));
        assertThat(refusal(fleet.ask(key, "web01"))).isEqualTo(Refusal.REVOKED);
        assertThat(refusal(fleet.join(key, "web01", fleet.token()))).isEqualTo(Refusal.REVOKED);
        assertThat(refusal(fleet.join(fleet.key(), "web01", fleet.token())))
                .isEqualTo(Refusal.ID_TAKEN);
        assertThat(new Memberships(new AuthorityFiles(fleet.directory), List.of()).admits(old))
                .isFalse();
        assertThat(memberships.admits(old)).isFalse();
    }

    @Test
    void aCleanedIdBeginsAnewWithAnotherKeyAndTheNextGeneration() {
        var key = fleet.key();
        var old = certificate(fleet.join(key, "web01", fleet.token()));
        var id = new NodeId("web01");
        fleet.door().end(id, true, "person bob");
        assertThat(fleet.door().purges()).containsExactly(id);
        assertThat(fleet.door().purges()).containsExactly(id);
        fleet.door().purged(id);
        assertThat(fleet.door().purges()).isEmpty();
        assertThat(refusal(fleet.join(key, "web01", fleet.token()))).isEqualTo(Refusal.REVOKED);
        var next = certificate(fleet.join(fleet.key(), "web01", fleet.token()));
        assertThat(Certificates.generation(next)).isEqualTo(2);
        assertThat(refusal(fleet.ask(key, "web01"))).isEqualTo(Refusal.REVOKED);
        var memberships = new Memberships(new AuthorityFiles(fleet.directory), List.of());
        assertThat(memberships.admits(old)).isFalse();
        assertThat(memberships.admits(next)).isTrue();
    }

    @Test
    void aFrozenIdIsNotRenewedUntilItIsCleaned() {
        var key = fleet.key();
        fleet.join(key, "web01", fleet.token());
        var id = new NodeId("web01");
        fleet.door().freeze(id, "machine a at 10.0.0.7, machine b at 10.0.0.8");
        fleet.now = fleet.now.plus(Duration.ofDays(16));
        assertThat(fleet.ask(key, "web01"))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> {
                            assertThat(refused.refusal()).isEqualTo(Refusal.FROZEN);
                            assertThat(refused.message())
                                    .contains("10.0.0.7", "10.0.0.8", "muster ca clean web01");
                        });
        assertThat(fleet.door().frozen(id)).isPresent();
        fleet.door().end(id, true, "person bob");
        assertThat(fleet.door().frozen(id)).isEmpty();
    }

    @Test
    void thousandsOfStrangersNeitherFillTheDiskNorKeepAGoodTokenOut() {
        var enrolment = fleet.enrolment();
        var strangers = PendingRequests.MAX + 250;
        var refused = 0;
        for (int i = 0; i < strangers; i++) {
            var stranger = new Applicant(Optional.empty(), "host", "machine");
            var answer =
                    enrolment.answer(
                            JoinRequest.of(fleet.key(), stranger),
                            "10.%d.%d.7".formatted(i / 250, i % 250));
            refused += answer instanceof Refused ? 1 : 0;
        }
        assertThat(refused).isEqualTo(strangers - PendingRequests.MAX);
        assertThat(fleet.door().waiting()).hasSize(PendingRequests.MAX);
        var token = fleet.token();
        var good =
                JoinRequest.of(fleet.key(), TestAuthority.applicant("web01"), token, fleet.random);
        assertThat(enrolment.answer(good, "10.0.0.7")).isInstanceOf(Granted.class);
    }

    @Test
    void aKeyWasSeenBeforeUnderAnyIdIsNotNew() {
        var key = fleet.key();
        fleet.join(key, "web01", fleet.token());
        assertThat(refusal(fleet.join(key, "web02", fleet.token()))).isEqualTo(Refusal.KEY_KNOWN);
        assertThat(KeyFingerprint.of(key.publicKey()))
                .isEqualTo(fleet.door().issued().getFirst().key());
    }
}
