package io.muster.security;

import java.security.PrivateKey;

/**
 * Our key as the JDK's TLS carries it to {@link Ed25519Signature}, which so need not compute its
 * public half at each handshake.
 */
record Ed25519PrivateKey(Ed25519Key key) implements PrivateKey {
    @Override
    public String getAlgorithm() {
        return "EdDSA";
    }

    @Override
    public String getFormat() {
        return "PKCS#8";
    }

    @Override
    public byte[] getEncoded() {
        return key.pkcs8().toArray();
    }

    @Override
    public String toString() {
        return "a private Ed25519 key";
    }
}
