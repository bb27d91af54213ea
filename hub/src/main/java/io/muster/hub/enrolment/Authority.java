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
import io.muster.security.Ed25519Key;
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
import io.muster.trust.RevocationList.Revoked;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.Optional;

/**
 * The part of a fleet's authority that is online: certifies nodes, the hub and its broker, and can
 * make nobody who may command. Thread-safe.
 */
public final class Authority {
    private final AuthorityFiles files;
    private final AuthorityConfig config;
    private final TrustStore trust;
    private volatile Issuer nodes;
    private final SecureRandom random;
    private final Issuance issuance;
    private final IssuedToServers servers;
    private final InstantSource clock;

    private Authority(
            AuthorityFiles files,
            AuthorityConfig config,
            TrustStore trust,
            Issuer nodes,
            SecureRandom random,
            InstantSource clock) {
        this.files = files;
        this.config = config;
        this.trust = trust;
        this.nodes = nodes;
        this.random = random;
        this.issuance = new Issuance(random);
        this.servers = new IssuedToServers(files);
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
        var trust = OwnTrust.settled(files, clock);
        var nodes = nodes(files, trust);
        return new Authority(
                files, AuthorityConfig.read(files.config()), trust, nodes, random, clock);
    }

    private static Issuer nodes(AuthorityFiles files, TrustStore trust) {
        return new KeyRing(files)
                .open(KeyRing.NODES, trust.issuer(Role.NODE), PassphraseSource.NOBODY);
    }

    /**
     * Goes by the newest trust set, if that is another than before: a change of the authority is
     * made by another process. To be called every few seconds.
     *
     * @return whether it is another
     */
    public boolean refresh() {
        var settled = OwnTrust.settled(files, clock);
        if (settled.pem().equals(trust.pem())) {
            return false;
        }
        nodes = nodes(files, settled);
        trust.replace(settled);
        return true;
    }

    /** Where it keeps what. */
    public AuthorityFiles files() {
        return files;
    }

    /** What it was told when it was founded. */
    public AuthorityConfig config() {
        return config;
    }

    /** Whom the fleet trusts; the same object while it changes. */
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

    /** Whether a certificate of a node or server is due because another authority is in use. */
    boolean outOfUse(X509Certificate certificate) {
        return !trust.current(certificate);
    }

    /** Whether that issuer of nodes signed the newest revocation list of nodes, if there is one. */
    public boolean signed(RevocationRegister register) {
        return register.signed(IssuerName.NODES, nodes.certificate());
    }

    /** Signs the next revocation list of the nodes issuer: see {@link RevocationRegister}. */
    public RevocationList publish(RevocationRegister register, Duration validity) {
        return register.publish(IssuerName.NODES, nodes, validity);
    }

    /**
     * The credentials of the hub or its broker; with a new certificate for the same key if the old
     * one is past half of its life, or another authority is in use than the one that issued it.
     *
     * @throws AuthorityException if nobody would believe them now
     */
    public Credentials server(Role role) {
        var stored = stored(role);
        var now = clock.instant();
        var due =
                Certificates.pastHalf(stored.certificate(), now)
                        || !trust.current(stored.certificate());
        var credentials = due ? renewed(stored, config) : stored;
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
     * Renews these credentials of the hub or its broker if it is time, or if somebody else renewed
     * them; whoever uses them goes by the new certificate at once.
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

    /** Whether these credentials of the hub or its broker are out of use: it has another key. */
    public boolean rekeyed(Credentials held) {
        return !Certificates.key(shown(held.identity().role())).equals(held.key().publicKey());
    }

    /**
     * Makes a new key for the hub or its broker, and void whatever was certified for it before. The
     * fleet hears of it with the next list of the nodes issuer. After a crash the same again makes
     * up for what is missing.
     *
     * @return how many certificates are void that were not before
     * @throws AuthorityException if it cannot be written
     */
    public int rekey(Role role, RevocationRegister register, String reason) {
        var now = clock.instant();
        var old = shown(role);
        var identity = Certificates.identity(old);
        var certificates = new LinkedHashSet<>(servers.unexpired(role, now));
        certificates.add(old);
        var ended =
                certificates.stream()
                        .filter(
                                certificate ->
                                        register.add(
                                                IssuerName.NODES,
                                                new Revoked(
                                                        identity,
                                                        Certificates.serial(certificate),
                                                        certificate.getNotAfter().toInstant(),
                                                        reason)))
                        .count();
        var key = Ed25519Key.generate(random);
        var file = files.hub().resolve(role.word() + ".key");
        try {
            AtomicFile.replace(file, Bytes.utf8(Pem.key(key)));
        } catch (IOException e) {
            throw StateFile.unwritable(file, e);
        }
        var _ = certified(identity, key, config);
        return (int) ended;
    }

    private X509Certificate shown(Role role) {
        return Pem.certificates(files.hub().resolve(role.word() + ".crt")).getFirst();
    }

    /**
     * A new certificate for the key of the hub or its broker, whatever is left of the old one.
     *
     * @throws AuthorityException if it cannot be written
     */
    public X509Certificate renewNow(Role role) {
        return renewed(stored(role), config).certificate();
    }

    /**
     * Gives hub and broker new certificates for other names and addresses, and remembers them.
     *
     * @return what is remembered now
     */
    public AuthorityConfig rehost(AuthorityConfig changed) {
        try {
            for (var role : java.util.List.of(Role.HUB, Role.BROKER)) {
                renewed(stored(role), changed);
            }
            AtomicFile.replace(files.config(), changed.text(), "rw-r--r--");
            return changed;
        } catch (IOException e) {
            throw new AuthorityException(
                    files.config() + " cannot be written: " + IoReason.of(e), e);
        }
    }

    /** They trust what the authority does, from now on too. */
    private Credentials stored(Role role) {
        var loaded = Credentials.load(files.hub(), role.word());
        return new Credentials(loaded.key(), loaded.certificate(), trust);
    }

    private Credentials renewed(Credentials old, AuthorityConfig as) {
        return certified(old.identity(), old.key(), as);
    }

    private Credentials certified(Identity identity, Ed25519Key key, AuthorityConfig as) {
        var certificate =
                issuance.leaf(
                        nodes,
                        identity,
                        key.publicKey(),
                        as.hosts(),
                        clock.instant(),
                        as.lifetimes().server());
        var file = files.hub().resolve(identity.role().word() + ".crt");
        try {
            servers.add(certificate);
            AtomicFile.replace(file, Bytes.utf8(Pem.certificate(certificate)), "rw-r--r--");
        } catch (IOException e) {
            throw new AuthorityException(file + " cannot be written: " + IoReason.of(e), e);
        }
        return new Credentials(key, certificate, trust);
    }
}
