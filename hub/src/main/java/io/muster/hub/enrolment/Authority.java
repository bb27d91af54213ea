package io.muster.hub.enrolment;

import io.muster.config.IoReason;
import io.muster.journal.AtomicFile;
import io.muster.message.Bytes;
import io.muster.message.Identity;
import io.muster.message.IssuerName;
import io.muster.message.NodeId;
import io.muster.message.Role;
import io.muster.security.Attributes;
import io.muster.security.Certificates;
import io.muster.security.Credentials;
import io.muster.security.Ed25519PublicKey;
import io.muster.security.Issuance;
import io.muster.security.Issuance.Issuer;
import io.muster.security.Leaf;
import io.muster.security.PassphraseSource;
import io.muster.security.Pem;
import io.muster.security.SealingPublicKey;
import io.muster.security.SecurityFileException;
import io.muster.security.TrustStore;
import io.muster.trust.RevocationList;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/**
 * The part of a fleet's authority that is online: certifies nodes, the hub and its broker, and can
 * make nobody who may command. Thread-safe.
 */
public final class Authority {
    private final AuthorityFiles files;
    private final AuthorityConfig config;
    private final TrustStore trust;
    private final Issuer nodes;
    private final Issuance issuance;
    private final InstantSource clock;

    private Authority(
            AuthorityFiles files,
            AuthorityConfig config,
            TrustStore trust,
            Issuer nodes,
            Issuance issuance,
            InstantSource clock) {
        this.files = files;
        this.config = config;
        this.trust = trust;
        this.nodes = nodes;
        this.issuance = issuance;
        this.clock = clock;
    }

    /**
     * Reads the authority in that directory.
     *
     * @throws AuthorityException if there is none
     * @throws SecurityFileException if a key or certificate cannot be used
     */
    public static Authority open(Path directory, SecureRandom random, InstantSource clock) {
        var files = new AuthorityFiles(directory);
        if (!files.exist()) {
            throw new AuthorityException(
                    "no authority in " + directory + ": make one with muster ca init");
        }
        var trust = TrustStore.load(files.trust());
        var nodes =
                issuer(files.nodes(), "nodes", trust.issuer(Role.NODE), PassphraseSource.NOBODY);
        return new Authority(
                files,
                AuthorityConfig.read(files.config()),
                trust,
                nodes,
                new Issuance(random),
                clock);
    }

    /** An issuer's key, checked against the certificate that the fleet trusts. */
    static Issuer issuer(
            Path directory, String name, X509Certificate certificate, PassphraseSource source) {
        var file = directory.resolve(name + ".key");
        var key = Pem.key(file, source);
        if (!Certificates.key(certificate).equals(key.publicKey())) {
            throw new SecurityFileException(file + ": not the key of this fleet's " + name);
        }
        return new Issuer(key, certificate);
    }

    /** Where it keeps what. */
    public AuthorityFiles files() {
        return files;
    }

    /** What it was told when it was founded. */
    public AuthorityConfig config() {
        return config;
    }

    /** Whom the fleet trusts. */
    public TrustStore trust() {
        return trust;
    }

    /** The SHA-256 of the root certificate: what join tokens pin. */
    public Bytes rootFingerprint() {
        return Certificates.der(trust.root()).sha256();
    }

    /** A certificate for a node: of what it said, its keys alone are in it. */
    X509Certificate certify(
            NodeId id,
            Ed25519PublicKey key,
            Optional<SealingPublicKey> sealing,
            Attributes attributes,
            int generation) {
        return issuance.leaf(
                nodes,
                Leaf.of(Identity.node(trust.fleet(), id), key)
                        .attested(attributes, generation)
                        .sealedTo(sealing),
                clock.instant(),
                config.lifetimes().node());
    }

    /** Signs the next revocation list of the nodes issuer: see {@link RevocationRegister}. */
    public RevocationList publish(RevocationRegister register, Duration validity) {
        return register.publish(IssuerName.NODES, nodes, validity);
    }

    /**
     * The credentials of the hub or its broker; with a new certificate for the same key if the old
     * one is past half of its life.
     *
     * @throws AuthorityException if nobody would believe them now
     */
    public Credentials server(Role role) {
        var stored = Credentials.load(files.hub(), role.word());
        var now = clock.instant();
        var credentials =
                Certificates.pastHalf(stored.certificate(), now) ? renewed(stored, config) : stored;
        var flaw = credentials.flaw(now);
        if (flaw.isPresent()) {
            throw new AuthorityException(
                    "the certificate of the "
                            + role.word()
                            + " in "
                            + files.hub()
                            + " is "
                            + flaw.get()
                            + ": is this machine's clock right?");
        }
        return credentials;
    }

    /**
     * Renews these credentials of the hub or its broker if they are past half of their life, or if
     * somebody else renewed them; whoever uses them goes by the new certificate at once.
     *
     * @return whether they were renewed
     * @throws AuthorityException if nobody would believe the new certificate, or it cannot be
     *     written
     */
    public boolean renew(Credentials held) {
        var stored = server(held.identity().role()).certificate();
        if (stored.equals(held.certificate())) {
            return false;
        }
        held.renew(stored, clock.instant());
        return true;
    }

    /**
     * A new certificate for the key of the hub or its broker, whatever is left of the old one.
     *
     * @throws AuthorityException if it cannot be written
     */
    public X509Certificate renewNow(Role role) {
        return renewed(Credentials.load(files.hub(), role.word()), config).certificate();
    }

    /**
     * Gives hub and broker new certificates for other names and addresses, and remembers them.
     *
     * @return what is remembered now
     */
    public AuthorityConfig rehost(AuthorityConfig changed) {
        try {
            for (var role : java.util.List.of(Role.HUB, Role.BROKER)) {
                renewed(Credentials.load(files.hub(), role.word()), changed);
            }
            AtomicFile.replace(files.config(), changed.text(), "rw-r--r--");
            return changed;
        } catch (IOException e) {
            throw new AuthorityException(
                    files.config() + " cannot be written: " + IoReason.of(e), e);
        }
    }

    private Credentials renewed(Credentials old, AuthorityConfig as) {
        var identity = old.identity();
        var certificate =
                issuance.leaf(
                        nodes,
                        identity,
                        old.key().publicKey(),
                        as.hosts(),
                        clock.instant(),
                        as.lifetimes().server());
        var file = files.hub().resolve(identity.role().word() + ".crt");
        try {
            AtomicFile.replace(file, Bytes.utf8(Pem.certificate(certificate)), "rw-r--r--");
        } catch (IOException e) {
            throw new AuthorityException(file + " cannot be written: " + IoReason.of(e), e);
        }
        return new Credentials(old.key(), certificate, trust);
    }
}
