package io.muster.security;

import io.muster.message.Bytes;
import io.muster.message.MalformedException;

import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.pkcs.CertificationRequest;
import org.bouncycastle.asn1.pkcs.CertificationRequestInfo;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * A request for a certificate: PKCS #10 (RFC 2986) with an Ed25519 key, which proves that the
 * applicant holds the private half. Its subject is empty on purpose: nobody reads one.
 */
public record SigningRequest(Bytes der, Ed25519PublicKey key) {
    private static final AlgorithmIdentifier ED25519 =
            new AlgorithmIdentifier(new ASN1ObjectIdentifier(Certificates.ED25519));
    private static final int MAX_SIZE = 2048;

    /** A request for the key's public half, signed with the key. */
    public static SigningRequest of(Ed25519Key key) {
        try {
            var info =
                    new CertificationRequestInfo(
                            new X500Name(new RDN[0]),
                            new SubjectPublicKeyInfo(ED25519, key.publicKey().encoded().view()),
                            new DERSet());
            var signature = key.sign(Bytes.wrap(info.getEncoded(ASN1Encoding.DER)));
            var request =
                    new CertificationRequest(info, ED25519, new DERBitString(signature.view()));
            return new SigningRequest(
                    Bytes.wrap(request.getEncoded(ASN1Encoding.DER)), key.publicKey());
        } catch (IOException e) {
            throw new UncheckedIOException("encoding in memory cannot fail", e);
        }
    }

    /**
     * Reads a request from untrusted bytes and checks its proof.
     *
     * @throws MalformedException if it is not one, not of an Ed25519 key, or the proof is wrong
     */
    public static SigningRequest parse(Bytes der) {
        if (der.length() > MAX_SIZE) {
            throw new MalformedException("a signing request of " + der.length() + " bytes");
        }
        try {
            var request = CertificationRequest.getInstance(der.toArray());
            var info = request.getCertificationRequestInfo();
            var key =
                    Ed25519PublicKey.of(
                            Ed25519PublicKey.rawOfSpki(
                                    info.getSubjectPublicKeyInfo().getEncoded(ASN1Encoding.DER)));
            var signed = Bytes.wrap(info.getEncoded(ASN1Encoding.DER));
            var algorithm = request.getSignatureAlgorithm().getAlgorithm();
            if (!algorithm.getId().equals(Certificates.ED25519)
                    || !key.verify(signed, Bytes.wrap(request.getSignature().getOctets()))) {
                throw new MalformedException("the signing request is not signed with its key");
            }
            return new SigningRequest(der, key);
        } catch (MalformedException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new MalformedException("not a signing request", e);
        }
    }
}
