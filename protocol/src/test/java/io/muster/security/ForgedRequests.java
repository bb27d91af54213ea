package io.muster.security;

import io.muster.message.Bytes;

import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.pkcs.Attribute;
import org.bouncycastle.asn1.pkcs.CertificationRequest;
import org.bouncycastle.asn1.pkcs.CertificationRequestInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
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

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.Signature;

/** Signing requests that somebody makes who wants more than a node's certificate. */
public final class ForgedRequests {
    private static final String ED25519 = "1.3.101.112";

    private ForgedRequests() {}

    /** A good key and a true proof, and everything a certificate could hold is asked for. */
    public static Bytes askingForEverything(Ed25519Key key, String fleet) {
        try {
            var wanted = new ExtensionsGenerator();
            wanted.addExtension(Extension.basicConstraints, true, new BasicConstraints(9));
            wanted.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
            wanted.addExtension(
                    Extension.extendedKeyUsage,
                    false,
                    new ExtendedKeyUsage(
                            KeyPurposeId.getInstance(
                                    new ASN1ObjectIdentifier(Certificates.ARC + ".1.2"))));
            wanted.addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(
                            new GeneralName[] {
                                new GeneralName(
                                        GeneralName.uniformResourceIdentifier,
                                        "muster://" + fleet + "/operator/root"),
                                new GeneralName(GeneralName.dNSName, "hub.example.org")
                            }));
            wanted.addExtension(
                    new ASN1ObjectIdentifier(Certificates.ATTRIBUTES),
                    false,
                    new DERUTF8String("role=db"));
            var attribute =
                    new Attribute(
                            PKCSObjectIdentifiers.pkcs_9_at_extensionRequest,
                            new DERSet(wanted.generate()));
            var spki = spki(ED25519, key.publicKey().encoded());
            return request(spki, new DERSet(attribute), ED25519, key::sign);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A true proof with a key of another kind.
     *
     * @param algorithm of the key, as Java calls it
     * @param signature of the proof, as Java calls it
     * @param oid the same as an object identifier
     */
    public static Bytes withKeyOf(String algorithm, String signature, String oid) {
        try {
            var pair = KeyPairGenerator.getInstance(algorithm).generateKeyPair();
            var spki = SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded());
            return request(
                    spki,
                    new DERSet(),
                    oid,
                    message -> {
                        try {
                            var signer = Signature.getInstance(signature);
                            signer.initSign(pair.getPrivate());
                            signer.update(message.view());
                            return Bytes.wrap(signer.sign());
                        } catch (GeneralSecurityException e) {
                            throw new IllegalStateException(e);
                        }
                    });
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A point with which a careless verifier takes this signature for any message. */
    public static Bytes withPoint(Bytes point) {
        var signature = new byte[64];
        signature[0] = 1;
        var spki = spki(ED25519, point);
        return request(spki, new DERSet(), ED25519, _ -> Bytes.wrap(signature));
    }

    private static SubjectPublicKeyInfo spki(String oid, Bytes key) {
        return new SubjectPublicKeyInfo(
                new AlgorithmIdentifier(new ASN1ObjectIdentifier(oid)), key.view());
    }

    private interface Proof {
        Bytes of(Bytes message);
    }

    private static Bytes request(
            SubjectPublicKeyInfo key, ASN1Set attributes, String oid, Proof proof) {
        try {
            var info =
                    new CertificationRequestInfo(
                            new X500Name("CN=root,OU=operator,O=muster"), key, attributes);
            var signature = proof.of(Bytes.wrap(info.getEncoded(ASN1Encoding.DER)));
            ASN1Encodable request =
                    new CertificationRequest(
                            info,
                            new AlgorithmIdentifier(new ASN1ObjectIdentifier(oid)),
                            new DERBitString(signature.view()));
            return Bytes.wrap(request.toASN1Primitive().getEncoded(ASN1Encoding.DER));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
