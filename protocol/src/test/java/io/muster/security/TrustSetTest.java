package io.muster.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.message.Bytes;
import io.muster.message.MalformedException;
import io.muster.security.Documents.Reading;
import io.muster.security.Verification.Flaw;
import io.muster.trust.Revocations;
import io.muster.trust.TrustSet;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/** Who may say whom a fleet trusts from now on. */
class TrustSetTest {
    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
    private static final TestFleet OLD = new TestFleet("test", NOW);
    private static final TestFleet NEW = OLD.successor();
    private static final TrustSet BOTH = TestFleet.set(1, OLD, NEW);

    private final TrustStore trust = TestFleet.trusting(OLD);
    private final Documents documents = new Documents(trust, new Revocations(), () -> NOW);

    private Reading<TrustSet> read(Bytes document) {
        return documents.set(Envelope.decode(document));
    }

    private void assertForged(Bytes document, Flaw flaw) {
        assertThat(read(document))
                .isInstanceOfSatisfying(
                        Reading.Forged.class, forged -> assertThat(forged.flaw()).isEqualTo(flaw));
    }

    @Test
    void theRootThatIsTrustedSaysWhomToTrust() {
        assertThat(read(OLD.signed(BOTH))).isEqualTo(new Reading.Genuine<>(BOTH));
        assertThat(TrustStore.anchorsOf(BOTH)).containsExactly(OLD.anchor(), NEW.anchor());
    }

    @Test
    void noSetHoldsAnAuthorityThatALaterOneBringsIn() {
        assertForged(OLD.signed(TestFleet.set(1, OLD, NEW, NEW.successor())), Flaw.BAD_SIGNATURE);
    }

    @Test
    void theNewRootAloneCannotBringItselfIn() {
        assertForged(NEW.signed(BOTH), Flaw.WRONG_ROLE);
        trust.replace(BOTH);
        var onlyNew = TestFleet.set(2, NEW);
        assertThat(read(NEW.signed(onlyNew))).isEqualTo(new Reading.Genuine<>(onlyNew));
    }

    @Test
    void aRootThatWasDroppedSaysNothingAnyMore() {
        trust.replace(TestFleet.trusting(NEW));
        assertForged(OLD.signed(BOTH), Flaw.WRONG_ROLE);
    }

    @Test
    void noIssuerSaysWhomToTrust() {
        for (var issuer : List.of(OLD.operatorsIssuer(), OLD.nodesIssuer())) {
            assertForged(Documents.sign(issuer, PayloadType.TRUST, BOTH.encode()), Flaw.WRONG_ROLE);
        }
        assertForged(
                OLD.operator("alice").signer().sign(PayloadType.TRUST, BOTH.encode()),
                Flaw.WRONG_ROLE);
    }

    @Test
    void whatTheRootSignedAsSomethingElseIsNoTrustSet() {
        assertForged(
                Documents.sign(OLD.rootIssuer(), PayloadType.POLICY, BOTH.encode()),
                Flaw.WRONG_TYPE);
    }

    @Test
    void aChangedBitMakesItWorthless() {
        var payload = BOTH.encode().toArray();
        payload[payload.length / 2] ^= 1;
        var real = Envelope.decode(OLD.signed(BOTH));
        var forged =
                new Envelope(
                        PayloadType.TRUST,
                        Bytes.wrap(payload),
                        real.signatures(),
                        real.certificates());
        assertForged(forged.encode(), Flaw.BAD_SIGNATURE);
    }

    @Test
    void aRootOutsideItsTimeSaysNothing() {
        var later = NOW.plus(java.time.Duration.ofDays(400));
        var old = new Documents(trust, new Revocations(), () -> later);
        assertThat(old.set(Envelope.decode(OLD.signed(BOTH)))).isInstanceOf(Reading.Forged.class);
    }

    @Test
    void aSetOfOrWithAnotherFleetMeansNothingHere() {
        var other = new TestFleet("other", NOW);
        assertForged(OLD.signed(TestFleet.set(1, other)), Flaw.BAD_SIGNATURE);
        var mixed =
                new TrustSet(
                        "test", 1, NOW, List.of(OLD.anchor().stated(), other.anchor().stated()));
        assertForged(OLD.signed(mixed), Flaw.BAD_SIGNATURE);
    }

    @Test
    void authoritiesThatAreNotSoundAreNotTaken() {
        var crossed =
                new TrustSet.Authority(
                        OLD.anchor().stated().root(),
                        NEW.anchor().stated().operators(),
                        NEW.anchor().stated().nodes());
        assertForged(
                OLD.signed(new TrustSet("test", 1, NOW, List.of(crossed))), Flaw.BAD_SIGNATURE);
        var garbage = new TrustSet.Authority(Bytes.utf8("a"), Bytes.utf8("b"), Bytes.utf8("c"));
        assertForged(
                OLD.signed(new TrustSet("test", 1, NOW, List.of(garbage))), Flaw.BAD_SIGNATURE);
    }

    @Test
    void itIsReadAsItWasWrittenAndInNoOtherForm() {
        assertThat(TrustSet.decode(BOTH.encode())).isEqualTo(BOTH);
        var text = new String(BOTH.encode().view(), StandardCharsets.UTF_8);
        for (var wrong :
                List.of(
                        text.replace("\"number\":1", "\"number\":0"),
                        text.replace("\"number\":1", "\"number\":\"1\""),
                        text.replaceAll("\"authorities\":.*]]", "\"authorities\":[]"),
                        text.replaceAll("\"authorities\":.*]]", "\"authorities\":[[\"AAAA\"]]"),
                        text.replaceAll(
                                "\"authorities\":.*]]", "\"authorities\":[[\"AAAA\",1,\"AAAA\"]]"),
                        text.replace("\"fleet\"", "\"fleets\""))) {
            assertThat(wrong).isNotEqualTo(text);
            assertThatThrownBy(() -> TrustSet.decode(Bytes.utf8(wrong)))
                    .as(wrong)
                    .isInstanceOf(MalformedException.class);
        }
    }
}
