package io.muster.enrolment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.enrolment.JoinAnswer.Granted;
import io.muster.enrolment.JoinAnswer.Pending;
import io.muster.enrolment.JoinAnswer.Refusal;
import io.muster.enrolment.JoinAnswer.Refused;
import io.muster.enrolment.JoinRequest.Proof;
import io.muster.message.Bytes;
import io.muster.message.Collective;
import io.muster.message.Endpoint;
import io.muster.message.MalformedException;
import io.muster.message.NodeId;
import io.muster.security.Ed25519Key;
import io.muster.security.SealingKey;
import io.muster.security.SigningRequest;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import org.junit.jupiter.api.Test;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

class JoinRequestTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Bytes ROOT = Bytes.utf8("the root").sha256();
    private static final JoinToken TOKEN =
            JoinToken.create(RANDOM, new Listener(Endpoint.parse("hub:61618"), ROOT));
    private static final Ed25519Key KEY = Ed25519Key.generate(RANDOM);
    private static final Applicant WEB01 =
            new Applicant(Optional.of(new NodeId("web01")), "web01.example.org", "0123abcd");
    private static final JoinRequest REQUEST = JoinRequest.of(KEY, WEB01, TOKEN, RANDOM);

    @Test
    void aRequestReadsBackTheSameAndItsProofHolds() {
        var read = JoinRequest.decode(REQUEST.encode());
        assertThat(read.applicant()).isEqualTo(WEB01);
        assertThat(read.csr().key()).isEqualTo(KEY.publicKey());
        assertThat(read.proof()).isEqualTo(REQUEST.proof());
        assertThat(read.provenBy(TOKEN.key(), ROOT)).isTrue();
    }

    @Test
    void theSecretDoesNotTravel() {
        var sent = new String(REQUEST.encode().view(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(sent).doesNotContain(TOKEN.key().base64(), TOKEN.key().hex());
    }

    @Test
    void withoutATokenThereIsNoProof() {
        var read = JoinRequest.decode(JoinRequest.of(KEY, WEB01).encode());
        assertThat(read.proof()).isEmpty();
        assertThat(read.provenBy(TOKEN.key(), ROOT)).isFalse();
    }

    @Test
    void theSealingKeyReadsBackAndIsCoveredByTheProof() {
        var mine = SealingClaim.of(KEY, SealingKey.generate(RANDOM).publicKey());
        var request = JoinRequest.of(KEY, WEB01.sealedTo(mine), TOKEN, RANDOM);
        var read = JoinRequest.decode(request.encode());
        assertThat(read.applicant().sealing()).contains(mine);
        assertThat(read.provenBy(TOKEN.key(), ROOT)).isTrue();
        var other = SealingClaim.of(KEY, SealingKey.generate(RANDOM).publicKey());
        for (var applicant : List.of(WEB01, WEB01.sealedTo(other))) {
            var altered = new JoinRequest(request.csr(), applicant, request.proof());
            assertThat(altered.provenBy(TOKEN.key(), ROOT)).isFalse();
        }
    }

    @Test
    void aSealingKeyThatTheApplicantDidNotSignIsRefused() {
        var victim = SealingKey.generate(RANDOM).publicKey();
        var theirs = SealingClaim.of(Ed25519Key.generate(RANDOM), victim);
        assertThatThrownBy(() -> JoinRequest.of(KEY, WEB01.sealedTo(theirs)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("not signed with the applicant's key");
        var moved = new SealingClaim(SealingKey.generate(RANDOM).publicKey(), theirs.signature());
        assertThatThrownBy(() -> JoinRequest.of(KEY, WEB01.sealedTo(moved)))
                .isInstanceOf(MalformedException.class);
    }

    @Test
    void theProofIsForThisHubOnly() {
        assertThat(REQUEST.provenBy(TOKEN.key(), Bytes.utf8("another root").sha256())).isFalse();
        var other = JoinToken.create(RANDOM, TOKEN.listener());
        assertThat(REQUEST.provenBy(other.key(), ROOT)).isFalse();
    }

    @Test
    void theProofCoversEveryPart() {
        var proof = REQUEST.proof().orElseThrow();
        var otherKey = SigningRequest.of(Ed25519Key.generate(RANDOM));
        var otherNonce = new Proof(proof.token(), Bytes.wrap(new byte[16]), proof.mac());
        var altered =
                List.of(
                        new JoinRequest(otherKey, WEB01, Optional.of(proof)),
                        new JoinRequest(REQUEST.csr(), WEB01, Optional.of(otherNonce)),
                        as(Optional.of(new NodeId("web02")), "web01.example.org", "0123abcd"),
                        as(Optional.empty(), "web01.example.org", "0123abcd"),
                        as(Optional.of(new NodeId("web01")), "web02.example.org", "0123abcd"),
                        as(Optional.of(new NodeId("web01")), "web01.example.org", "0123abce"),
                        as(Optional.of(new NodeId("web01")), "web01.example.org0", "123abcd"));
        assertThat(altered).noneMatch(request -> request.provenBy(TOKEN.key(), ROOT));
    }

    private static JoinRequest as(Optional<NodeId> wanted, String name, String machine) {
        return new JoinRequest(
                REQUEST.csr(), new Applicant(wanted, name, machine), REQUEST.proof());
    }

    @Test
    void aTamperedSigningRequestIsNotRead() {
        var csr = REQUEST.csr().der().toArray();
        csr[csr.length - 1] ^= 1;
        var text =
                new String(REQUEST.encode().view(), java.nio.charset.StandardCharsets.UTF_8)
                        .replace(REQUEST.csr().der().base64(), Bytes.wrap(csr).base64());
        assertThatThrownBy(() -> JoinRequest.decode(Bytes.utf8(text)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("not signed with its key");
    }

    @Test
    void whatIsUnknownMissingTooLongOrTooLargeIsRefused() {
        var good = new String(REQUEST.encode().view(), java.nio.charset.StandardCharsets.UTF_8);
        for (var bad :
                List.of(
                        good.replace("\"machine\"", "\"engine\""),
                        good.replace("web01.example.org", "w".repeat(254)),
                        good.replace("web01.example.org", ""),
                        good.replace("\"web01\"", "\"../web01\""),
                        good.replace("\"web01\"", "\"WEB01\""),
                        good.replace(TOKEN.id(), "../../etc/passwd"),
                        good + " " + good,
                        "{}",
                        good + " ".repeat(JoinRequest.MAX_SIZE))) {
            assertThatThrownBy(() -> JoinRequest.decode(Bytes.utf8(bad)))
                    .isInstanceOf(MalformedException.class);
        }
    }

    @Property(tries = 200)
    void garbageIsMalformedAndNothingWorse(@ForAll byte[] garbage) {
        assertThatThrownBy(() -> JoinRequest.decode(Bytes.wrap(garbage)))
                .isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> JoinAnswer.decode(Bytes.wrap(garbage)))
                .isInstanceOf(MalformedException.class);
    }

    @Test
    void everyAnswerReadsBackTheSame() {
        var answers =
                List.of(
                        new Granted(
                                Bytes.utf8("leaf"),
                                List.of(Bytes.utf8("root"), Bytes.utf8("issuer")),
                                List.of(Collective.MAIN),
                                Endpoint.parse("hub:61617"),
                                Optional.of(Bytes.utf8("set"))),
                        new Pending(Duration.ofSeconds(5), KeyFingerprint.of(KEY.publicKey())),
                        new Refused(Refusal.TOKEN_USED, "used up"));
        assertThat(answers).allSatisfy(a -> assertThat(JoinAnswer.decode(a.encode())).isEqualTo(a));
    }

    @Test
    void aFingerprintIsReadInGroupsOrNotAndNothingElse() {
        var fingerprint = KeyFingerprint.of(KEY.publicKey());
        assertThat(fingerprint.toString()).matches("([0-9a-f]{4}-){7}[0-9a-f]{4}");
        assertThat(KeyFingerprint.parse(fingerprint.toString())).isEqualTo(fingerprint);
        assertThat(KeyFingerprint.parse(fingerprint.hex().toUpperCase(java.util.Locale.ROOT)))
                .isEqualTo(fingerprint);
        assertThat(KeyFingerprint.defaultId(KEY.publicKey()).value())
                .isEqualTo("n-" + fingerprint.hex().substring(0, 12));
        assertThatThrownBy(() -> KeyFingerprint.parse(fingerprint.hex().substring(2)))
                .hasMessageContaining("32 hexadecimal digits");
    }
}
