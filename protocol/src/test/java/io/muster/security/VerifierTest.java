package io.muster.security;

import static io.muster.security.PayloadType.REQUEST;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.message.Bytes;
import io.muster.message.Identity;
import io.muster.message.MalformedException;
import io.muster.message.NodeId;
import io.muster.message.Role;
import io.muster.security.Verification.Flaw;
import io.muster.security.Verification.Trusted;
import io.muster.security.Verification.Untrusted;
import io.muster.trust.Series;

import org.junit.jupiter.api.Test;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
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
    void aSignatureBesideAnotherCertificateThanItsKeyIdSaysIsMalformed() {
        var alice = Envelope.decode(FLEET.operator("alice").signer().sign(REQUEST, PAYLOAD));
        var bob = Envelope.decode(FLEET.operator("bob").signer().sign(REQUEST, PAYLOAD));
        assertThatThrownBy(
                        () ->
                                new Envelope(
                                        REQUEST, PAYLOAD, alice.signatures(), bob.certificates()))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("of another certificate");
        assertThatThrownBy(() -> new Envelope.Signature("f".repeat(300_000), PAYLOAD))
                .isInstanceOf(MalformedException.class);
    }

    @Test
    void aCertificateInAnyOtherFormThanDerIsRefused() {
        var alice = FLEET.operator("alice");
        for (var form :
                List.of(
                        Pem.certificate(alice.certificate()),
                        "about me\n" + Pem.certificate(alice.certificate()))) {
            var certificate = Bytes.utf8(form);
            var signature =
                    new Envelope.Signature(
                            Envelope.keyid(certificate),
                            alice.key().sign(Envelope.signedBytes(REQUEST, PAYLOAD)));
            var message =
                    new Envelope(REQUEST, PAYLOAD, List.of(signature), List.of(certificate))
                            .encode();
            assertThat(flaw(verify(message))).isEqualTo(Flaw.BAD_CERTIFICATE);
        }
    }

    @Test
    void onlyWhoHasSignedIsRemembered() {
        var alice = FLEET.operator("alice");
        var certificate = Certificates.der(alice.certificate());
        var other = FLEET.operator("bob").key().sign(Envelope.signedBytes(REQUEST, PAYLOAD));
        var borrowed =
                new Envelope(
                        REQUEST,
                        PAYLOAD,
                        List.of(new Envelope.Signature(Envelope.keyid(certificate), other)),
                        List.of(certificate));
        assertThat(flaw(verify(borrowed.encode()))).isEqualTo(Flaw.BAD_SIGNATURE);
        assertThat(verifier.knows(certificate)).isFalse();
        assertThat(verify(alice.signer().sign(REQUEST, PAYLOAD))).isInstanceOf(Trusted.class);
        assertThat(verifier.knows(certificate)).isTrue();
    }

    @Test
    void whatAnExpiredRootVouchesForIsRefusedAlsoWhenItWasSeenBefore() {
        var issuance = new Issuance(new SecureRandom());
        var year = Duration.ofDays(365);
        var root = issuance.root("test", NOON, Duration.ofDays(1));
        var operators = issuance.issuer(root, "test", "operators", Series.FOUNDING, NOON, year);
        var nodes = issuance.issuer(root, "test", "nodes", Series.FOUNDING, NOON, year);
        var trust =
                new TrustStore(root.certificate(), operators.certificate(), nodes.certificate());
        var key = Ed25519Key.generate(new SecureRandom());
        var identity = new Identity("test", Role.OPERATOR, "alice");
        var leaf = issuance.leaf(operators, identity, key.publicKey(), List.of(), NOON, year);
        var message = new Credentials(key, leaf, trust).signer().sign(REQUEST, PAYLOAD);
        var now = new Instant[] {NOON};
        var aging = new Verifier(trust, () -> now[0]);
        assertThat(aging.verify(message, REQUEST, OPERATORS)).isInstanceOf(Trusted.class);
        now[0] = NOON.plus(Duration.ofDays(2));
        assertThat(aging.verify(message, REQUEST, OPERATORS))
                .isInstanceOfSatisfying(
                        Untrusted.class,
                        untrusted ->
                                assertThat(untrusted.problem()).contains("root is expired on"));
    }

    @Test
    void aCertificateEndsNoLaterThanItsIssuer() {
        var issuance = new Issuance(new SecureRandom());
        var root = issuance.root("test", NOON, Duration.ofDays(10));
        var nodes =
                issuance.issuer(root, "test", "nodes", Series.FOUNDING, NOON, Duration.ofDays(5));
        var leaf =
                issuance.leaf(
                        nodes,
                        Identity.node("test", new NodeId("web01")),
                        Ed25519Key.generate(new SecureRandom()).publicKey(),
                        List.of(),
                        NOON,
                        Duration.ofDays(365));
        assertThat(leaf.getNotAfter()).isEqualTo(nodes.certificate().getNotAfter());
    }

    @Test
    void aSigningRequestProvesItsKey() {
        var key = Ed25519Key.generate(new SecureRandom());
        var request = SigningRequest.of(key);
        assertThat(SigningRequest.parse(request.der()).key()).isEqualTo(key.publicKey());
        var forged = request.der().toArray();
        forged[forged.length - 1] ^= 1;
        assertThatThrownBy(() -> SigningRequest.parse(Bytes.wrap(forged)))
                .hasMessageContaining("not signed with its key");
    }
}
