package io.muster.security;

import io.muster.message.Bytes;
import io.muster.message.Identity;
import io.muster.message.Role;
import io.muster.trust.Series;

import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;

/**
 * Builds certificates (RFC 5280, RFC 8410) from what the issuer knows: nothing is ever copied from
 * what an applicant sent but its public key.
 */
public final class Issuance {
    /** Clocks of freshly booted machines lag: a certificate is valid a little before its issue. */
    static final Duration BACKDATED = Duration.ofMinutes(10);

    private static final AlgorithmIdentifier ED25519 =
            new AlgorithmIdentifier(new ASN1ObjectIdentifier(Certificates.ED25519));

    private final SecureRandom random;

    public Issuance(SecureRandom random) {
        this.random = random;
    }

    /** A key with the certificate that lets it issue others. */
    public record Issuer(Ed25519Key key, X509Certificate certificate) {}

    /** A new root for a fleet. */
    public Issuer root(String fleet, Instant now, Duration validity) {
        var key = Ed25519Key.generate(random);
        var name = issuerName(fleet, "root");
        var certificate =
                authority(name, name, key, key, fleet, "root", Series.FOUNDING, now, validity);
        return new Issuer(key, certificate);
    }

    /**
     * A new issuer under the root.
     *
     * @param name {@code operators} or {@code nodes}
     * @param series of its documents
     */
    public Issuer issuer(
            Issuer root, String fleet, String name, Series series, Instant now, Duration validity) {
        var key = Ed25519Key.generate(random);
        var certificate =
                authority(
                        issuerName(fleet, "root"),
                        issuerName(fleet, name),
                        key,
                        root.key(),
                        fleet,
                        name,
                        series,
                        now,
                        validity);
        return new Issuer(key, certificate);
    }

    /**
     * A leaf certificate of which nothing but identity and key is attested; it ends no later than
     * its issuer.
     *
     * @param hosts host names and addresses it may serve TLS under; for brokers and hubs only
     */
    public X509Certificate leaf(
            Issuer issuer,
            Identity identity,
            Ed25519PublicKey key,
            List<String> hosts,
            Instant now,
            Duration validity) {
        return leaf(issuer, Leaf.of(identity, key).serving(hosts), now, validity);
    }

    /** A leaf certificate; it ends no later than its issuer. */
    public X509Certificate leaf(Issuer issuer, Leaf leaf, Instant now, Duration validity) {
        var identity = leaf.identity();
        var left = Duration.between(now, issuer.certificate().getNotAfter().toInstant());
        return sign(
                issuer.key(),
                new X500Name(issuer.certificate().getSubjectX500Principal().getName()),
                new X500Name("CN=" + identity.name() + ",OU=" + identity.role().word()),
                leaf.key(),
                extensions(leaf),
                now,
                left.compareTo(validity) < 0 ? left : validity);
    }

    private static ExtensionsGenerator extensions(Leaf leaf) {
        var extensions = new ExtensionsGenerator();
        var role = leaf.identity().role();
        add(extensions, Extension.basicConstraints, true, new BasicConstraints(false));
        add(extensions, Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
        add(extensions, Extension.extendedKeyUsage, false, usages(role, leaf.serves()));
        var names = new ArrayList<GeneralName>();
        names.add(new GeneralName(GeneralName.uniformResourceIdentifier, leaf.identity().uri()));
        if (leaf.serves()) {
            leaf.hosts().forEach(host -> names.add(host(host)));
        }
        add(
                extensions,
                Extension.subjectAlternativeName,
                false,
                new GeneralNames(names.toArray(GeneralName[]::new)));
        if (!leaf.attributes().isEmpty()) {
            var text = new DERUTF8String(leaf.attributes().toString());
            add(extensions, new ASN1ObjectIdentifier(Certificates.ATTRIBUTES), false, text);
        }
        var generation = new ASN1Integer(leaf.generation());
        add(extensions, new ASN1ObjectIdentifier(Certificates.GENERATION), false, generation);
        leaf.sealing()
                .ifPresent(
                        to ->
                                add(
                                        extensions,
                                        new ASN1ObjectIdentifier(Certificates.SEALING),
                                        false,
                                        new DEROctetString(to.encoded().view())));
        return extensions;
    }

    private X509Certificate authority(
            X500Name issuerName,
            X500Name subject,
            Ed25519Key key,
            Ed25519Key signer,
            String fleet,
            String name,
            Series series,
            Instant now,
            Duration validity) {
        var extensions = new ExtensionsGenerator();
        var constraints = name.equals("root") ? new BasicConstraints(1) : new BasicConstraints(0);
        add(extensions, Extension.basicConstraints, true, constraints);
        add(
                extensions,
                Extension.keyUsage,
                true,
                new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
        add(
                extensions,
                Extension.subjectAlternativeName,
                false,
                new GeneralNames(
                        new GeneralName(
                                GeneralName.uniformResourceIdentifier,
                                "muster://" + fleet + "/issuer/" + name)));
        if (!series.equals(Series.FOUNDING)) {
            var number = new ASN1Integer(series.number());
            add(extensions, new ASN1ObjectIdentifier(Certificates.SERIES), false, number);
        }
        return sign(signer, issuerName, subject, key.publicKey(), extensions, now, validity);
    }

    private X509Certificate sign(
            Ed25519Key signer,
            X500Name issuer,
            X500Name subject,
            Ed25519PublicKey key,
            ExtensionsGenerator extensions,
            Instant now,
            Duration validity) {
        var generator = new V3TBSCertificateGenerator();
        generator.setSerialNumber(new ASN1Integer(new BigInteger(127, random).setBit(126)));
        generator.setSignature(ED25519);
        generator.setIssuer(issuer);
        generator.setSubject(subject);
        generator.setStartDate(new Time(Date.from(now.minus(BACKDATED))));
        generator.setEndDate(new Time(Date.from(now.plus(validity))));
        generator.setSubjectPublicKeyInfo(new SubjectPublicKeyInfo(ED25519, key.encoded().view()));
        generator.setExtensions(extensions.generate());
        TBSCertificate unsigned = generator.generateTBSCertificate();
        try {
            var signature = signer.sign(Bytes.wrap(unsigned.getEncoded(ASN1Encoding.DER)));
            var sequence =
                    new DERSequence(
                            new ASN1Encodable[] {
                                unsigned, ED25519, new DERBitString(signature.view())
                            });
            return Certificates.parse(Bytes.wrap(sequence.getEncoded(ASN1Encoding.DER)));
        } catch (IOException e) {
            throw new UncheckedIOException("encoding in memory cannot fail", e);
        }
    }

    private static ExtendedKeyUsage usages(Role role, boolean server) {
        var usages = new ArrayList<KeyPurposeId>();
        usages.add(KeyPurposeId.id_kp_clientAuth);
        if (server) {
            usages.add(KeyPurposeId.id_kp_serverAuth);
        }
        usages.add(KeyPurposeId.getInstance(new ASN1ObjectIdentifier(Certificates.roleOid(role))));
        return new ExtendedKeyUsage(usages.toArray(KeyPurposeId[]::new));
    }

    private static GeneralName host(String host) {
        var address = host.indexOf(':') >= 0 || host.matches("[0-9.]+");
        return new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, host);
    }

    private static X500Name issuerName(String fleet, String name) {
        return new X500Name("CN=muster " + fleet + " " + name);
    }

    private static void add(
            ExtensionsGenerator extensions,
            ASN1ObjectIdentifier id,
            boolean critical,
            ASN1Encodable value) {
        try {
            extensions.addExtension(id, critical, value);
        } catch (IOException e) {
            throw new UncheckedIOException("encoding in memory cannot fail", e);
        }
    }
}
