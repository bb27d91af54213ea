package io.muster.security;

import io.muster.message.Bytes;
import io.muster.message.Identity;

import java.security.cert.X509Certificate;
import java.util.List;

/** Signs messages as one identity. Thread-safe. */
public final class Signer {
    private final Identity identity;
    private final Ed25519Key key;
    private final Bytes certificate;
    private final String keyid;

    Signer(Ed25519Key key, X509Certificate certificate) {
        this.identity = Certificates.identity(certificate);
        this.key = key;
        this.certificate = Certificates.der(certificate);
        this.keyid = Envelope.keyid(this.certificate);
    }

    /** As whom. */
    public Identity identity() {
        return identity;
    }

    /** The message that carries this payload, ready to publish. */
    public Bytes sign(PayloadType type, Bytes payload) {
        var signature = key.sign(Envelope.signedBytes(type, payload));
        return new Envelope(
                        type,
                        payload,
                        List.of(new Envelope.Signature(keyid, signature)),
                        List.of(certificate))
                .encode();
    }
}
