package io.muster.node;

import io.muster.config.FileGuard;
import io.muster.enrolment.Applicant;
import io.muster.enrolment.JoinClient;
import io.muster.enrolment.JoinException;
import io.muster.enrolment.JoinToken;
import io.muster.enrolment.Joined;
import io.muster.enrolment.Listener;
import io.muster.enrolment.SealingClaim;
import io.muster.journal.AtomicFile;
import io.muster.message.Bytes;
import io.muster.message.Collective;
import io.muster.message.Endpoint;
import io.muster.message.Identity;
import io.muster.message.NodeId;
import io.muster.node.host.Host;
import io.muster.security.Certificates;
import io.muster.security.Credentials;
import io.muster.security.Ed25519Key;
import io.muster.security.Pem;
import io.muster.security.SealingKey;
import io.muster.security.SecurityFileException;
import io.muster.security.TrustStore;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A node's place in its fleet, on disk: keys, certificate, whom it trusts, where the bus is. The
 * keys are stored before they are used, and the certificate last, so that joining can be cut off
 * anywhere and be asked for again.
 */
final class Membership {
    private static final String NAME = "node";
    private static final String KEY = "node.key";
    private static final String CERTIFICATE = "node.crt";
    private static final String TRUST = "trust.pem";
    static final String STARTER_POLICY =
            """
            {
              "rules": [
                {
                  "effect": "allow",
                  "callers": ["operator/*"],
                  "actions": ["node.ping", "node.inventory", "node.actions", "node.outcomes", "node.output", "node.status", "node.explain",
                              "trust.status"],
                  "classes": ["read"]
                }
              ]
            }
            """;

    private final AgentConfig config;
    private final Owners owners;

    /**
     * A place in a fleet.
     *
     * @param until when its certificate expires
     */
    record Place(Identity identity, Instant until) {}

    Membership(AgentConfig config) {
        this.config = config;
        this.owners = new Owners(config.helper().map(_ -> config.user()));
    }

    /** Whether this machine has joined. */
    boolean joined() {
        return Files.exists(config.state().resolve(CERTIFICATE));
    }

    /** Whether the root helper has what it needs, if there is to be one. */
    boolean settled() {
        return config.helper().isEmpty() || Files.exists(config.trust().resolve(CERTIFICATE));
    }

    /** Whether joining was cut off before the node agent's user got what is its own. */
    boolean unfinished() throws IOException {
        return config.helper().isPresent() && !owners.isAgents(config.state());
    }

    /** Ends what was cut off there; for root, while nothing of it runs. */
    void finish() throws IOException {
        makeOwn();
        var _ = starterPolicy();
        for (var name : List.of(TRUST, AgentConfig.JOINED)) {
            Files.deleteIfExists(config.state().resolve(name));
        }
        owners.giveContent(config.state());
        handOver();
    }

    /**
     * Gives the root helper of a machine that joined before it had one what it needs, and the node
     * agent's user the rest; for root, while nothing of it runs.
     *
     * @throws io.muster.config.ConfigException if others may have changed what there is
     */
    void settle() throws IOException {
        var state = config.state();
        for (var name : List.of(TRUST, AgentConfig.JOINED, CERTIFICATE)) {
            FileGuard.forThisProcess().trusted(state.resolve(name));
        }
        makeOwn();
        var _ = sealingKey();
        // The certificate last: until then it begins anew, and from then on it is finished.
        for (var name : List.of(TRUST, AgentConfig.JOINED, CERTIFICATE)) {
            copyToHelper(name);
        }
        finish();
    }

    private void copyToHelper(String name) throws IOException {
        var content = Bytes.wrap(Files.readAllBytes(config.state().resolve(name)));
        AtomicFile.replace(config.trust().resolve(name), content, "rw-r--r--");
    }

    /**
     * Gives up its keys and certificates, the certificates first: from then on it can join anew.
     * What it did stays on record.
     *
     * @throws io.muster.config.ConfigException if the node agent, or its root helper, runs
     */
    void giveUp() throws IOException {
        Image.checkStill(config.state(), config.helperState());
        for (var directory : List.of(config.state(), config.trust())) {
            Files.deleteIfExists(directory.resolve(CERTIFICATE));
            Files.deleteIfExists(directory.resolve(AgentConfig.JOINED));
            Files.deleteIfExists(directory.resolve(KEY));
            Files.deleteIfExists(Credentials.sealingFile(directory, NAME));
        }
    }

    /**
     * What it has.
     *
     * @throws io.muster.security.SecurityFileException naming the file that cannot be used, and why
     * @throws io.muster.config.ConfigException if somebody else may write the state directory
     */
    Credentials credentials() {
        FileGuard.forThisProcess().trusted(config.state());
        if (config.helper().isEmpty()) {
            return Credentials.load(config.state(), NAME);
        }
        var certificate = config.state().resolve(CERTIFICATE);
        return new Credentials(
                Pem.key(config.state().resolve(KEY)),
                Pem.certificates(certificate).getFirst(),
                TrustStore.load(config.trust().resolve(TRUST)),
                () -> {
                    throw new SecurityFileException("the root helper alone has the sealing key");
                });
    }

    /** Who it is, by its certificate; the key is not needed to see that. */
    Place place() {
        var certificate = Pem.certificates(config.state().resolve(CERTIFICATE)).getFirst();
        return new Place(Certificates.identity(certificate), certificate.getNotAfter().toInstant());
    }

    /**
     * Joins.
     *
     * @param wanted the id it would like, if it cares
     * @return whether a starter policy was written, which lets every operator look and nothing else
     * @throws io.muster.enrolment.JoinException if it comes to nothing
     * @throws IOException if the state directory cannot be written
     */
    boolean join(JoinClient client, JoinToken token, Host host, Optional<NodeId> wanted)
            throws IOException, InterruptedException {
        makeOwn();
        var key = key();
        var sealing = sealingKey();
        var applicant =
                new Applicant(wanted, host.names().full(), host.machineId())
                        .sealedTo(SealingClaim.of(key, sealing.publicKey()));
        store(client.join(token, key, applicant), token.listener().endpoint());
        var written = starterPolicy();
        if (config.helper().isPresent()) {
            handOver();
        }
        return written;
    }

    /** What renews the certificate, if it is known where the hub does that. */
    Optional<Renewal> renewal(
            Credentials credentials, Host host, Runnable renewed, InstantSource clock, Logger log) {
        if (config.door().isEmpty()) {
            log.log(
                    Level.WARNING,
                    "the certificate will not be renewed: set enrol = HOST:PORT of the hub");
            return Optional.empty();
        }
        var door = config.door().get();
        var random = new SecureRandom();
        var client = new JoinClient(clock, random, Duration.ZERO, (_, _) -> {}, Thread::sleep);
        return Optional.of(
                new Renewal(
                        credentials,
                        config.announcing().every(),
                        () -> again(client, door, credentials, applicant(credentials, host)),
                        this::store,
                        renewed,
                        clock,
                        random,
                        log));
    }

    /** The hub shows a chain to one of the roots; while the authority is changed it may be any. */
    private static Joined again(
            JoinClient client, Endpoint door, Credentials credentials, Applicant applicant)
            throws InterruptedException {
        var roots =
                credentials.trust().anchors().stream()
                        .map(anchor -> Certificates.der(anchor.root()).sha256())
                        .distinct()
                        .toList();
        for (var root : roots.subList(0, roots.size() - 1)) {
            try {
                return client.join(new Listener(door, root), credentials.key(), applicant);
            } catch (JoinException e) {
                if (e.kind() != JoinException.Kind.NOT_PROVEN) {
                    throw e;
                }
            }
        }
        return client.join(new Listener(door, roots.getLast()), credentials.key(), applicant);
    }

    private static Applicant applicant(Credentials credentials, Host host) throws IOException {
        return new Applicant(
                Optional.of(credentials.identity().nodeId()),
                host.names().full(),
                host.machineId());
    }

    /**
     * Puts another certificate in the place of the one there is: after a crash it is one or the
     * other.
     */
    void store(Credentials renewed) throws IOException {
        AtomicFile.replace(
                config.state().resolve(CERTIFICATE),
                Bytes.utf8(Pem.certificate(renewed.certificate())));
    }

    /** Nobody else can move in the directories until all is handed over. */
    private void makeOwn() throws IOException {
        owners.makeOwn(config.state(), "rwx------");
        if (config.helper().isPresent()) {
            owners.checkUser();
            owners.makeOwn(config.trust(), "rwxr-xr-x");
        }
    }

    private Ed25519Key key() throws IOException {
        var file = config.state().resolve(KEY);
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            owners.makeOwn(file);
            FileGuard.forThisProcess().secret(file);
            return Pem.key(file);
        }
        var key = Ed25519Key.generate(new SecureRandom());
        AtomicFile.replace(file, Bytes.utf8(Pem.key(key)), "rw-------");
        return key;
    }

    /** Where the node agent cannot read it, if there is a helper. */
    private SealingKey sealingKey() throws IOException {
        var file = Credentials.sealingFile(config.trust(), NAME);
        var before = Credentials.sealingFile(config.state(), NAME);
        if (!Files.exists(file)
                && Files.isRegularFile(before, LinkOption.NOFOLLOW_LINKS)
                && !owners.isAgents(before)) {
            // Root's, of before there was a helper, and perhaps in a certificate already.
            AtomicFile.replace(file, Bytes.utf8(Pem.key(Pem.sealingKey(before))), "rw-------");
        }
        if (!before.equals(file)) {
            Files.deleteIfExists(before);
        }
        if (Files.exists(file)) {
            return Pem.sealingKey(file);
        }
        var key = SealingKey.generate(new SecureRandom());
        AtomicFile.replace(file, Bytes.utf8(Pem.key(key)), "rw-------");
        return key;
    }

    private void store(Joined joined, Endpoint door) throws IOException {
        var state = config.state();
        var collectives =
                joined.collectives().stream()
                        .map(Collective::value)
                        .collect(Collectors.joining(", "));
        AtomicFile.replace(
                config.trust().resolve(AgentConfig.JOINED),
                Bytes.utf8(
                        "# written by joining\nhub = "
                                + joined.broker()
                                + "\nenrol = "
                                + door
                                + "\ncollectives = "
                                + collectives
                                + "\n"),
                "rw-r--r--");
        var credentials = joined.credentials();
        AtomicFile.replace(
                config.trust().resolve(TRUST), Bytes.utf8(credentials.trust().pem()), "rw-r--r--");
        var certificate = Bytes.utf8(Pem.certificate(credentials.certificate()));
        AtomicFile.replace(config.trust().resolve(CERTIFICATE), certificate, "rw-r--r--");
        AtomicFile.replace(state.resolve(CERTIFICATE), certificate, "rw-r--r--");
    }

    private boolean starterPolicy() throws IOException {
        if (Files.exists(config.policy())) {
            return false;
        }
        var parent = config.policy().toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        AtomicFile.replace(config.policy(), Bytes.utf8(STARTER_POLICY), "rw-r--r--");
        return true;
    }

    /**
     * Gives the node agent its own: the files first, while the directory is not its yet. They are
     * new, so none can be somebody else's under a second name.
     */
    private void handOver() throws IOException {
        var key = config.state().resolve(KEY);
        owners.makeOwn(key);
        AtomicFile.replace(key, Bytes.utf8(Pem.key(Pem.key(key))), "rw-------");
        owners.give(key);
        owners.give(config.state().resolve(CERTIFICATE));
        owners.give(config.state());
    }
}
