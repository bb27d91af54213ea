package io.muster.security;

import io.muster.message.Bytes;
import io.muster.message.Identity;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Supplier;

/** Signs messages as one identity. Thread-safe. */
public final class Signer {
    private final Identity identity;
    private final Ed25519Key key;
    private final Supplier<Shown> shown;

    /** What is beside a signature: the certificate of today. */
    record Shown(Bytes certificate, String keyid) {
        static Shown of(X509Certificate certificate) {
            var der = Certificates.der(certificate);
            return new Shown(der, Envelope.keyid(der));
        }
    }

    Signer(Ed25519Key key, Identity identity, Supplier<Shown> shown) {
        this.identity = identity;
        this.key = key;
        this.shown = shown;
    }

    /** As whom. */
    public Identity identity() {
        return identity;
    }

    /** The message that carries this payload, ready to publish. */
    public Bytes sign(PayloadType type, Bytes payload) {
        var beside = shown.get();
        var signature = key.sign(Envelope.signedBytes(type, payload));
        return new Envelope(
                        type,
                        payload,
                        List.of(new Envelope.Signature(beside.keyid(), signature)),
                        List.of(beside.certificate()))
                .encode();
    }
}
