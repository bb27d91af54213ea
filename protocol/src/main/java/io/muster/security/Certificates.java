package io.muster.security;

import io.muster.message.Bytes;
import io.muster.message.Identity;
import io.muster.message.MalformedException;
import io.muster.message.Role;
import io.muster.trust.Series;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/** Reads what muster puts into X.509 certificates (RFC 5280). */
public final class Certificates {
    /** The arc of our own object identifiers: a random one under 2.25 (ITU-T X.667). */
    static final String ARC = "2.25.215437651402847331580512204867205518394";

    /** The extension with what the issuer attests: one UTF8String, {@code name=value,...}. */
    static final String ATTRIBUTES = ARC + ".2.1";

    /** The extension with the generation of the identity: an INTEGER. */
    static final String GENERATION = ARC + ".2.2";

    /** The extension with the key to seal secrets to: an OCTET STRING of the 32 bytes. */
    static final String SEALING = ARC + ".2.3";

    /** The extension of an issuer with the series of its documents: an INTEGER. */
    static final String SERIES = ARC + ".2.4";

    static final String ED25519 = "1.3.101.112";
    private static final int SIGNATURE_SIZE = 64;
    private static final int BIT_STRING = 3;
    private static final int URI = 6;
    private static final int SEALING_SIZE = 32;
    private static final Set<String> UNDERSTOOD =
            Set.of("2.5.29.15", "2.5.29.17", "2.5.29.19", "2.5.29.37");

    private Certificates() {}

    /** The object identifier in the extended key usage that makes a certificate this role's. */
    static String roleOid(Role role) {
        return ARC
                + switch (role) {
                    case NODE -> ".1.1";
                    case OPERATOR -> ".1.2";
                    case BROKER -> ".1.3";
                    case HUB -> ".1.4";
                };
    }

    /**
     * Reads one certificate.
     *
     * @throws MalformedException if it is not one in DER and nothing else
     */
    public static X509Certificate parse(Bytes der) {
        try {
            var in = new ByteArrayInputStream(der.view());
            var certificate =
                    (X509Certificate)
                            CertificateFactory.getInstance("X.509").generateCertificate(in);
            // The factory also takes text with a certificate in it, which has no end of forms.
            if (!der(certificate).equals(der)) {
                throw new MalformedException("more, or other, than a certificate in DER");
            }
            return certificate;
        } catch (MalformedException e) {
            throw e;
        } catch (CertificateException | RuntimeException e) {
            // The JDK's parser stumbles over some, such as those with an Ed25519 key of no bytes.
            throw new MalformedException("not a certificate", e);
        }
    }

    /** The certificate's DER form. */
    public static Bytes der(X509Certificate certificate) {
        try {
            return Bytes.wrap(certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a parsed certificate can be encoded", e);
        }
    }

    /** The SHA-256 of the DER form, in hexadecimal: what people compare and join tokens pin. */
    public static String fingerprint(X509Certificate certificate) {
        return der(certificate).sha256().hex();
    }

    /** What envelopes and locks name that certificate, and so its key, by. */
    public static String keyid(X509Certificate certificate) {
        return Envelope.keyid(der(certificate));
    }

    /** The certificate's number, in hexadecimal: what revocation lists name it by. */
    public static String serial(X509Certificate certificate) {
        return certificate.getSerialNumber().toString(16);
    }

    /**
     * The SHA-256 of the key in it, in hexadecimal: the same in all certificates of one key,
     * whatever name is on them.
     */
    public static String keyFingerprint(X509Certificate certificate) {
        return key(certificate).encoded().sha256().hex();
    }

    /**
     * The identity a leaf certificate states: exactly one URI in its alternative names, and the
     * role's object identifier in its extended key usage. Says nothing about who issued it.
     *
     * @throws MalformedException if there is no such identity, or the two do not agree
     */
    public static Identity identity(X509Certificate certificate) {
        var identity = Identity.parse(onlyUri(certificate));
        try {
            var usages = certificate.getExtendedKeyUsage();
            var roles =
                    usages == null
                            ? List.of()
                            : Arrays.stream(Role.values())
                                    .filter(role -> usages.contains(roleOid(role)))
                                    .toList();
            if (!roles.equals(List.of(identity.role()))) {
                throw new MalformedException("name and role of the certificate do not agree");
            }
        } catch (CertificateParsingException e) {
            throw new MalformedException("the extended key usage cannot be read", e);
        }
        return identity;
    }

    /** Whether more than half of its life since its issue is over: time for a new one. */
    public static boolean pastHalf(X509Certificate certificate, Instant now) {
        return now.isAfter(halfway(certificate));
    }

    /** When half of its life will be over. */
    public static Instant halfway(X509Certificate certificate) {
        var issued = certificate.getNotBefore().toInstant().plus(Issuance.BACKDATED);
        var end = certificate.getNotAfter().toInstant();
        return issued.plus(Duration.between(issued, end).dividedBy(2));
    }

    static String onlyUri(X509Certificate certificate) {
        try {
            var names = certificate.getSubjectAlternativeNames();
            var uris =
                    names == null
                            ? List.<String>of()
                            : names.stream()
                                    .filter(name -> name.getFirst().equals(URI))
                                    .map(name -> String.valueOf(name.get(1)))
                                    .toList();
            if (uris.size() != 1) {
                throw new MalformedException(
                        "a certificate with " + uris.size() + " URI names, not one");
            }
            return uris.getFirst();
        } catch (CertificateParsingException e) {
            throw new MalformedException("the alternative names cannot be read", e);
        }
    }

    /**
     * What the issuer attests of the holder: names and values, sorted; empty if nothing is. Says
     * nothing about who the issuer is.
     *
     * @throws MalformedException if the extension is not what muster writes
     */
    public static SortedMap<String, String> attributes(X509Certificate certificate) {
        var found = extension(certificate, ATTRIBUTES);
        if (found.isEmpty()) {
            return Attributes.NONE.values();
        }
        var text = new String(Der.content(found.get(), Der.UTF8).view(), StandardCharsets.US_ASCII);
        try {
            var attributes = Attributes.parse(text);
            if (attributes.isEmpty() || !attributes.toString().equals(text)) {
                throw new MalformedException("not sorted");
            }
            return attributes.values();
        } catch (IllegalArgumentException e) {
            throw new MalformedException("attributes: " + e.getMessage(), e);
        }
    }

    /**
     * How many machines, this one included, have had the identity; 1 if the certificate does not
     * say.
     *
     * @throws MalformedException if the extension is not what muster writes
     */
    public static int generation(X509Certificate certificate) {
        return whole(certificate, GENERATION, "generation").orElse(1);
    }

    /**
     * The series in which an issuer numbers its documents; the first if the certificate does not
     * say.
     *
     * @throws MalformedException if the extension is not what muster writes
     */
    public static Series series(X509Certificate issuer) {
        try {
            return whole(issuer, SERIES, "series").map(Series::new).orElse(Series.FOUNDING);
        } catch (IllegalArgumentException e) {
            throw new MalformedException(String.valueOf(e.getMessage()), e);
        }
    }

    private static Optional<Integer> whole(X509Certificate certificate, String id, String name) {
        var found = extension(certificate, id);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        var digits = Der.content(found.get(), Der.INTEGER).view();
        if (digits.length < 1 || digits.length > Integer.BYTES) {
            throw new MalformedException("a " + name + " of " + digits.length + " bytes");
        }
        var number = new BigInteger(digits);
        if (number.signum() < 1 || number.toByteArray().length != digits.length) {
            throw new MalformedException("a " + name + " that is not from 1, or not in DER");
        }
        return Optional.of(number.intValueExact());
    }

    /**
     * The key to which secrets for the holder are sealed, if it has one. Says nothing about who
     * issued the certificate.
     *
     * @throws MalformedException if the extension is not what muster writes, or the key not sound
     */
    public static Optional<SealingPublicKey> sealingKey(X509Certificate certificate) {
        return sealingBytes(certificate).map(SealingPublicKey::of);
    }

    private static Optional<Bytes> sealingBytes(X509Certificate certificate) {
        var found = extension(certificate, SEALING).map(value -> Der.content(value, Der.OCTETS));
        if (found.filter(key -> key.length() != SEALING_SIZE).isPresent()) {
            throw new MalformedException("a sealing key of another size");
        }
        return found;
    }

    private static Optional<Bytes> extension(X509Certificate certificate, String id) {
        return Optional.ofNullable(certificate.getExtensionValue(id))
                .map(octets -> Der.content(Bytes.wrap(octets), Der.OCTETS));
    }

    /** Why it cannot prove anything, whoever issued it. */
    static Optional<String> unsoundLeaf(X509Certificate certificate) {
        var usage = certificate.getKeyUsage();
        var critical = certificate.getCriticalExtensionOIDs();
        if (certificate.getVersion() != 3 || certificate.getBasicConstraints() >= 0) {
            return Optional.of("not a leaf certificate");
        }
        if (usage == null || !usage[0]) {
            return Optional.of("not a certificate to sign messages with");
        }
        if (critical != null && !UNDERSTOOD.containsAll(critical)) {
            return Optional.of("a critical extension is not understood");
        }
        var _ = attributes(certificate);
        var _ = generation(certificate);
        var _ = sealingBytes(certificate);
        return Optional.empty();
    }

    static boolean signedBy(X509Certificate certificate, Ed25519PublicKey issuer) {
        try {
            return certificate.getSigAlgOID().equals(ED25519)
                    && endsWithWholeSignature(certificate.getEncoded())
                    && issuer.verify(
                            Bytes.wrap(certificate.getTBSCertificate()),
                            Bytes.wrap(certificate.getSignature()));
        } catch (CertificateEncodingException e) {
            return false;
        }
    }

    /**
     * Whether the last member is a bit string (X.690, 8.6) of the 64 bytes and no unused bits: the
     * JDK forgives some of those, and one certificate would go by two fingerprints.
     */
    private static boolean endsWithWholeSignature(byte[] der) {
        var value = der.length - SIGNATURE_SIZE;
        return value > 3
                && der[value - 3] == BIT_STRING
                && der[value - 2] == SIGNATURE_SIZE + 1
                && der[value - 1] == 0;
    }

    /**
     * The key that a certificate is about.
     *
     * @throws MalformedException if it is not an Ed25519 key
     */
    public static Ed25519PublicKey key(X509Certificate certificate) {
        return Ed25519PublicKey.vouched(
                Ed25519PublicKey.rawOfSpki(certificate.getPublicKey().getEncoded()));
    }
}
