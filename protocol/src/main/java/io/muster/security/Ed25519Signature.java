package io.muster.security;

import io.muster.message.Bytes;
import io.muster.message.MalformedException;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SignatureException;
import java.security.SignatureSpi;

/**
 * Ed25519 as the JDK's {@link java.security.Signature} asks for it; keys of small order refused.
 */
final class Ed25519Signature extends SignatureSpi {
    private final ByteArrayOutputStream message = new ByteArrayOutputStream(256);
    private @Nullable Ed25519Key signing;
    private @Nullable Ed25519PublicKey verifying;

    @Override
    protected void engineInitVerify(@Nullable PublicKey key) throws InvalidKeyException {
        message.reset();
        signing = null;
        try {
            if (key == null) {
                throw new InvalidKeyException("no key");
            }
            verifying = Ed25519PublicKey.vouched(Ed25519PublicKey.rawOfSpki(key.getEncoded()));
        } catch (MalformedException e) {
            throw new InvalidKeyException(e.problem(), e);
        }
    }

    @Override
    protected void engineInitSign(@Nullable PrivateKey key) throws InvalidKeyException {
        message.reset();
        verifying = null;
        try {
            if (key == null) {
                throw new InvalidKeyException("no key");
            }
            signing =
                    key instanceof Ed25519PrivateKey(Ed25519Key ours)
                            ? ours
                            : Ed25519Key.ofPkcs8(Bytes.wrap(key.getEncoded()));
        } catch (SecurityFileException e) {
            throw new InvalidKeyException(e.getMessage(), e);
        }
    }

    @Override
    protected void engineUpdate(byte next) {
        message.write(next);
    }

    @Override
    protected void engineUpdate(byte[] bytes, int offset, int length) {
        message.write(bytes, offset, length);
    }

    @Override
    protected byte[] engineSign() throws SignatureException {
        if (signing == null) {
            throw new SignatureException("not made ready to sign");
        }
        return signing.sign(taken()).toArray();
    }

    @Override
    protected boolean engineVerify(byte[] signature) throws SignatureException {
        if (verifying == null) {
            throw new SignatureException("not made ready to verify");
        }
        return verifying.verify(taken(), Bytes.wrap(signature.clone()));
    }

    private Bytes taken() {
        var bytes = Bytes.wrap(message.toByteArray());
        message.reset();
        return bytes;
    }

    @Override
    @Deprecated
    protected void engineSetParameter(String name, @Nullable Object value) {
        throw new UnsupportedOperationException("Ed25519 has no parameters");
    }

    @Override
    @Deprecated
    protected @Nullable Object engineGetParameter(String name) {
        throw new UnsupportedOperationException("Ed25519 has no parameters");
    }
}
