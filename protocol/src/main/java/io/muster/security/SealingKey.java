package io.muster.security;

import io.muster.message.Bytes;

import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A private X25519 key (RFC 7748) that opens what was sealed to its holder. Never printed; equal to
 * nothing but itself.
 */
public final class SealingKey {
    private static final byte[] PKCS8_PREFIX =
            HexFormat.of().parseHex("302e020100300506032b656e04220420");

    private final X25519PrivateKeyParameters key;
    private final SealingPublicKey publicKey;

    private SealingKey(X25519PrivateKeyParameters key) {
        this.key = key;
        this.publicKey = SealingPublicKey.of(Bytes.wrap(key.generatePublicKey().getEncoded()));
    }

    /** A new key. */
    public static SealingKey generate(SecureRandom random) {
        return new SealingKey(new X25519PrivateKeyParameters(random));
    }

    /**
     * Reads the PKCS #8 form (RFC 8410).
     *
     * @throws SecurityFileException if it is not an X25519 key in that form
     */
    public static SealingKey ofPkcs8(Bytes der) {
        var bytes = der.view();
        var prefix = PKCS8_PREFIX.length;
        if (bytes.length != prefix + SealingPublicKey.SIZE
                || !Arrays.equals(bytes, 0, prefix, PKCS8_PREFIX, 0, prefix)) {
            throw new SecurityFileException("not an X25519 private key (PKCS #8)");
        }
        return ofRaw(Bytes.wrap(Arrays.copyOfRange(bytes, prefix, bytes.length)));
    }

    /** The key of these 32 bytes of RFC 7748. */
    static SealingKey ofRaw(Bytes secret) {
        return new SealingKey(new X25519PrivateKeyParameters(secret.view(), 0));
    }

    /** The PKCS #8 form. */
    public Bytes pkcs8() {
        var secret = key.getEncoded();
        var bytes = Arrays.copyOf(PKCS8_PREFIX, PKCS8_PREFIX.length + secret.length);
        System.arraycopy(secret, 0, bytes, PKCS8_PREFIX.length, secret.length);
        return Bytes.wrap(bytes);
    }

    /** The public half. */
    public SealingPublicKey publicKey() {
        return publicKey;
    }

    /**
     * Another secret that only the holder of this key can compute, of 32 bytes: the same for the
     * same purpose, and telling nothing about the key.
     */
    public Bytes derived(String purpose) {
        return Hmac.sha256(Bytes.wrap(key.getEncoded()), Bytes.utf8("muster " + purpose));
    }

    X25519PrivateKeyParameters parameters() {
        return key;
    }
}
