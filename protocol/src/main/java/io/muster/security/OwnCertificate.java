package io.muster.security;

import io.muster.config.FileGuard;
import io.muster.journal.AtomicFile;
import io.muster.message.Bytes;
import io.muster.message.Identity;
import io.muster.trust.Revocations;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/**
 * A node's certificate as its root helper knows it, which has no use for its key: who the node is,
 * and what the authority attests of it. Kept in a file of root's, and replaced by its own renewal
 * only. Thread-safe.
 */
public final class OwnCertificate {
    private static final String NAME = "node";

    private final Path directory;
    private volatile X509Certificate held;

    private OwnCertificate(Path directory, X509Certificate held) {
        this.directory = directory;
        this.held = held;
    }

    /**
     * Reads what joining left.
     *
     * @throws SecurityFileException if it cannot be used
     * @throws io.muster.config.ConfigException if somebody else may write it
     */
    public static OwnCertificate in(Path directory) {
        var file = FileGuard.forThisProcess().trusted(directory.resolve(NAME + ".crt"));
        return new OwnCertificate(directory, Pem.certificates(file).getFirst());
    }

    /** Who this node is. */
    public Identity identity() {
        return Certificates.identity(held);
    }

    /** What the authority attests of it now. */
    public Map<String, String> attributes() {
        return Certificates.attributes(held);
    }

    /** The time by which others are judged, if the clock is not to be trusted. */
    public KnownTime time(InstantSource clock, TrustStore fleet) {
        return new KnownTime(clock, fleet, held);
    }

    /** Until when it is good. */
    public Instant until() {
        return held.getNotAfter().toInstant();
    }

    /**
     * Goes by a renewed certificate from now on, once that is on the disk.
     *
     * @return why not, if it is not a newer one of this node, for the same keys, attesting the same
     * @throws io.muster.message.MalformedException if it is no certificate
     * @throws IOException if it cannot be written
     */
    public synchronized Optional<String> renew(
            Bytes der, TrustStore fleet, Revocations revocations, Instant now) throws IOException {
        var fresh = Certificates.parse(der);
        if (fresh.equals(held)) {
            return Optional.empty();
        }
        var objection = objection(fresh, fleet, revocations, now);
        if (objection.isEmpty()) {
            AtomicFile.replace(
                    directory.resolve(NAME + ".crt"),
                    Bytes.utf8(Pem.certificate(fresh)),
                    "rw-r--r--");
            held = fresh;
        }
        return objection;
    }

    private Optional<String> objection(
            X509Certificate fresh, TrustStore fleet, Revocations revocations, Instant now) {
        var flaw = fleet.flaw(fresh, now);
        if (flaw.isPresent()) {
            return flaw;
        }
        if (!Certificates.identity(fresh).equals(identity())) {
            return Optional.of("of " + Certificates.identity(fresh).brief());
        }
        if (!Certificates.key(fresh).equals(Certificates.key(held))) {
            return Optional.of("of another key");
        }
        if (!attestsTheSame(held, fresh)) {
            return Optional.of("attests something else");
        }
        if (fresh.getNotBefore().toInstant().isBefore(held.getNotBefore().toInstant())) {
            return Optional.of("older than the one that is known");
        }
        return revocations.entry(identity(), Certificates.serial(fresh)).map(Revocations::words);
    }

    /**
     * Whether the second says of its holder what the first did: what a renewal may not change, and
     * only joining anew does.
     */
    public static boolean attestsTheSame(X509Certificate one, X509Certificate other) {
        return Certificates.attributes(one).equals(Certificates.attributes(other))
                && Certificates.generation(one) == Certificates.generation(other)
                && Certificates.sealingKey(one).equals(Certificates.sealingKey(other));
    }

    /**
     * The key that opens what is sealed to this node, if its certificate states one. Read anew each
     * time: most requests never need it.
     *
     * @throws SecurityFileException if it is not here, or another one
     */
    public Optional<SealingKey> sealing() {
        var stated = Certificates.sealingKey(held);
        if (stated.isEmpty()) {
            return Optional.empty();
        }
        var file = Credentials.sealingFile(directory, NAME);
        if (!Files.exists(file)) {
            throw new SecurityFileException(
                    file + " is not there, and no secret can be opened: join anew");
        }
        var key = Pem.sealingKey(file);
        if (!key.publicKey().equals(stated.get())) {
            throw new SecurityFileException(
                    file + " is not the key in this node's certificate: join anew");
        }
        return Optional.of(key);
    }
}
