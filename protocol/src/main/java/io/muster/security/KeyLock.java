package io.muster.security;

import io.muster.message.Bytes;

import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.pkcs.EncryptedPrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.EncryptionScheme;
import org.bouncycastle.asn1.pkcs.KeyDerivationFunc;
import org.bouncycastle.asn1.pkcs.PBES2Parameters;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.crypto.generators.SCrypt;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;

import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Private keys under a passphrase: PKCS #8 EncryptedPrivateKeyInfo with PBES2 (RFC 8018), the key
 * from scrypt (RFC 7914), the cipher AES-256 in GCM (RFC 5084), which also tells a wrong
 * passphrase.
 */
final class KeyLock {
    private static final ASN1ObjectIdentifier SCRYPT =
            new ASN1ObjectIdentifier("1.3.6.1.4.1.11591.4.11");
    private static final ASN1ObjectIdentifier AES_GCM =
            new ASN1ObjectIdentifier("2.16.840.1.101.3.4.1.46");

    private static final int COST = 1 << 15;
    private static final int BLOCK = 8;

    /** A file must not make its reader work for hours, or use up its memory. */
    private static final long MOST_WORK = 1L << 21;

    private static final int SALT = 16;
    private static final int NONCE = 12;
    private static final int TAG = 16;
    private static final int KEY = 32;
    private static final int MAX_SIZE = 1024;

    private KeyLock() {}

    /** The key under that passphrase. */
    static Bytes lock(Ed25519Key key, Passphrase passphrase, SecureRandom random) {
        var salt = new byte[SALT];
        var nonce = new byte[NONCE];
        random.nextBytes(salt);
        random.nextBytes(nonce);
        var derived = SCrypt.generate(passphrase.utf8(), salt, COST, BLOCK, 1, KEY);
        try {
            var cipher = cipher(Cipher.ENCRYPT_MODE, derived, nonce);
            var content = cipher.doFinal(key.pkcs8().view());
            var info =
                    new EncryptedPrivateKeyInfo(
                            new AlgorithmIdentifier(
                                    PKCSObjectIdentifiers.id_PBES2, parameters(salt, nonce)),
                            content);
            return Bytes.wrap(info.getEncoded(ASN1Encoding.DER));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has AES in GCM", e);
        } catch (IOException e) {
            throw new UncheckedIOException("encoding in memory cannot fail", e);
        }
    }

    private static PBES2Parameters parameters(byte[] salt, byte[] nonce) {
        return new PBES2Parameters(
                new KeyDerivationFunc(
                        SCRYPT,
                        sequence(
                                new DEROctetString(salt),
                                new ASN1Integer(COST),
                                new ASN1Integer(BLOCK),
                                new ASN1Integer(1),
                                new ASN1Integer(KEY))),
                new EncryptionScheme(
                        AES_GCM, sequence(new DEROctetString(nonce), new ASN1Integer(TAG))));
    }

    private static DERSequence sequence(ASN1Encodable... elements) {
        return new DERSequence(elements);
    }

    /**
     * The key again.
     *
     * @throws SecurityFileException if the passphrase is another, or the bytes are damaged or not
     *     what {@link #lock} makes
     */
    static Ed25519Key open(Bytes der, Passphrase passphrase) {
        if (der.length() > MAX_SIZE) {
            throw new SecurityFileException("not a protected key: " + der.length() + " bytes");
        }
        try {
            var info = EncryptedPrivateKeyInfo.getInstance(der.toArray());
            var algorithm = info.getEncryptionAlgorithm();
            if (!algorithm.getAlgorithm().equals(PKCSObjectIdentifiers.id_PBES2)) {
                throw new SecurityFileException("protected in a way that is not known here");
            }
            var parameters = PBES2Parameters.getInstance(algorithm.getParameters());
            var function = parameters.getKeyDerivationFunc();
            var scheme = parameters.getEncryptionScheme();
            if (!function.getAlgorithm().equals(SCRYPT) || !scheme.getAlgorithm().equals(AES_GCM)) {
                throw new SecurityFileException("protected in a way that is not known here");
            }
            var derived = derive(ASN1Sequence.getInstance(function.getParameters()), passphrase);
            var gcm = ASN1Sequence.getInstance(scheme.getParameters());
            var nonce = octets(gcm, 0);
            if (nonce.length != NONCE || number(gcm, 1) != TAG) {
                throw new SecurityFileException("protected in a way that is not known here");
            }
            var plain =
                    cipher(Cipher.DECRYPT_MODE, derived, nonce).doFinal(info.getEncryptedData());
            return Ed25519Key.ofPkcs8(Bytes.wrap(plain));
        } catch (SecurityFileException e) {
            throw e;
        } catch (GeneralSecurityException e) {
            throw new SecurityFileException("another passphrase, or a damaged file", e);
        } catch (RuntimeException e) {
            throw new SecurityFileException("not a protected key", e);
        }
    }

    private static byte[] derive(ASN1Sequence scrypt, Passphrase passphrase) {
        var cost = number(scrypt, 1);
        var block = number(scrypt, 2);
        var parallel = number(scrypt, 3);
        if (cost < 2
                || Integer.bitCount(cost) != 1
                || block < 1
                || parallel < 1
                || (long) cost * block * parallel > MOST_WORK) {
            throw new SecurityFileException("protected with more work than is done here");
        }
        return SCrypt.generate(passphrase.utf8(), octets(scrypt, 0), cost, block, parallel, KEY);
    }

    private static byte[] octets(ASN1Sequence sequence, int index) {
        return ASN1OctetString.getInstance(sequence.getObjectAt(index)).getOctets();
    }

    private static int number(ASN1Sequence sequence, int index) {
        return ASN1Integer.getInstance(sequence.getObjectAt(index)).intPositiveValueExact();
    }

    private static Cipher cipher(int mode, byte[] key, byte[] nonce)
            throws GeneralSecurityException {
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(
                mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG * Byte.SIZE, nonce));
        return cipher;
    }
}
