package io.muster.security;

import io.muster.message.Bytes;
import io.muster.message.Identity;
import io.muster.message.IssuerName;
import io.muster.message.Json;
import io.muster.message.MalformedException;
import io.muster.message.Role;
import io.muster.security.Anchor.Signatory;
import io.muster.security.Verification.Flaw;
import io.muster.security.Verification.Trusted;
import io.muster.security.Verification.Untrusted;
import io.muster.trust.Lock;
import io.muster.trust.PolicyBundle;
import io.muster.trust.Release;
import io.muster.trust.RevocationList;
import io.muster.trust.Revocations;
import io.muster.trust.Series;
import io.muster.trust.TrustSet;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Signs and checks what rests for long: lists and policies that an issuer signs with its own key,
 * and the locks of operators. Thread-safe.
 */
public final class Documents {
    /** How far ahead the clock of somebody who locks may be. */
    private static final Duration SKEW = Duration.ofMinutes(5);

    /**
     * A lock is passed on to nodes that come back long after its maker's certificate has expired;
     * revocation lists keep a certificate for as long after its end.
     */
    public static final Duration KEPT_AFTER_EXPIRY = Duration.ofDays(30);

    private final TrustStore trust;
    private final Revocations revocations;
    private final Verifier verifier;
    private final InstantSource clock;

    /**
     * Checks against that trust.
     *
     * @param revocations whose locks count no more
     */
    public Documents(TrustStore trust, Revocations revocations, InstantSource clock) {
        this.trust = trust;
        this.revocations = revocations;
        this.verifier = new Verifier(trust, revocations, clock);
        this.clock = clock;
    }

    /**
     * Whether a document is what it claims.
     *
     * @param <T> which kind of document
     */
    public sealed interface Reading<T> {
        /** It is: here it is. */
        record Genuine<T>(T document) implements Reading<T> {}

        /** To be dropped. */
        record Forged<T>(Flaw flaw, String problem) implements Reading<T> {}
    }

    /**
     * The envelope of a document that an issuer signs itself.
     *
     * @throws IllegalArgumentException if nobody could read it because it is too large
     */
    public static Bytes sign(Issuance.Issuer issuer, PayloadType type, Bytes payload) {
        if (payload.length() > Json.MAX_DOCUMENT) {
            throw new IllegalArgumentException(
                    "a document of "
                            + payload.length()
                            + " bytes, and "
                            + Json.MAX_DOCUMENT
                            + " are the most");
        }
        var certificate = Certificates.der(issuer.certificate());
        var signature = issuer.key().sign(Envelope.signedBytes(type, payload));
        return new Envelope(
                        type,
                        payload,
                        List.of(new Envelope.Signature(Envelope.keyid(certificate), signature)),
                        List.of(certificate))
                .encode();
    }

    /** Whether an issuer that is trusted numbers documents so: see {@link Series}. */
    public boolean numbers(long document) {
        return trust.numbers(document);
    }

    /** A revocation list: signed by the issuer that it names, for this fleet. */
    public Reading<RevocationList> list(Envelope envelope) {
        return issued(
                envelope,
                PayloadType.REVOCATION,
                RevocationList::decode,
                (by, list) ->
                        by.name() != list.issuer()
                                ? Optional.of("a list of the " + list.issuer() + " issuer")
                                : ofThisFleet(list.fleet()).or(() -> numbered(by, list.number())));
    }

    /** A policy bundle: signed by the operators issuer, for this fleet. */
    public Reading<PolicyBundle> policy(Envelope envelope) {
        return issued(
                envelope,
                PayloadType.POLICY,
                PolicyBundle::decode,
                (by, bundle) ->
                        by.name() != IssuerName.OPERATORS
                                ? Optional.of("no policy is the nodes issuer's to make")
                                : ofThisFleet(bundle.fleet())
                                        .or(() -> numbered(by, bundle.number())));
    }

    /**
     * A trust set: signed by a root that is trusted already, for this fleet, and sound, so that
     * whoever goes by it can go on. No issuer can make one: whom to trust is the root's to say.
     */
    public Reading<TrustSet> set(Envelope envelope) {
        if (envelope.type() != PayloadType.TRUST || envelope.signatures().size() != 1) {
            return new Reading.Forged<>(Flaw.WRONG_TYPE, envelope.type().mediaType());
        }
        var root = trust.rootKey(envelope.certificates().getFirst(), clock.instant());
        if (root.isEmpty()) {
            return new Reading.Forged<>(Flaw.WRONG_ROLE, "not signed by a root of this fleet");
        }
        var signature = envelope.signatures().getFirst().value();
        if (!root.get()
                .verify(Envelope.signedBytes(PayloadType.TRUST, envelope.payload()), signature)) {
            return new Reading.Forged<>(Flaw.BAD_SIGNATURE, "not signed by the root");
        }
        return decode(envelope.payload(), TrustSet::decode)
                .check(set -> ofThisFleet(set.fleet()).or(() -> unsound(set)));
    }

    private Optional<String> unsound(TrustSet set) {
        try {
            var anchors = TrustStore.anchorsOf(set);
            var fleet = anchors.getFirst().fleet();
            if (!fleet.equals(trust.fleet())) {
                return Optional.of("authorities of the fleet " + fleet + ", not " + trust.fleet());
            }
            return anchors.stream().anyMatch(a -> a.series().number() > set.number())
                    ? Optional.of("an authority that only a later set brings in")
                    : Optional.empty();
        } catch (MalformedException | SecurityFileException e) {
            return Optional.of("authorities that are not sound: " + e.getMessage());
        }
    }

    /**
     * A lock, signed by an operator whose certificate was valid when the lock was made and has not
     * been revoked since. It may have expired: whoever was away must obey all the same. The worst
     * that somebody with an old key can do is to lock.
     */
    public Reading<Lock> lock(Envelope envelope) {
        if (envelope.type() != PayloadType.LOCK || envelope.signatures().size() != 1) {
            return new Reading.Forged<>(Flaw.WRONG_TYPE, envelope.type().mediaType());
        }
        try {
            var certificate = Certificates.parse(envelope.certificates().getFirst());
            var born = certificate.getNotBefore().toInstant();
            var flaw = trust.flaw(certificate, born);
            if (flaw.isPresent()) {
                return new Reading.Forged<>(Flaw.BAD_CERTIFICATE, flaw.get());
            }
            var signer = Certificates.identity(certificate);
            if (signer.role() != Role.OPERATOR) {
                return new Reading.Forged<>(Flaw.WRONG_ROLE, signer.brief() + " may not lock");
            }
            var revoked = revocations.entry(signer, Certificates.serial(certificate));
            if (revoked.isPresent()) {
                return new Reading.Forged<>(Flaw.REVOKED, Revocations.words(revoked.get()));
            }
            var bytes = Envelope.signedBytes(PayloadType.LOCK, envelope.payload());
            var signature = envelope.signatures().getFirst().value();
            if (!Certificates.key(certificate).verify(bytes, signature)) {
                return new Reading.Forged<>(Flaw.BAD_SIGNATURE, "not signed by " + signer.brief());
            }
            var lock = Lock.decode(envelope.payload());
            return ownWord(signer, lock.sender(), lock.fleet())
                    .or(() -> trust.flaw(certificate, lock.issued()))
                    .or(() -> untimely(lock, certificate.getNotAfter().toInstant()))
                    .<Reading<Lock>>map(p -> new Reading.Forged<>(Flaw.BAD_SIGNATURE, p))
                    .orElseGet(() -> new Reading.Genuine<>(lock));
        } catch (MalformedException e) {
            return new Reading.Forged<>(Flaw.MALFORMED, e.problem());
        } catch (RuntimeException e) {
            // Strangers choose every byte, and the JDK's reader of certificates is large.
            return new Reading.Forged<>(Flaw.BAD_CERTIFICATE, "cannot be read: " + e);
        }
    }

    /**
     * A release, signed by an operator whose certificate is valid now, for it opens what was shut;
     * or by the operators issuer itself.
     */
    public Reading<Release> release(Envelope envelope) {
        if (trust.signatory(envelope.certificates().getFirst(), clock.instant()).isPresent()) {
            return issued(
                    envelope,
                    PayloadType.RELEASE,
                    Release::decode,
                    (by, release) ->
                            by.name() != IssuerName.OPERATORS || release.sender().isPresent()
                                    ? Optional.of(
                                            "the " + by.name() + " issuer did not sign for it")
                                    : ofThisFleet(release.fleet()));
        }
        return switch (verifier.verify(envelope, PayloadType.RELEASE, Set.of(Role.OPERATOR))) {
            case Untrusted(Flaw flaw, String problem) -> new Reading.Forged<>(flaw, problem);
            case Trusted trusted ->
                    decode(trusted.payload(), Release::decode)
                            .check(r -> ownRelease(trusted.signer(), r));
        };
    }

    private Optional<String> untimely(Lock lock, Instant end) {
        var now = clock.instant();
        if (lock.issued().isAfter(now.plus(SKEW))) {
            return Optional.of("locked at " + lock.issued() + ", here it is " + now);
        }
        return now.isBefore(end.plus(KEPT_AFTER_EXPIRY))
                ? Optional.empty()
                : Optional.of("signed with a certificate that expired on " + end);
    }

    private Optional<String> ownWord(Identity signer, Identity sender, String fleet) {
        return signer.equals(sender)
                ? ofThisFleet(fleet)
                : Optional.of(signer.brief() + " signed for " + sender.brief());
    }

    private Optional<String> ownRelease(Identity signer, Release release) {
        return release.sender()
                .map(sender -> ownWord(signer, sender, release.fleet()))
                .orElse(Optional.of(signer.brief() + " signed for the authority"));
    }

    private Optional<String> ofThisFleet(String fleet) {
        return fleet.equals(trust.fleet())
                ? Optional.empty()
                : Optional.of("for the fleet " + fleet + ", not " + trust.fleet());
    }

    private <T> Reading<T> issued(
            Envelope envelope,
            PayloadType type,
            Function<Bytes, T> form,
            BiFunction<Signatory, T, Optional<String>> objection) {
        if (envelope.type() != type || envelope.signatures().size() != 1) {
            return new Reading.Forged<>(Flaw.WRONG_TYPE, envelope.type().mediaType());
        }
        var signatory = trust.signatory(envelope.certificates().getFirst(), clock.instant());
        if (signatory.isEmpty()) {
            return new Reading.Forged<>(
                    Flaw.WRONG_ROLE, "not signed by an issuer of this fleet itself");
        }
        var signature = envelope.signatures().getFirst().value();
        var by = signatory.get();
        if (!by.key().verify(Envelope.signedBytes(type, envelope.payload()), signature)) {
            return new Reading.Forged<>(
                    Flaw.BAD_SIGNATURE, "not signed by the " + by.name() + " issuer");
        }
        return decode(envelope.payload(), form).check(t -> objection.apply(by, t));
    }

    /** An issuer that was stolen must not outnumber its successors. */
    private static Optional<String> numbered(Signatory by, long number) {
        return by.series().holds(number)
                ? Optional.empty()
                : Optional.of("number " + number + " is not of its issuer's series");
    }

    private static <T> Parsed<T> decode(Bytes payload, Function<Bytes, T> form) {
        try {
            return new Parsed<>(new Reading.Genuine<>(form.apply(payload)));
        } catch (MalformedException e) {
            return new Parsed<>(new Reading.Forged<>(Flaw.MALFORMED, e.problem()));
        }
    }

    private record Parsed<T>(Reading<T> reading) {
        Reading<T> check(Function<T, Optional<String>> objection) {
            return switch (reading) {
                case Reading.Forged<T> forged -> forged;
                case Reading.Genuine<T>(T document) ->
                        objection
                                .apply(document)
                                .<Reading<T>>map(
                                        why -> new Reading.Forged<>(Flaw.BAD_SIGNATURE, why))
                                .orElse(reading);
            };
        }
    }
}
