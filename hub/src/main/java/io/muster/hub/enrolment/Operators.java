package io.muster.hub.enrolment;

import io.muster.config.IoReason;
import io.muster.journal.AtomicFile;
import io.muster.message.Bytes;
import io.muster.message.Endpoint;
import io.muster.message.Identity;
import io.muster.message.Role;
import io.muster.security.Certificates;
import io.muster.security.Credentials;
import io.muster.security.Ed25519Key;
import io.muster.security.Issuance;
import io.muster.security.Issuance.Issuer;
import io.muster.security.Pem;
import io.muster.security.TrustStore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;

/**
 * The part of a fleet's authority that makes operators, and nothing else. Its directory can be kept
 * somewhere else and brought when it is needed.
 */
public final class Operators {
    private static final String NAME = "operator";

    private final AuthorityFiles files;
    private final TrustStore trust;
    private final Issuer issuer;
    private final SecureRandom random;
    private final InstantSource clock;

    private Operators(
            AuthorityFiles files,
            TrustStore trust,
            Issuer issuer,
            SecureRandom random,
            InstantSource clock) {
        this.files = files;
        this.trust = trust;
        this.issuer = issuer;
        this.random = random;
        this.clock = clock;
    }

    /**
     * Reads the issuer of operators.
     *
     * @throws AuthorityException if it is not here
     */
    public static Operators open(Path directory, SecureRandom random, InstantSource clock) {
        var files = new AuthorityFiles(directory);
        if (!files.exist()) {
            throw new AuthorityException(
                    "no authority in " + directory + ": make one with muster ca init");
        }
        if (!Files.isDirectory(files.operators())) {
            throw new AuthorityException(
                    files.operators()
                            + " is not here: bring back the issuer of operators, and try again");
        }
        var trust = TrustStore.load(files.trust());
        var issuer = Authority.issuer(files.operators(), "operators", trust.issuer(Role.OPERATOR));
        return new Operators(files, trust, issuer, random, clock);
    }

    /** Refuses a directory that holds any of what {@link #issue} writes. */
    public static void checkFree(Path directory) {
        for (var name : List.of("operator.key", "operator.crt", "trust.pem", "controller.conf")) {
            var file = directory.resolve(name);
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                throw new AuthorityException(
                        file
                                + " is there already; nothing was changed: choose another"
                                + " --operator-dir");
            }
        }
    }

    /**
     * Writes {@code operator.key}, {@code operator.crt}, {@code trust.pem} and, if it is missing,
     * {@code controller.conf}. If the directory holds that operator's key already, only the
     * certificate is new.
     *
     * @param broker where the operator finds the bus
     * @return the operator's credentials
     * @throws AuthorityException if the directory holds those of somebody else; nothing has changed
     */
    public Credentials issue(String name, Duration validity, Path directory, Endpoint broker) {
        Lifetimes.check(validity);
        var identity = new Identity(trust.fleet(), Role.OPERATOR, name);
        try {
            OnceFile.directory(directory);
            var key = key(identity, directory);
            var certificate =
                    new Issuance(random)
                            .leaf(
                                    issuer,
                                    identity,
                                    key.publicKey(),
                                    List.of(),
                                    clock.instant(),
                                    validity);
            record(identity, certificate);
            write(directory, certificate, broker);
            return new Credentials(key, certificate, trust);
        } catch (IOException e) {
            throw new AuthorityException("cannot write to " + directory + ": " + IoReason.of(e), e);
        }
    }

    private Ed25519Key key(Identity identity, Path directory) throws IOException {
        var file = directory.resolve(NAME + ".key");
        if (Files.exists(file)) {
            checkSame(identity, directory);
            return Pem.key(file);
        }
        Stream.of("operator.crt", "trust.pem")
                .map(directory::resolve)
                .filter(Files::exists)
                .findFirst()
                .ifPresent(
                        there -> {
                            throw new AuthorityException(
                                    there + " is there, but no operator.key: remove it first");
                        });
        var key = Ed25519Key.generate(random);
        OnceFile.secret(file, Bytes.utf8(Pem.key(key)));
        return key;
    }

    /** A key without a certificate was left by an interrupted run, and may be used. */
    private void checkSame(Identity identity, Path directory) {
        var file = directory.resolve(NAME + ".crt");
        if (!Files.exists(file)) {
            return;
        }
        var holder = Certificates.identity(Pem.certificates(file).getFirst());
        if (!holder.equals(identity)) {
            throw new AuthorityException(
                    directory
                            + " holds the credentials of "
                            + holder
                            + "; nothing was changed: choose another directory with --out");
        }
    }

    /** What was issued to whom: the list to revoke from. */
    private void record(Identity identity, X509Certificate certificate) throws IOException {
        var serial = certificate.getSerialNumber().toString(16);
        var issued = files.operators().resolve("issued");
        OnceFile.directory(issued);
        OnceFile.readable(
                issued.resolve(identity.name() + "." + serial + ".crt"),
                Bytes.utf8(Pem.certificate(certificate)));
    }

    private void write(Path directory, X509Certificate certificate, Endpoint broker)
            throws IOException {
        var readable = "rw-r--r--";
        AtomicFile.replace(directory.resolve("trust.pem"), Bytes.utf8(trust.pem()), readable);
        AtomicFile.replace(
                directory.resolve(NAME + ".crt"),
                Bytes.utf8(Pem.certificate(certificate)),
                readable);
        var config = directory.resolve("controller.conf");
        if (!Files.exists(config, LinkOption.NOFOLLOW_LINKS)) {
            OnceFile.readable(
                    config,
                    Bytes.utf8(
                            """
                            # Where the bus of the fleet %s is.
                            hub = %s
                            """
                                    .formatted(trust.fleet(), broker)));
        }
    }
}
