package io.muster.security;

import io.muster.message.Bytes;
import io.muster.message.MalformedException;

import org.bouncycastle.math.ec.rfc8032.Ed25519;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * A public Ed25519 key, decoded once.
 *
 * <p>Keys of small order, with which every message would verify, are refused.
 */
public final class Ed25519PublicKey {
    private static final byte[] SPKI_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

    private final Bytes encoded;
    private final Ed25519.PublicPoint point;

    private Ed25519PublicKey(Bytes encoded, Ed25519.PublicPoint point) {
        this.encoded = encoded;
        this.point = point;
    }

    /**
     * Reads the 32 bytes of RFC 8032, and checks that they are a point of the prime-order group.
     *
     * @throws MalformedException if they are not
     */
    public static Ed25519PublicKey of(Bytes encoded) {
        if (encoded.length() != Ed25519.PUBLIC_KEY_SIZE) {
            throw new MalformedException("an Ed25519 key of " + encoded.length() + " bytes");
        }
        var point = Ed25519.validatePublicKeyFullExport(encoded.view(), 0);
        if (point == null) {
            throw new MalformedException("not a sound Ed25519 key");
        }
        return new Ed25519PublicKey(encoded, point);
    }

    /**
     * As {@link #of}, without the costly check of the group: for keys in certificates, which the
     * issuer checked in full.
     */
    static Ed25519PublicKey vouched(Bytes encoded) {
        var point = Ed25519.validatePublicKeyPartialExport(encoded.view(), 0);
        if (point == null) {
            throw new MalformedException("not a sound Ed25519 key");
        }
        return new Ed25519PublicKey(encoded, point);
    }

    /** The 32 key bytes inside a SubjectPublicKeyInfo (RFC 8410). */
    static Bytes rawOfSpki(byte[] spki) {
        var prefix = SPKI_PREFIX.length;
        if (spki.length != prefix + Ed25519.PUBLIC_KEY_SIZE
                || !Arrays.equals(spki, 0, prefix, SPKI_PREFIX, 0, prefix)) {
            throw new MalformedException("not an Ed25519 key");
        }
        return Bytes.wrap(Arrays.copyOfRange(spki, prefix, spki.length));
    }

    /** The 32 bytes of RFC 8032. */
    public Bytes encoded() {
        return encoded;
    }

    /** Whether {@code signature} is this key's for these bytes; never throws for bad input. */
    public boolean verify(Bytes message, Bytes signature) {
        return signature.length() == Ed25519.SIGNATURE_SIZE
                && Ed25519.verify(signature.view(), 0, point, message.view(), 0, message.length());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Ed25519PublicKey key && encoded.equals(key.encoded);
    }

    @Override
    public int hashCode() {
        return encoded.hashCode();
    }

    @Override
    public String toString() {
        return "Ed25519 key " + encoded.hex();
    }
}
