package io.muster.security;

import io.muster.message.Bytes;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Proof of knowing a key: HMAC with SHA-256 (RFC 2104). */
public final class Hmac {
    private static final String ALGORITHM = "HmacSHA256";

    private Hmac() {}

    /** The 32-byte code of that message under that key, which is not empty. */
    public static Bytes sha256(Bytes key, Bytes message) {
        try {
            var mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key.view(), ALGORITHM));
            return Bytes.wrap(mac.doFinal(message.view()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HMAC with SHA-256", e);
        }
    }

    /** Whether two codes are the same; the time it takes tells nothing about where they differ. */
    public static boolean same(Bytes one, Bytes other) {
        return MessageDigest.isEqual(one.view(), other.view());
    }
}
