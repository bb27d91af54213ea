package io.muster.security;

import io.muster.message.Bytes;
import io.muster.message.Identity;

import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a certificate says that was checked: the issuer's word, whoever handed it over.
 *
 * @param identity of the holder
 * @param attributes what else is attested of the holder
 * @param serial of the certificate, by which it is revoked
 * @param sealing to which secrets for the holder are sealed
 */
public record Attested(
        Identity identity,
        SortedMap<String, String> attributes,
        String serial,
        Optional<SealingPublicKey> sealing) {

    public Attested {
        attributes = Collections.unmodifiableSortedMap(new TreeMap<>(attributes));
    }

    /** What that certificate says; nothing if it is not good at that moment, or not one at all. */
    public static Optional<Attested> by(TrustStore trust, Bytes der, Instant now) {
        try {
            var certificate = Certificates.parse(der);
            return trust.flaw(certificate, now).isPresent()
                    ? Optional.empty()
                    : Optional.of(
                            new Attested(
                                    Certificates.identity(certificate),
                                    Certificates.attributes(certificate),
                                    Certificates.serial(certificate),
                                    Certificates.sealingKey(certificate)));
        } catch (RuntimeException _) {
            // Strangers choose every byte, and the JDK's reader of certificates is large.
            return Optional.empty();
        }
    }
}
