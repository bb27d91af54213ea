package io.muster.security;

import io.muster.message.Identity;
import io.muster.message.MalformedException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What one holder has: its key, its certificate, and whom it trusts. Never printed. The certificate
 * can be renewed while it is in use. Thread-safe.
 *
 * <p>Kept as files of one directory: {@code NAME.key}, {@code NAME.crt}, {@code trust.pem}, and
 * {@code NAME.sealing.key} if secrets are sealed to a key of its own, and not to {@link
 * Ed25519Key#sealing}.
 */
public final class Credentials {
    private final Ed25519Key key;
    private final Supplier<SealingKey> sealing;
    private volatile Held held;

    /** What may change together; nobody sees half of it. */
    private record Held(X509Certificate certificate, TrustStore trust, Signer.Shown shown) {
        static Held of(X509Certificate certificate, TrustStore trust) {
            return new Held(certificate, trust, Signer.Shown.of(certificate));
        }
    }

    /**
     * Puts the three together.
     *
     * @throws SecurityFileException if the certificate is not this key's
     */
    public Credentials(Ed25519Key key, X509Certificate certificate, TrustStore trust) {
        this(key, certificate, trust, key::sealing);
    }

    /**
     * The same, of a holder whose sealing key is kept apart.
     *
     * @param sealing gives that key, or says why it cannot
     */
    public Credentials(
            Ed25519Key key,
            X509Certificate certificate,
            TrustStore trust,
            Supplier<SealingKey> sealing) {
        if (!Certificates.key(certificate).equals(key.publicKey())) {
            throw new SecurityFileException("the certificate is of another key");
        }
        this.key = key;
        this.sealing = sealing;
        this.held = Held.of(certificate, trust);
    }

    /**
     * Another certificate for the same holder and key. Whoever has these credentials, or a signer
     * or TLS context made of them, goes by it from now on.
     *
     * @throws SecurityFileException if it is another's, or the holder would be believed no more;
     *     nothing has changed
     */
    public void renew(X509Certificate certificate, Instant now) {
        var old = held;
        if (!Certificates.key(certificate).equals(key.publicKey())
                || !Certificates.identity(certificate).equals(identity())) {
            throw new SecurityFileException("the new certificate is of somebody else");
        }
        var flaw = old.trust().flaw(certificate, now);
        if (flaw.isPresent()) {
            throw new SecurityFileException("the new certificate is " + flaw.get());
        }
        held = Held.of(certificate, old.trust());
    }

    /**
     * Reads {@code directory/NAME.key}, {@code directory/NAME.crt} and {@code directory/trust.pem}.
     *
     * @throws SecurityFileException naming the file that cannot be used, and why
     */
    public static Credentials load(Path directory, String name) {
        return load(directory, name, PassphraseSource.NOBODY);
    }

    /**
     * The same, with a key that a passphrase may protect.
     *
     * @param source asked only if one does
     */
    public static Credentials load(Path directory, String name, PassphraseSource source) {
        var trust = TrustStore.load(directory.resolve("trust.pem"));
        var file = directory.resolve(name + ".crt");
        var certificate = Pem.certificates(file).getFirst();
        var key = Pem.key(directory.resolve(name + ".key"), source);
        try {
            var credentials =
                    new Credentials(
                            key,
                            certificate,
                            trust,
                            () -> {
                                var own = sealingFile(directory, name);
                                return Files.exists(own) ? Pem.sealingKey(own) : key.sealing();
                            });
            credentials.identity();
            return credentials;
        } catch (SecurityFileException | MalformedException e) {
            throw new SecurityFileException(file + ": " + e.getMessage(), e);
        }
    }

    /** Where a sealing key of its own is kept. */
    public static Path sealingFile(Path directory, String name) {
        return directory.resolve(name + ".sealing.key");
    }

    /**
     * The key that opens what was sealed to the holder, if its certificate states one. Read anew
     * each time: most commands never need it.
     *
     * @throws SecurityFileException if it is not here, or another one
     */
    public Optional<SealingKey> sealing() {
        var stated = Certificates.sealingKey(certificate());
        if (stated.isEmpty()) {
            return Optional.empty();
        }
        var key = sealing.get();
        if (!key.publicKey().equals(stated.get())) {
            throw new SecurityFileException(
                    "the sealing key is not the one in the certificate of "
                            + identity().brief()
                            + ": bring it back, or join anew with new keys");
        }
        return Optional.of(key);
    }

    /** Who the holder is. */
    public Identity identity() {
        return Certificates.identity(held.certificate());
    }

    /** The holder's certificate. */
    public X509Certificate certificate() {
        return held.certificate();
    }

    /** The holder's key. */
    public Ed25519Key key() {
        return key;
    }

    /** Whom the holder trusts. */
    public TrustStore trust() {
        return held.trust();
    }

    /** Signs as the holder. */
    public Signer signer() {
        return new Signer(key, identity(), () -> held.shown());
    }

    /** Why nobody would believe the holder at that moment, if so: "expired on ...". */
    public Optional<String> flaw(Instant now) {
        var current = held;
        return current.trust().flaw(current.certificate(), now);
    }
}
