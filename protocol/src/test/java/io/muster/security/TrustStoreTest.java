package io.muster.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.message.Bytes;
import io.muster.message.Role;
import io.muster.security.Verification.Flaw;
import io.muster.security.Verification.Trusted;
import io.muster.security.Verification.Untrusted;
import io.muster.trust.Revocations.Novelty;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Whom a fleet trusts, with one authority and with two. */
class TrustStoreTest {
    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
    private static final TestFleet OLD = new TestFleet("test", NOW);
    private static final TestFleet NEW = OLD.successor();
    private static final TestFleet REISSUED = OLD.reissued();

    @Test
    void bothAuthoritiesAreBelievedWhileThereAreTwo() {
        var both = TestFleet.trusting(OLD, NEW);
        for (var fleet : List.of(OLD, NEW)) {
            assertThat(both.flaw(fleet.node("web01").certificate(), NOW)).isEmpty();
            assertThat(both.flaw(fleet.operator("alice").certificate(), NOW)).isEmpty();
            var issuer = Certificates.der(fleet.operatorsIssuer().certificate());
            assertThat(both.signatory(issuer, NOW)).isPresent();
        }
        assertThat(both.flaw(REISSUED.node("web01").certificate(), NOW))
                .contains("not issued by this fleet's nodes issuer");
    }

    @Test
    void theFirstAuthorityIsTheOneInUse() {
        var both = TestFleet.trusting(NEW, OLD);
        assertThat(both.root()).isEqualTo(NEW.trust().root());
        assertThat(both.issuer(Role.NODE)).isEqualTo(NEW.nodesIssuer().certificate());
        assertThat(both.current(NEW.node("web01").certificate())).isTrue();
        assertThat(both.current(OLD.node("web01").certificate())).isFalse();
    }

    @Test
    void theIssuersOfOneAuthorityDoNotMakeForTheOther() {
        var both = TestFleet.trusting(OLD, NEW);
        var alice = OLD.operator("alice").identity();
        var forged =
                NEW.credentials(NEW.nodesIssuer(), alice, java.time.Duration.ofDays(1))
                        .certificate();
        assertThat(both.flaw(forged, NOW)).contains("not issued by this fleet's operators issuer");
    }

    @Test
    void whatIsReplacedCountsFromTheNextCertificateOn() {
        var trust = TestFleet.trusting(OLD, NEW);
        var verifier = new Verifier(trust, () -> NOW);
        var old = OLD.operator("alice").signer().sign(PayloadType.REQUEST, Bytes.utf8("{}"));
        var fresh = NEW.operator("alice").signer().sign(PayloadType.REQUEST, Bytes.utf8("{}"));
        var operators = Set.of(Role.OPERATOR);
        assertThat(verifier.verify(old, PayloadType.REQUEST, operators))
                .isInstanceOf(Trusted.class);
        trust.replace(TestFleet.trusting(NEW));
        assertThat(verifier.verify(old, PayloadType.REQUEST, operators))
                .isInstanceOfSatisfying(
                        Untrusted.class, u -> assertThat(u.flaw()).isEqualTo(Flaw.BAD_CERTIFICATE));
        assertThat(verifier.verify(fresh, PayloadType.REQUEST, operators))
                .isInstanceOf(Trusted.class);
    }

    @Test
    void newIssuersUnderTheSameRootReplaceTheOldOnes() {
        var trust = TestFleet.trusting(OLD, REISSUED);
        assertThat(trust.flaw(OLD.node("web01").certificate(), NOW)).isEmpty();
        assertThat(trust.flaw(REISSUED.node("web01").certificate(), NOW)).isEmpty();
        trust.replace(TestFleet.trusting(REISSUED));
        assertThat(trust.flaw(OLD.node("web01").certificate(), NOW)).isPresent();
        assertThat(trust.root()).isEqualTo(OLD.trust().root());
    }

    @Test
    void authoritiesOfAnotherFleetAreNeverTaken() {
        var trust = TestFleet.trusting(OLD);
        var other = new TestFleet("other", NOW);
        assertThatThrownBy(() -> trust.replace(TestFleet.trusting(other)))
                .hasMessageContaining("another fleet");
        assertThatThrownBy(() -> trust.replace(TestFleet.trusting(OLD, other)))
                .hasMessageContaining("different fleets");
        assertThatThrownBy(() -> trust.replace(TestFleet.trusting(OLD, OLD)))
                .hasMessageContaining("twice");
        assertThatThrownBy(() -> trust.replace(TestFleet.trusting()))
                .hasMessageContaining("0 authorities");
        assertThat(trust.anchors()).containsExactly(OLD.anchor());
    }

    @Test
    void itsFileIsReadAsItWasWritten(@TempDir Path directory) throws Exception {
        var file = directory.resolve("trust.pem");
        for (var trust :
                List.of(
                        TestFleet.trusting(OLD),
                        TestFleet.trusting(NEW, OLD),
                        TestFleet.trusting(OLD, REISSUED))) {
            Files.writeString(file, trust.pem());
            assertThat(TrustStore.load(file).anchors()).isEqualTo(trust.anchors());
            assertThat(TrustStore.load(file).pem()).isEqualTo(trust.pem());
        }
    }

    @Test
    void itsFileSaysByWhichSetItGoes(@TempDir Path directory) throws Exception {
        var file = directory.resolve("trust.pem");
        Files.writeString(file, TestFleet.trusting(OLD).pem());
        assertThat(TrustStore.load(file).number()).isZero();
        var pem = TestFleet.trusting(TestFleet.set(12, NEW, OLD)).pem();
        assertThat(pem).startsWith("# trust set 12\n-----BEGIN CERTIFICATE-----\n");
        Files.writeString(file, pem);
        assertThat(TrustStore.load(file).number()).isEqualTo(12);
        for (var damaged : List.of("1 2", "0", "x", "", "9999999999999999999")) {
            Files.writeString(file, pem.replace("set 12", ("set " + damaged).strip()));
            assertThatThrownBy(() -> TrustStore.load(file))
                    .as(damaged)
                    .hasMessageContaining("its first line names no trust set");
        }
    }

    @Test
    void withoutANumberTheAuthoritiesSayWhichSetsAreOlder() {
        var both = TestFleet.set(1, OLD, REISSUED);
        var trust = TestFleet.trusting(REISSUED);
        assertThat(trust.compare(both)).isEqualTo(Novelty.OLDER);
        assertThat(trust.compare(TestFleet.set(3, REISSUED))).isEqualTo(Novelty.NEWER);
        // It was given the certificates only: here is the number.
        assertThat(TestFleet.trusting(OLD, REISSUED).compare(both)).isEqualTo(Novelty.NEWER);
    }

    @Test
    void itGoesByTheSetWithTheHigherNumber() {
        var trust = TestFleet.trusting(TestFleet.set(2, NEW, OLD));
        assertThat(trust.compare(TestFleet.set(2, NEW, OLD))).isEqualTo(Novelty.KNOWN);
        assertThat(trust.compare(TestFleet.set(2, OLD, NEW))).isEqualTo(Novelty.DIFFERENT);
        assertThat(trust.compare(TestFleet.set(1, OLD, NEW))).isEqualTo(Novelty.OLDER);
        assertThat(trust.compare(TestFleet.set(3, NEW))).isEqualTo(Novelty.NEWER);
    }

    @Test
    void aFileThatHoldsHalfAnAuthorityIsNotUsed(@TempDir Path directory) throws Exception {
        var file = directory.resolve("trust.pem");
        var certificates = new ArrayList<>(TestFleet.trusting(OLD, NEW).certificates());
        certificates.removeLast();
        Files.writeString(
                file, String.join("", certificates.stream().map(Pem::certificate).toList()));
        assertThatThrownBy(() -> TrustStore.load(file))
                .isInstanceOf(SecurityFileException.class)
                .hasMessageContaining("no certificate of the nodes");
    }
}
