package io.muster.security;

import io.muster.message.Bytes;
import io.muster.message.Role;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The time by which a node that does not trust its clock judges certificates: not earlier than its
 * own certificate was made, nor than that of any operator it has seen, nor than the clock says.
 * Thread-safe.
 *
 * <p>A certificate that has ended is recognised as far as this time goes and no further.
 */
public final class KnownTime implements InstantSource {
    private final InstantSource clock;
    private final TrustStore trust;
    private volatile Instant floor;

    /** Of the holder of those credentials. */
    public KnownTime(InstantSource clock, Credentials own) {
        this(clock, own.trust(), own.certificate());
    }

    /** Of the holder of that certificate. */
    public KnownTime(InstantSource clock, TrustStore trust, X509Certificate own) {
        this.clock = clock;
        this.trust = trust;
        this.floor = own.getNotBefore().toInstant();
    }

    @Override
    public Instant instant() {
        var now = clock.instant();
        var least = floor;
        return now.isBefore(least) ? least : now;
    }

    /**
     * Shows it a certificate, whoever sent it: if it is one of this fleet's operators, it was made
     * in the past. Those of others do not count: who makes them might be able to make an operator's
     * look ended.
     */
    public void learn(Bytes der) {
        try {
            learn(Certificates.parse(der));
        } catch (RuntimeException _) {
            // strangers choose every byte; the verifier will say what is wrong with them
        }
    }

    private synchronized void learn(X509Certificate certificate) {
        var made = certificate.getNotBefore().toInstant();
        if (made.isAfter(instant())
                && Certificates.identity(certificate).role() == Role.OPERATOR
                && trust.flaw(certificate, made).isEmpty()) {
            floor = made;
        }
    }
}
