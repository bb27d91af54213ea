package io.muster.security;

import io.muster.message.Identity;
import io.muster.message.MalformedException;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Optional;

/**
 * What one holder has: its key, its certificate, and whom it trusts. Never printed.
 *
 * <p>Kept as three files of one directory: {@code NAME.key}, {@code NAME.crt}, {@code trust.pem}.
 */
public final class Credentials {
    private final Ed25519Key key;
    private final X509Certificate certificate;
    private final TrustStore trust;

    /**
     * Puts the three together.
     *
     * @throws SecurityFileException if the certificate is not this key's
     */
    public Credentials(Ed25519Key key, X509Certificate certificate, TrustStore trust) {
        if (!Certificates.key(certificate).equals(key.publicKey())) {
            throw new SecurityFileException("the certificate is of another key");
        }
        this.key = key;
        this.certificate = certificate;
        this.trust = trust;
    }

    /**
     * Reads {@code directory/NAME.key}, {@code directory/NAME.crt} and {@code directory/trust.pem}.
     *
     * @throws SecurityFileException naming the file that cannot be used, and why
     */
    public static Credentials load(Path directory, String name) {
        var trust = TrustStore.load(directory.resolve("trust.pem"));
        var file = directory.resolve(name + ".crt");
        var certificate = Pem.certificates(file).getFirst();
        var key = Pem.key(directory.resolve(name + ".key"));
        try {
            var credentials = new Credentials(key, certificate, trust);
            credentials.identity();
            return credentials;
        } catch (SecurityFileException | MalformedException e) {
            throw new SecurityFileException(file + ": " + e.getMessage(), e);
        }
    }

    /** Who the holder is. */
    public Identity identity() {
        return Certificates.identity(certificate);
    }

    /** The holder's certificate. */
    public X509Certificate certificate() {
        return certificate;
    }

    /** The holder's key. */
    public Ed25519Key key() {
        return key;
    }

    /** Whom the holder trusts. */
    public TrustStore trust() {
        return trust;
    }

    /** Signs as the holder. */
    public Signer signer() {
        return new Signer(key, certificate);
    }

    /** Why nobody would believe the holder at that moment, if so: "expired on ...". */
    public Optional<String> flaw(Instant now) {
        return trust.flaw(certificate, now);
    }
}
