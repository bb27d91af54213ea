package io.muster.security;

import io.muster.message.Bytes;

import org.bouncycastle.math.ec.rfc8032.Ed25519;

import java.security.PrivateKey;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A private Ed25519 key (RFC 8032). Never printed; equal to nothing but itself.
 *
 * <p>Signs with Bouncy Castle's lightweight code, which needs a fourth of the time of the JDK's.
 */
public final class Ed25519Key {
    private static final byte[] PKCS8_PREFIX =
            HexFormat.of().parseHex("302e020100300506032b657004220420");

    private final byte[] seed;
    private final Ed25519PublicKey publicKey;

    private Ed25519Key(byte[] seed) {
        this.seed = seed;
        var encoded = new byte[Ed25519.PUBLIC_KEY_SIZE];
        Ed25519.generatePublicKey(seed, 0, encoded, 0);
        this.publicKey = Ed25519PublicKey.of(Bytes.wrap(encoded));
    }

    /** A new key. */
    public static Ed25519Key generate(SecureRandom random) {
        var seed = new byte[Ed25519.SECRET_KEY_SIZE];
        Ed25519.generatePrivateKey(random, seed);
        return new Ed25519Key(seed);
    }

    /**
     * Reads the PKCS #8 form (RFC 8410).
     *
     * @throws SecurityFileException if it is not an Ed25519 key in that form
     */
    public static Ed25519Key ofPkcs8(Bytes der) {
        var bytes = der.view();
        var size = PKCS8_PREFIX.length + Ed25519.SECRET_KEY_SIZE;
        if (bytes.length != size
                || !Arrays.equals(
                        bytes, 0, PKCS8_PREFIX.length, PKCS8_PREFIX, 0, PKCS8_PREFIX.length)) {
            throw new SecurityFileException("not an Ed25519 private key (PKCS #8)");
        }
        return new Ed25519Key(Arrays.copyOfRange(bytes, PKCS8_PREFIX.length, size));
    }

    /** The PKCS #8 form. */
    public Bytes pkcs8() {
        var bytes = Arrays.copyOf(PKCS8_PREFIX, PKCS8_PREFIX.length + seed.length);
        System.arraycopy(seed, 0, bytes, PKCS8_PREFIX.length, seed.length);
        return Bytes.wrap(bytes);
    }

    /** The public half. */
    public Ed25519PublicKey publicKey() {
        return publicKey;
    }

    /**
     * The 64-byte signature of these bytes. The public half goes in with the private one, whose it
     * is for certain; computing it anew each time would cost as much as the signature.
     */
    public Bytes sign(Bytes message) {
        var signature = new byte[Ed25519.SIGNATURE_SIZE];
        var known = publicKey.encoded().view();
        Ed25519.sign(seed, 0, known, 0, message.view(), 0, message.length(), signature, 0);
        return Bytes.wrap(signature);
    }

    /**
     * A sealing key that whoever has this key has as well: for holders who keep one key only, under
     * one passphrase. It tells nothing about this one.
     */
    public SealingKey sealing() {
        return SealingKey.ofRaw(Hmac.sha256(Bytes.wrap(seed), Bytes.utf8("muster sealing key 1")));
    }

    /** The same key as the JDK's TLS wants it. */
    PrivateKey jdkKey() {
        return new Ed25519PrivateKey(this);
    }
}
