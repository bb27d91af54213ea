package io.muster.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.message.Bytes;
import io.muster.message.Identity;
import io.muster.message.NodeId;
import io.muster.message.Role;
import io.muster.security.Verification.Flaw;
import io.muster.security.Verification.Trusted;
import io.muster.security.Verification.Untrusted;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;

class VerifierTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final TestFleet FLEET = new TestFleet("test", NOON);
    private static final Bytes PAYLOAD = Bytes.utf8("{\"a\":1}");
    private static final Set<Role> OPERATORS = Set.of(Role.OPERATOR);

    private final Verifier verifier = new Verifier(FLEET.trust(), InstantSource.fixed(NOON));

    private Verification verify(Bytes message) {
        return verifier.verify(message, PayloadType.REQUEST, OPERATORS);
    }

    private static Flaw flaw(Verification verification) {
        assertThat(verification).isInstanceOf(Untrusted.class);
        return ((Untrusted) verification).flaw();
    }

    @Test
    void anOperatorsRequestIsTrustedAndItsPayloadUntouched() {
        var alice = FLEET.operator("alice");
        var trusted = verify(alice.signer().sign(PayloadType.REQUEST, PAYLOAD));
        assertThat(trusted).isEqualTo(new Trusted(alice.identity(), PAYLOAD));
    }

    @Test
    void aNodeCannotCommand() {
        var message = FLEET.node("web01").signer().sign(PayloadType.REQUEST, PAYLOAD);
        assertThat(flaw(verify(message))).isEqualTo(Flaw.WRONG_ROLE);
    }

    @Test
    void whatWasSignedAsAReplyIsNoRequest() {
        var message = FLEET.operator("alice").signer().sign(PayloadType.REPLY, PAYLOAD);
        assertThat(flaw(verify(message))).isEqualTo(Flaw.WRONG_TYPE);
        var relabelled =
                Bytes.utf8(
                        new String(message.view(), java.nio.charset.StandardCharsets.UTF_8)
                                .replace("muster.reply+json", "muster.request+json"));
        assertThat(flaw(verify(relabelled))).isEqualTo(Flaw.BAD_SIGNATURE);
    }

    @Test
    void anotherPayloadUnderTheSameSignatureIsRefused() {
        var envelope =
                Envelope.decode(
                        FLEET.operator("alice").signer().sign(PayloadType.REQUEST, PAYLOAD));
        var altered =
                new Envelope(
                        envelope.type(),
                        Bytes.utf8("{\"a\":2}"),
                        envelope.signatures(),
                        envelope.certificates());
        assertThat(flaw(verify(altered.encode()))).isEqualTo(Flaw.BAD_SIGNATURE);
    }

    @Test
    void anotherFleetWithTheSameNamesIsRefused() {
        var other = new TestFleet("test", NOON);
        var message = other.operator("alice").signer().sign(PayloadType.REQUEST, PAYLOAD);
        assertThat(flaw(verify(message))).isEqualTo(Flaw.BAD_CERTIFICATE);
    }

    @Test
    void theNodesIssuerCannotMakeOperators() {
        var forged =
                FLEET.credentials(
                        FLEET.nodesIssuer(),
                        new Identity("test", Role.OPERATOR, "mallory"),
                        Duration.ofDays(1));
        var message = forged.signer().sign(PayloadType.REQUEST, PAYLOAD);
        assertThat(flaw(verify(message))).isEqualTo(Flaw.BAD_CERTIFICATE);
    }

    @Test
    void theOperatorsIssuerCannotMakeNodes() {
        var forged =
                FLEET.credentials(
                        FLEET.operatorsIssuer(),
                        Identity.node("test", new NodeId("web01")),
                        Duration.ofDays(1));
        var message = forged.signer().sign(PayloadType.REPLY, PAYLOAD);
        assertThat(flaw(verifier.verify(message, PayloadType.REPLY, Set.of(Role.NODE))))
                .isEqualTo(Flaw.BAD_CERTIFICATE);
    }

    @Test
    void anExpiredCertificateIsRefusedAlsoWhenItWasSeenBefore() {
        var brief =
                FLEET.credentials(
                        FLEET.operatorsIssuer(),
                        new Identity("test", Role.OPERATOR, "alice"),
                        Duration.ofHours(1));
        var message = brief.signer().sign(PayloadType.REQUEST, PAYLOAD);
        var now = new Instant[] {NOON};
        var aging = new Verifier(FLEET.trust(), () -> now[0]);
        assertThat(aging.verify(message, PayloadType.REQUEST, OPERATORS))
                .isInstanceOf(Trusted.class);
        now[0] = NOON.plus(Duration.ofHours(2));
        assertThat(flaw(aging.verify(message, PayloadType.REQUEST, OPERATORS)))
                .isEqualTo(Flaw.BAD_CERTIFICATE);
    }

    @Test
    void everyFlippedBitIsNoticed() {
        var message = FLEET.operator("alice").signer().sign(PayloadType.REQUEST, PAYLOAD);
        for (int i = 0; i < message.length(); i += 3) {
            var flipped = message.toArray();
            flipped[i] ^= 1;
            assertThat(verify(Bytes.wrap(flipped))).as("byte %d", i).isInstanceOf(Untrusted.class);
        }
    }

    @Test
    void garbageIsMalformedAndNeverAnException() {
        for (var text : new String[] {"", "{}", "[]", "null", "{\"payloadType\":1}", "\u0000"}) {
            assertThat(flaw(verify(Bytes.utf8(text)))).isEqualTo(Flaw.MALFORMED);
        }
        assertThat(flaw(verify(Bytes.wrap(new byte[Envelope.MAX_SIZE + 1]))))
                .isEqualTo(Flaw.OVERSIZED);
    }

    @Test
    void aSigningRequestProvesItsKey() {
        var key = Ed25519Key.generate(new java.security.SecureRandom());
        var request = SigningRequest.of(key);
        assertThat(SigningRequest.parse(request.der()).key()).isEqualTo(key.publicKey());
        var forged = request.der().toArray();
        forged[forged.length - 1] ^= 1;
        org.assertj.core.api.Assertions.assertThatThrownBy(
                        () -> SigningRequest.parse(Bytes.wrap(forged)))
                .hasMessageContaining("not signed with its key");
    }
}
