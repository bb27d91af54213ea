package io.muster.security;

import io.muster.message.Bytes;
import io.muster.message.MalformedException;

import org.bouncycastle.crypto.params.X25519PublicKeyParameters;
import org.bouncycastle.math.ec.rfc7748.X25519;

/**
 * A public X25519 key (RFC 7748): what is sealed to it only its holder can open.
 *
 * <p>Keys of small order, with which everybody would know the shared secret, are refused.
 *
 * @param encoded the 32 bytes of RFC 7748
 */
public record SealingPublicKey(Bytes encoded) {
    static final int SIZE = X25519.POINT_SIZE;

    /**
     * Checks that a secret can be shared with it.
     *
     * @throws MalformedException if not
     */
    public SealingPublicKey {
        if (encoded.length() != SIZE) {
            throw new MalformedException("a sealing key of " + encoded.length() + " bytes");
        }
        // Every scalar is a multiple of eight: whatever it is, with such a key the result is zero.
        var scalar = new byte[X25519.SCALAR_SIZE];
        var shared = new byte[SIZE];
        if (!X25519.calculateAgreement(scalar, 0, encoded.view(), 0, shared, 0)) {
            throw new MalformedException("not a sound sealing key");
        }
    }

    /** The key of these 32 bytes. */
    public static SealingPublicKey of(Bytes encoded) {
        return new SealingPublicKey(encoded);
    }

    X25519PublicKeyParameters parameters() {
        return new X25519PublicKeyParameters(encoded.view(), 0);
    }

    @Override
    public String toString() {
        return "X25519 key " + encoded.hex();
    }
}
