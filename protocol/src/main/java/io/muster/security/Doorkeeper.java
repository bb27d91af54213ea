package io.muster.security;

import io.muster.message.Identity;
import io.muster.trust.Revocations;

import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BiPredicate;

/**
 * Says who a TLS chain proves somebody to be, at this moment: nobody, if the certificate is
 * revoked, or its holder or key is locked. To be asked again while a connection lasts. Thread-safe.
 */
public final class Doorkeeper {
    private final TrustStore trust;
    private final Revocations revocations;
    private final BiPredicate<Identity, String> locked;
    private final InstantSource clock;

    /**
     * Goes by these.
     *
     * @param locked whether that identity, or the key with that key id, is
     */
    public Doorkeeper(
            TrustStore trust,
            Revocations revocations,
            BiPredicate<Identity, String> locked,
            InstantSource clock) {
        this.trust = trust;
        this.revocations = revocations;
        this.locked = locked;
        this.clock = clock;
    }

    /** Who that is, the leaf being first. */
    public Optional<Identity> identify(X509Certificate[] chain) {
        return trust.identify(chain, clock.instant())
                .filter(who -> !revoked(who, chain[0]))
                .filter(who -> !locked.test(who, Certificates.keyid(chain[0])));
    }

    private boolean revoked(Identity who, X509Certificate leaf) {
        return revocations.entry(who, Certificates.serial(leaf)).isPresent();
    }
}
