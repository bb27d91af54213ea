package io.muster.hub.enrolment;

import io.muster.config.IoReason;
import io.muster.message.Bytes;
import io.muster.message.Identity;
import io.muster.message.Role;
import io.muster.security.Ed25519Key;
import io.muster.security.Issuance;
import io.muster.security.Issuance.Issuer;
import io.muster.security.Passphrase;
import io.muster.security.Pem;
import io.muster.security.TrustStore;
import io.muster.trust.Series;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Makes a fleet's authority: root, the two issuers, and the credentials of the hub and its broker.
 *
 * <p>All of it is made in a directory beside and then renamed: there is a whole authority or none,
 * and an existing one is never touched. What a crash left beside is removed by the next founding.
 */
public final class Founding {
    private final SecureRandom random;
    private final InstantSource clock;

    public Founding(SecureRandom random, InstantSource clock) {
        this.random = random;
        this.clock = clock;
    }

    /** The same, with keys that no passphrase protects. */
    public void found(Path directory, String fleet, AuthorityConfig config) {
        found(directory, fleet, config, Optional.empty());
    }

    /**
     * Founds the authority of a fleet in {@code directory}, which is not there yet or empty.
     *
     * @param passphrase protects the keys of the root and of the issuer of operators, if given;
     *     never that of the issuer of nodes, which the hub uses when nobody is there
     * @throws AuthorityException if there is something, or it cannot be made; nothing has changed
     */
    public void found(
            Path directory, String fleet, AuthorityConfig config, Optional<Passphrase> passphrase) {
        checkFree(directory);
        var home = directory.toAbsolutePath().normalize();
        var beside = home.resolveSibling(home.getFileName() + ".incomplete");
        try {
            OnceFile.directory(beside);
            try (var _ = lock(beside)) {
                clear(beside);
                fill(new AuthorityFiles(beside), fleet, config, passphrase);
                Files.deleteIfExists(beside.resolve("lock"));
                Files.move(beside, home, StandardCopyOption.ATOMIC_MOVE);
                OnceFile.forceEntry(home);
            }
        } catch (IOException e) {
            discard(beside, e);
            throw new AuthorityException(
                    "cannot make "
                            + directory
                            + ": "
                            + IoReason.of(e)
                            + ": run this as root, or choose another place with --dir",
                    e);
        }
    }

    /** Refuses a directory that holds anything. */
    public static void checkFree(Path directory) {
        var files = new AuthorityFiles(directory);
        if (files.exist()) {
            throw new AuthorityException(
                    directory
                            + " holds the authority of the fleet "
                            + TrustStore.load(files.trust()).fleet()
                            + " already; nothing was changed");
        }
        if (!Files.exists(directory)) {
            return;
        }
        try (var entries = Files.list(directory)) {
            if (entries.findAny().isPresent()) {
                throw new AuthorityException(
                        directory + " is not empty, and no authority; nothing was changed");
            }
        } catch (IOException e) {
            throw new AuthorityException(
                    directory + " cannot be looked into: " + IoReason.of(e), e);
        }
    }

    /** The lock goes with the process: what lies here without one was left by a crash. */
    private static FileChannel lock(Path beside) throws IOException {
        var channel =
                FileChannel.open(
                        beside.resolve("lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock();
        if (lock == null) {
            channel.close();
            throw new AuthorityException("somebody else is making an authority in " + beside);
        }
        return channel;
    }

    private static void discard(Path beside, IOException because) {
        try {
            clear(beside);
            Files.deleteIfExists(beside.resolve("lock"));
            Files.deleteIfExists(beside);
        } catch (IOException e) {
            because.addSuppressed(e);
        }
    }

    private static void clear(Path beside) throws IOException {
        try (var left = Files.walk(beside)) {
            var inside =
                    left.filter(path -> !path.equals(beside) && !path.endsWith("lock"))
                            .sorted(Comparator.reverseOrder())
                            .toList();
            for (var path : inside) {
                Files.delete(path);
            }
        }
    }

    private void fill(
            AuthorityFiles files,
            String fleet,
            AuthorityConfig config,
            Optional<Passphrase> passphrase)
            throws IOException {
        var issuance = new Issuance(random);
        var now = clock.instant();
        var root = issuance.root(fleet, now, Lifetimes.AUTHORITY);
        var operators =
                issuance.issuer(
                        root, fleet, "operators", Series.FOUNDING, now, Lifetimes.AUTHORITY);
        var nodes =
                issuance.issuer(root, fleet, "nodes", Series.FOUNDING, now, Lifetimes.AUTHORITY);
        var trust =
                new TrustStore(root.certificate(), operators.certificate(), nodes.certificate());
        var keys = new KeyRing(files);
        keys.store(KeyRing.ROOT, 1, root, passphrase, random);
        keys.store(KeyRing.OPERATORS, 1, operators, passphrase, random);
        keys.store(KeyRing.NODES, 1, nodes, Optional.empty(), random);
        for (var directory :
                List.of(
                        files.operators().resolve("issued"),
                        files.tokens(),
                        files.pending(),
                        files.rejected(),
                        files.keys(),
                        files.issued(),
                        files.hub())) {
            OnceFile.directory(directory);
        }
        for (var role : List.of(Role.HUB, Role.BROKER)) {
            server(files, issuance, nodes, new Identity(fleet, role, "main"), config, now);
        }
        var pem = Bytes.utf8(trust.pem());
        OnceFile.readable(files.hub().resolve("trust.pem"), pem);
        OnceFile.readable(files.config(), config.text());
        OnceFile.readable(files.trust(), pem);
    }

    private void server(
            AuthorityFiles files,
            Issuance issuance,
            Issuer nodes,
            Identity identity,
            AuthorityConfig config,
            Instant now)
            throws IOException {
        var name = identity.role().word();
        var key = Ed25519Key.generate(random);
        var certificate =
                issuance.leaf(
                        nodes,
                        identity,
                        key.publicKey(),
                        config.hosts(),
                        now,
                        config.lifetimes().server());
        new IssuedToServers(files).add(certificate);
        OnceFile.secret(files.hub().resolve(name + ".key"), Bytes.utf8(Pem.key(key)));
        OnceFile.readable(
                files.hub().resolve(name + ".crt"), Bytes.utf8(Pem.certificate(certificate)));
    }
}
