package io.muster.security;

import io.muster.message.Bytes;
import io.muster.message.Identity;
import io.muster.message.MalformedException;
import io.muster.message.Role;
import io.muster.security.TrustStore.Judged;
import io.muster.security.Verification.Flaw;
import io.muster.security.Verification.Trusted;
import io.muster.security.Verification.Untrusted;
import io.muster.trust.Revocations;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Checks envelopes against the fleet's trust: cheap checks first, the payload untouched.
 *
 * <p>The certificates of those who signed are remembered, so that a caller seen before costs one
 * signature check. Thread-safe.
 */
public final class Verifier {
    private static final int REMEMBERED = 20_000;

    private final TrustStore trust;
    private final Revocations revocations;
    private final InstantSource clock;
    private final Consumer<Bytes> shown;
    private final Map<Bytes, Known> known =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Bytes, Known> eldest) {
                    return size() > REMEMBERED;
                }
            };

    /**
     * Somebody seen before.
     *
     * @param under whom was trusted when the certificate was checked: once that changes, it is
     *     checked again
     */
    private record Known(
            Identity identity,
            String serial,
            Ed25519PublicKey key,
            Instant from,
            Instant until,
            List<Anchor> under) {}

    /** Where nothing is ever revoked. */
    public Verifier(TrustStore trust, InstantSource clock) {
        this(trust, new Revocations(), clock);
    }

    /** Of a node that does not trust its clock, and learns from what it is shown. */
    public Verifier(TrustStore trust, KnownTime time) {
        this(trust, new Revocations(), time);
    }

    /**
     * Checks against that trust.
     *
     * @param revocations asked about each message anew, whoever was known before
     */
    public Verifier(TrustStore trust, Revocations revocations, InstantSource clock) {
        this(trust, revocations, clock, _ -> {});
    }

    /** The same, of a node that does not trust its clock. */
    public Verifier(TrustStore trust, Revocations revocations, KnownTime time) {
        this(trust, revocations, time, time::learn);
    }

    private Verifier(
            TrustStore trust, Revocations revocations, InstantSource clock, Consumer<Bytes> shown) {
        this.trust = trust;
        this.revocations = revocations;
        this.clock = clock;
        this.shown = shown;
    }

    /**
     * Checks one message from the bus.
     *
     * @param type what it must be
     * @param roles who may say such a thing
     */
    public Verification verify(Bytes message, PayloadType type, Set<Role> roles) {
        if (message.length() > Envelope.MAX_SIZE) {
            return new Untrusted(Flaw.OVERSIZED, message.length() + " bytes");
        }
        try {
            return verify(Envelope.decode(message), type, roles);
        } catch (MalformedException e) {
            return new Untrusted(Flaw.MALFORMED, e.problem());
        }
    }

    /** As above, for an envelope that was read already. */
    public Verification verify(Envelope envelope, PayloadType type, Set<Role> roles) {
        if (envelope.type() != type) {
            return new Untrusted(Flaw.WRONG_TYPE, envelope.type().mediaType());
        }
        if (envelope.signatures().size() != 1) {
            return new Untrusted(Flaw.MALFORMED, "more than one signature");
        }
        var certificate = envelope.certificates().getFirst();
        Known signer;
        try {
            signer = known(certificate);
        } catch (MalformedException e) {
            return new Untrusted(Flaw.BAD_CERTIFICATE, e.problem());
        } catch (RuntimeException e) {
            // Strangers choose every byte, and the JDK's reader of certificates is large.
            return new Untrusted(Flaw.BAD_CERTIFICATE, "cannot be read: " + e);
        }
        if (!roles.contains(signer.identity().role())) {
            return new Untrusted(
                    Flaw.WRONG_ROLE,
                    signer.identity().brief() + " may not sign such a message: " + word(type));
        }
        var revoked = revocations.entry(signer.identity(), signer.serial());
        if (revoked.isPresent()) {
            return new Untrusted(Flaw.REVOKED, Revocations.words(revoked.get()));
        }
        var signature = envelope.signatures().getFirst().value();
        if (!signer.key().verify(Envelope.signedBytes(type, envelope.payload()), signature)) {
            return new Untrusted(Flaw.BAD_SIGNATURE, "not signed by " + signer.identity().brief());
        }
        remember(certificate, signer);
        return new Trusted(signer.identity(), envelope.payload());
    }

    /** Whether somebody has signed with that certificate's key before. */
    boolean knows(Bytes certificate) {
        return recall(certificate).isPresent();
    }

    private Known known(Bytes der) {
        shown.accept(der);
        var now = clock.instant();
        var anchors = trust.anchors();
        var remembered = recall(der).filter(known -> known.under().equals(anchors));
        if (remembered.isPresent()) {
            var entry = remembered.get();
            if (!now.isBefore(entry.from()) && now.isBefore(entry.until())) {
                return entry;
            }
        }
        X509Certificate certificate = Certificates.parse(der);
        return switch (trust.judged(certificate, now)) {
            case Judged.Flawed(String why) -> throw new MalformedException(why);
            case Judged.Sound(Anchor by) -> known(certificate, by, anchors);
        };
    }

    private static Known known(X509Certificate certificate, Anchor by, List<Anchor> anchors) {
        var identity = Certificates.identity(certificate);
        var end = certificate.getNotAfter().toInstant();
        var issuersEnd = by.end(identity.role());
        return new Known(
                identity,
                Certificates.serial(certificate),
                Certificates.key(certificate),
                certificate.getNotBefore().toInstant(),
                issuersEnd.isBefore(end) ? issuersEnd : end,
                anchors);
    }

    private void remember(Bytes der, Known signer) {
        synchronized (known) {
            known.put(der, signer);
        }
    }

    private Optional<Known> recall(Bytes der) {
        synchronized (known) {
            return Optional.ofNullable(known.get(der));
        }
    }

    private static String word(PayloadType type) {
        return switch (type) {
            case REQUEST -> "request";
            case REPLY -> "reply";
            case ANNOUNCEMENT -> "announcement";
            case CHECKPOINT -> "checkpoint";
            case ROLLCALL -> "roll call";
            case APPROVAL -> "approval";
            case REVOCATION -> "revocation list";
            case POLICY -> "policy bundle";
            case TRUST -> "trust set";
            case LOCK -> "lock";
            case RELEASE -> "release";
        };
    }
}
