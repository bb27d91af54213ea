package io.muster.security;

import io.muster.message.Bytes;
import io.muster.message.Identity;
import io.muster.message.RequestId;

import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.hpke.HPKE;
import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;

import java.security.SecureRandom;
import java.util.Arrays;

/**
 * Seals secrets so that one recipient can open them, in one place of one message: HPKE (RFC 9180),
 * base mode, with X25519, HKDF-SHA256 and AES-256-GCM.
 *
 * <p>A sealed part is the 32 bytes of the one-time key and the ciphertext. Who sent it is told by
 * the signature over the message that it travels in. Lengths are hidden: what is sealed is filled
 * up to a multiple of 64 bytes. Thread-safe.
 */
public final class Sealer {
    /** How many bytes more than the secret, at the most, a sealed part has. */
    public static final int OVERHEAD = SealingPublicKey.SIZE + 16 + Sealer.BLOCK;

    private static final int BLOCK = 64;
    private static final byte END = (byte) 0x80;

    private final SecureRandom random;

    public Sealer(SecureRandom random) {
        this.random = random;
    }

    /** What a sealed part is; opened as the other kind it is refused. */
    public enum Kind {
        /** The value of an input of an action. */
        ARGUMENT("application/vnd.muster.sealed-argument;v=1"),
        /** The value of an output of an action. */
        RESULT("application/vnd.muster.sealed-result;v=1");

        private final String info;

        Kind(String info) {
            this.info = info;
        }

        private Bytes bytes() {
            return Bytes.utf8(info);
        }
    }

    /**
     * The one place where a sealed part belongs; anywhere else it cannot be opened.
     *
     * @param kind what it is
     * @param request the request that it is a part of, or an answer to
     * @param sender who sealed it
     * @param recipient who may open it
     * @param name of the input or output
     */
    public record Place(
            Kind kind, RequestId request, Identity sender, Identity recipient, String name) {

        private Bytes associated() {
            return Parts.of(request.value(), sender.uri(), recipient.uri(), name);
        }
    }

    /** A part that was not sealed to this key for this place, or was changed. */
    public static final class SealException extends Exception {
        private static final long serialVersionUID = 1;

        SealException(String message) {
            super(message);
        }
    }

    /** The sealed part. */
    public Bytes seal(SealingPublicKey to, Place place, Bytes secret) {
        var once = new X25519PrivateKeyParameters(random);
        return seal(to, once, place.kind().bytes(), place.associated(), filled(secret));
    }

    /** Without padding, and with a one-time key of the caller's choice, as test vectors need. */
    static Bytes seal(
            SealingPublicKey to,
            X25519PrivateKeyParameters once,
            Bytes info,
            Bytes associated,
            Bytes plain) {
        var pair = new AsymmetricCipherKeyPair(once.generatePublicKey(), once);
        try {
            var context = suite().setupBaseS(to.parameters(), info.toArray(), pair);
            var cipher = context.seal(associated.toArray(), plain.toArray());
            var oneTime = context.getEncapsulation();
            var part = Arrays.copyOf(oneTime, oneTime.length + cipher.length);
            System.arraycopy(cipher, 0, part, oneTime.length, cipher.length);
            return Bytes.wrap(part);
        } catch (InvalidCipherTextException e) {
            throw new IllegalStateException("whatever there is can be sealed", e);
        }
    }

    /**
     * The secret.
     *
     * @throws SealException if it was not sealed to this key, for this place, or is not as it was
     */
    public static Bytes open(SealingKey key, Place place, Bytes part) throws SealException {
        var plain = open(key, place.kind().bytes(), place.associated(), part).toArray();
        var end = plain.length - 1;
        while (end >= 0 && plain[end] == 0) {
            end--;
        }
        if (end < 0 || plain[end] != END) {
            throw new SealException("sealed by somebody who does not know how");
        }
        return Bytes.wrap(Arrays.copyOf(plain, end));
    }

    static Bytes open(SealingKey key, Bytes info, Bytes associated, Bytes part)
            throws SealException {
        if (part.length() < SealingPublicKey.SIZE) {
            throw new SealException("too short to be a sealed part");
        }
        var oneTime = Arrays.copyOf(part.view(), SealingPublicKey.SIZE);
        var cipher = Arrays.copyOfRange(part.view(), SealingPublicKey.SIZE, part.length());
        var pair = new AsymmetricCipherKeyPair(key.publicKey().parameters(), key.parameters());
        try {
            var context = suite().setupBaseR(oneTime, pair, info.toArray());
            return Bytes.wrap(context.open(associated.toArray(), cipher));
        } catch (InvalidCipherTextException | RuntimeException _) {
            // Why is of no use to an honest sender, and must be of none to another.
            throw new SealException("not sealed to this key for this place");
        }
    }

    private static HPKE suite() {
        return new HPKE(
                HPKE.mode_base, HPKE.kem_X25519_SHA256, HPKE.kdf_HKDF_SHA256, HPKE.aead_AES_GCM256);
    }

    private static Bytes filled(Bytes secret) {
        var blocks = secret.length() / BLOCK + 1;
        var filled = Arrays.copyOf(secret.view(), blocks * BLOCK);
        filled[secret.length()] = END;
        return Bytes.wrap(filled);
    }
}
