package io.muster.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.action.ActionClass;
import io.muster.message.Bytes;
import io.muster.message.Identity;
import io.muster.message.IssuerName;
import io.muster.message.MalformedException;
import io.muster.message.NodeId;
import io.muster.message.RequestId;
import io.muster.message.Role;
import io.muster.security.Documents.Reading;
import io.muster.security.Verification.Flaw;
import io.muster.security.Verification.Trusted;
import io.muster.trust.Lock;
import io.muster.trust.LockTarget;
import io.muster.trust.PolicyBundle;
import io.muster.trust.Release;
import io.muster.trust.RevocationList;
import io.muster.trust.RevocationList.Revoked;
import io.muster.trust.Revocations;
import io.muster.trust.Revocations.Novelty;
import io.muster.trust.Series;

import org.junit.jupiter.api.Test;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Who may say what in the name of the authority, and what becomes of everybody else's word. */
class DocumentsTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final TestFleet FLEET = new TestFleet("test", NOON);
    private static final Credentials ALICE = FLEET.operator("alice");
    private static final Credentials BOB = FLEET.operator("bob");

    private final Revocations revocations = new Revocations();
    private Instant now = NOON;
    private final Documents documents = new Documents(FLEET.trust(), revocations, () -> now);
    private final Verifier verifier = new Verifier(FLEET.trust(), revocations, () -> now);

    private static Revoked revoked(Credentials who) {
        return new Revoked(
                who.identity(),
                Certificates.serial(who.certificate()),
                who.certificate().getNotAfter().toInstant(),
                "stolen");
    }

    private static RevocationList list(
            String fleet, IssuerName issuer, long number, Revoked... entries) {
        return new RevocationList(
                fleet, issuer, number, NOON, NOON.plus(Duration.ofDays(7)), List.of(entries));
    }

    private static Envelope signed(Issuance.Issuer issuer, PayloadType type, Bytes payload) {
        return Envelope.decode(Documents.sign(issuer, type, payload));
    }

    private static Flaw flaw(Reading<?> reading) {
        assertThat(reading).isInstanceOf(Reading.Forged.class);
        return ((Reading.Forged<?>) reading).flaw();
    }

    private static <T> T genuine(Reading<T> reading) {
        assertThat(reading).isInstanceOf(Reading.Genuine.class);
        return ((Reading.Genuine<T>) reading).document();
    }

    @Test
    void aListOfTheOperatorsIssuerIsBelieved() {
        var list = list("test", IssuerName.OPERATORS, 1, revoked(BOB));
        var read =
                documents.list(
                        signed(FLEET.operatorsIssuer(), PayloadType.REVOCATION, list.encode()));
        assertThat(genuine(read)).isEqualTo(list);
    }

    @Test
    void theNodesIssuerRevokesNoOperator() {
        assertThatThrownBy(() -> list("test", IssuerName.NODES, 1, revoked(BOB)))
                .hasMessageContaining("the nodes issuer may not revoke operator/bob");
        // Nor under the name of the other issuer, nor with bytes that no constructor checked.
        var disguised = list("test", IssuerName.OPERATORS, 1, revoked(BOB)).encode();
        assertThat(
                        flaw(
                                documents.list(
                                        signed(
                                                FLEET.nodesIssuer(),
                                                PayloadType.REVOCATION,
                                                disguised))))
                .isEqualTo(Flaw.BAD_SIGNATURE);
        var text = new String(disguised.view(), java.nio.charset.StandardCharsets.UTF_8);
        var relabelled =
                Bytes.utf8(text.replace("\"issuer\":\"operators\"", "\"issuer\":\"nodes\""));
        assertThat(
                        flaw(
                                documents.list(
                                        signed(
                                                FLEET.nodesIssuer(),
                                                PayloadType.REVOCATION,
                                                relabelled))))
                .isEqualTo(Flaw.MALFORMED);
    }

    @Test
    void anIssuerThatWasStolenCannotOutnumberItsSuccessor() {
        var next = FLEET.successor();
        var both = new Documents(TestFleet.trusting(next, FLEET), revocations, () -> now);
        for (var number : List.of(Series.SIZE, Series.SIZE + 1, Long.MAX_VALUE)) {
            var list = list("test", IssuerName.OPERATORS, number).encode();
            var stolen = signed(FLEET.operatorsIssuer(), PayloadType.REVOCATION, list);
            assertThat(flaw(both.list(stolen))).isEqualTo(Flaw.BAD_SIGNATURE);
            var policy = bundle(number).encode();
            assertThat(
                            flaw(
                                    both.policy(
                                            signed(
                                                    FLEET.operatorsIssuer(),
                                                    PayloadType.POLICY,
                                                    policy))))
                    .isEqualTo(Flaw.BAD_SIGNATURE);
        }
        var highest = list("test", IssuerName.OPERATORS, Series.SIZE - 1);
        var stolen = signed(FLEET.operatorsIssuer(), PayloadType.REVOCATION, highest.encode());
        assertThat(revocations.take(genuine(both.list(stolen)))).isEqualTo(Novelty.NEWER);
        var first = list("test", IssuerName.OPERATORS, Series.SIZE + 1).encode();
        var real = signed(next.operatorsIssuer(), PayloadType.REVOCATION, first);
        assertThat(revocations.take(genuine(both.list(real)))).isEqualTo(Novelty.NEWER);
        var early = list("test", IssuerName.OPERATORS, 5).encode();
        assertThat(flaw(both.list(signed(next.operatorsIssuer(), PayloadType.REVOCATION, early))))
                .isEqualTo(Flaw.BAD_SIGNATURE);
    }

    private static PolicyBundle bundle(long number) {
        var policy = "{\"rules\":[]}";
        return new PolicyBundle(
                "test", number, NOON, List.of(new PolicyBundle.Part(Map.of(), policy)));
    }

    @Test
    void anOperatorIssuesNoList() {
        var list = list("test", IssuerName.OPERATORS, 1, revoked(BOB));
        var envelope = Envelope.decode(ALICE.signer().sign(PayloadType.REVOCATION, list.encode()));
        assertThat(flaw(documents.list(envelope))).isEqualTo(Flaw.WRONG_ROLE);
    }

    @Test
    void aListOfAnotherFleetMeansNothingHere() {
        var other = new TestFleet("test", NOON);
        var list = list("test", IssuerName.OPERATORS, 9, revoked(BOB));
        assertThat(
                        flaw(
                                documents.list(
                                        signed(
                                                other.operatorsIssuer(),
                                                PayloadType.REVOCATION,
                                                list.encode()))))
                .isEqualTo(Flaw.WRONG_ROLE);
        // The same authority may have signed for another fleet by mistake.
        var elsewhere = new Identity("other", Role.OPERATOR, "bob");
        var misdirected =
                list("other", IssuerName.OPERATORS, 9, new Revoked(elsewhere, "5f", NOON, "x"));
        assertThat(
                        flaw(
                                documents.list(
                                        signed(
                                                FLEET.operatorsIssuer(),
                                                PayloadType.REVOCATION,
                                                misdirected.encode()))))
                .isEqualTo(Flaw.BAD_SIGNATURE);
    }

    @Test
    void aListCannotBeUsedAsAPolicyNorOneCharacterChanged() {
        var list = list("test", IssuerName.OPERATORS, 1, revoked(BOB));
        var envelope = signed(FLEET.operatorsIssuer(), PayloadType.REVOCATION, list.encode());
        assertThat(flaw(documents.policy(envelope))).isEqualTo(Flaw.WRONG_TYPE);
        var altered =
                new Envelope(
                        envelope.type(),
                        list("test", IssuerName.OPERATORS, 2).encode(),
                        envelope.signatures(),
                        envelope.certificates());
        assertThat(flaw(documents.list(altered))).isEqualTo(Flaw.BAD_SIGNATURE);
    }

    @Test
    void anIssuerOutOfItsTimeSignsNothing() {
        var list = list("test", IssuerName.OPERATORS, 1);
        var envelope = signed(FLEET.operatorsIssuer(), PayloadType.REVOCATION, list.encode());
        now = NOON.plus(Duration.ofDays(366));
        assertThat(flaw(documents.list(envelope))).isEqualTo(Flaw.WRONG_ROLE);
    }

    @Test
    void onlyTheOperatorsIssuerMakesPolicies() {
        var bundle =
                new PolicyBundle(
                        "test",
                        1,
                        NOON,
                        List.of(
                                new PolicyBundle.Part(Map.of("role", "db"), "{\"rules\":[]}"),
                                new PolicyBundle.Part(Map.of(), "{}")));
        var read =
                documents.policy(
                        signed(FLEET.operatorsIssuer(), PayloadType.POLICY, bundle.encode()));
        assertThat(genuine(read).textFor(Map.of("role", "db", "site", "x")))
                .contains("{\"rules\":[]}");
        assertThat(genuine(read).textFor(Map.of("role", "web"))).contains("{}");
        assertThat(
                        flaw(
                                documents.policy(
                                        signed(
                                                FLEET.nodesIssuer(),
                                                PayloadType.POLICY,
                                                bundle.encode()))))
                .isEqualTo(Flaw.BAD_SIGNATURE);
    }

    @Test
    void aListNeverGoesBack() {
        var third = list("test", IssuerName.OPERATORS, 3, revoked(BOB));
        assertThat(revocations.take(third)).isEqualTo(Novelty.NEWER);
        assertThat(revocations.take(list("test", IssuerName.OPERATORS, 2)))
                .isEqualTo(Novelty.OLDER);
        assertThat(revocations.take(third)).isEqualTo(Novelty.KNOWN);
        assertThat(revocations.take(list("test", IssuerName.OPERATORS, 3)))
                .isEqualTo(Novelty.DIFFERENT);
        assertThat(revocations.entry(BOB.identity(), Certificates.serial(BOB.certificate())))
                .isPresent();
        assertThat(revocations.numbers().operators()).isEqualTo(3);
        // A list of the other issuer does not touch it.
        assertThat(revocations.take(list("test", IssuerName.NODES, 7))).isEqualTo(Novelty.NEWER);
        assertThat(revocations.entry(BOB.identity(), Certificates.serial(BOB.certificate())))
                .isPresent();
    }

    @Test
    void whoIsRevokedIsRefusedAtOnceAlsoWhenSeenBefore() {
        var message = BOB.signer().sign(PayloadType.REQUEST, Bytes.utf8("{}"));
        var roles = Set.of(Role.OPERATOR);
        assertThat(verifier.verify(message, PayloadType.REQUEST, roles))
                .isInstanceOf(Trusted.class);
        revocations.take(list("test", IssuerName.OPERATORS, 1, revoked(BOB)));
        assertThat(verifier.verify(message, PayloadType.REQUEST, roles))
                .isInstanceOfSatisfying(
                        Verification.Untrusted.class,
                        no -> {
                            assertThat(no.flaw()).isEqualTo(Flaw.REVOKED);
                            assertThat(no.problem()).contains("operator/bob").contains("stolen");
                        });
        // A new certificate for the same person is another matter.
        var anew = FLEET.operator("bob").signer().sign(PayloadType.REQUEST, Bytes.utf8("{}"));
        assertThat(verifier.verify(anew, PayloadType.REQUEST, roles)).isInstanceOf(Trusted.class);
    }

    private static Lock lock(Identity sender, String target) {
        return new Lock(
                RequestId.random(new SecureRandom()),
                "test",
                sender,
                LockTarget.parse(target),
                "why",
                NOON,
                Optional.empty());
    }

    private static Envelope sign(Credentials who, Lock lock) {
        return Envelope.decode(who.signer().sign(PayloadType.LOCK, lock.encode()));
    }

    @Test
    void aLockIsItsMakersWord() {
        var lock = lock(ALICE.identity(), "operator/bob");
        assertThat(genuine(documents.lock(sign(ALICE, lock)))).isEqualTo(lock);
        assertThat(flaw(documents.lock(sign(BOB, lock)))).isEqualTo(Flaw.BAD_SIGNATURE);
        var node = FLEET.node("web01");
        assertThat(flaw(documents.lock(sign(node, lock(node.identity(), "all")))))
                .isEqualTo(Flaw.WRONG_ROLE);
        var stranger = new TestFleet("test", NOON).operator("alice");
        assertThat(flaw(documents.lock(sign(stranger, lock)))).isEqualTo(Flaw.BAD_CERTIFICATE);
        var forged = sign(ALICE, lock);
        var other =
                new Envelope(
                        PayloadType.LOCK,
                        lock(ALICE.identity(), "all").encode(),
                        forged.signatures(),
                        forged.certificates());
        assertThat(flaw(documents.lock(other))).isEqualTo(Flaw.BAD_SIGNATURE);
    }

    @Test
    void aLockOutlivesItsMakersCertificateAndAReleaseDoesNot() {
        var brief =
                FLEET.credentials(
                        FLEET.operatorsIssuer(),
                        new Identity("test", Role.OPERATOR, "alice"),
                        Duration.ofHours(12));
        var lock = lock(brief.identity(), "operator/bob");
        var locked = sign(brief, lock);
        var release = new Release(lock.id(), "test", Optional.of(brief.identity()), "", NOON);
        var released = Envelope.decode(brief.signer().sign(PayloadType.RELEASE, release.encode()));
        assertThat(genuine(documents.release(released))).isEqualTo(release);
        now = NOON.plus(Duration.ofHours(13));
        assertThat(genuine(documents.lock(locked))).isEqualTo(lock);
        assertThat(flaw(documents.release(released))).isEqualTo(Flaw.BAD_CERTIFICATE);
        now = NOON.plus(Duration.ofDays(31));
        assertThat(flaw(documents.lock(locked))).isEqualTo(Flaw.BAD_SIGNATURE);
    }

    @Test
    void theOperatorsIssuerReleasesAndNoOtherInItsName() {
        var lock = lock(BOB.identity(), "all");
        var release = new Release(lock.id(), "test", Optional.empty(), "thief", NOON);
        var bytes = release.encode();
        assertThat(
                        genuine(
                                documents.release(
                                        signed(
                                                FLEET.operatorsIssuer(),
                                                PayloadType.RELEASE,
                                                bytes))))
                .isEqualTo(release);
        assertThat(flaw(documents.release(signed(FLEET.nodesIssuer(), PayloadType.RELEASE, bytes))))
                .isEqualTo(Flaw.BAD_SIGNATURE);
        assertThat(
                        flaw(
                                documents.release(
                                        Envelope.decode(
                                                BOB.signer().sign(PayloadType.RELEASE, bytes)))))
                .isEqualTo(Flaw.BAD_SIGNATURE);
    }

    @Test
    void aRevokedOperatorNeitherLocksNorReleases() {
        revocations.take(list("test", IssuerName.OPERATORS, 1, revoked(BOB)));
        var lock = lock(BOB.identity(), "all");
        assertThat(flaw(documents.lock(sign(BOB, lock)))).isEqualTo(Flaw.REVOKED);
        var release = new Release(lock.id(), "test", Optional.of(BOB.identity()), "", NOON);
        assertThat(
                        flaw(
                                documents.release(
                                        Envelope.decode(
                                                BOB.signer()
                                                        .sign(
                                                                PayloadType.RELEASE,
                                                                release.encode())))))
                .isEqualTo(Flaw.REVOKED);
    }

    @Test
    void aLockMadeOutsideItsMakersTimeIsNone() {
        var late =
                new Lock(
                        RequestId.random(new SecureRandom()),
                        "test",
                        ALICE.identity(),
                        new LockTarget.Everything(),
                        "",
                        NOON.plus(Duration.ofHours(1)),
                        Optional.empty());
        assertThat(flaw(documents.lock(sign(ALICE, late)))).isEqualTo(Flaw.BAD_SIGNATURE);
    }

    @Test
    void whatCanBeLockedHasOneForm() {
        for (var text :
                List.of(
                        "operator/bob",
                        "node/web01",
                        "key:709e80c88487a2411e1ee4dfb9f22a86",
                        "action:user.ensure",
                        "action:user.*",
                        "class:destructive",
                        "all")) {
            assertThat(LockTarget.parse(text).text()).isEqualTo(text);
        }
        for (var text : List.of("", "bob", "action:*", "class:read", "key:x", "person/bob", "/")) {
            assertThatThrownBy(() -> LockTarget.parse(text))
                    .as(text)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(LockTarget.parse("class:change"))
                .isEqualTo(new LockTarget.OfClass(ActionClass.CHANGE));
    }

    @Test
    void aListThatNobodyCouldReadIsNotMade() {
        var entries =
                java.util.stream.IntStream.range(0, RevocationList.MOST)
                        .mapToObj(
                                i ->
                                        new Revoked(
                                                Identity.node(
                                                        "test", new NodeId("n-%012x".formatted(i))),
                                                "5f1d0a7e4c3b2a1908172635%08x".formatted(i),
                                                NOON,
                                                "cleaned"))
                        .toArray(Revoked[]::new);
        var full = list("test", IssuerName.NODES, 1, entries);
        assertThat(
                        genuine(
                                documents.list(
                                        signed(
                                                FLEET.nodesIssuer(),
                                                PayloadType.REVOCATION,
                                                full.encode()))))
                .isEqualTo(full);
        assertThatThrownBy(() -> Documents.sign(FLEET.nodesIssuer(), PayloadType.REVOCATION, big()))
                .hasMessageContaining("are the most");
        assertThatThrownBy(() -> RevocationList.decode(Bytes.utf8("{}")))
                .isInstanceOf(MalformedException.class);
    }

    private static Bytes big() {
        return Bytes.utf8("x".repeat(256 * 1024 + 1));
    }
}
