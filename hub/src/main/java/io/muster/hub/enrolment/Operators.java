package io.muster.hub.enrolment;

import io.muster.config.IoReason;
import io.muster.journal.AtomicFile;
import io.muster.message.Bytes;
import io.muster.message.Endpoint;
import io.muster.message.Identity;
import io.muster.message.IssuerName;
import io.muster.message.RequestId;
import io.muster.message.Role;
import io.muster.message.Spans;
import io.muster.security.Attributes;
import io.muster.security.Certificates;
import io.muster.security.Credentials;
import io.muster.security.Documents;
import io.muster.security.Ed25519Key;
import io.muster.security.Ed25519PublicKey;
import io.muster.security.Issuance;
import io.muster.security.Issuance.Issuer;
import io.muster.security.Leaf;
import io.muster.security.Passphrase;
import io.muster.security.PassphraseSource;
import io.muster.security.Pem;
import io.muster.security.SealingPublicKey;
import io.muster.security.TrustStore;
import io.muster.trust.PolicyBundle;
import io.muster.trust.RevocationList;
import io.muster.trust.RevocationList.Revoked;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The part of a fleet's authority that makes operators, and nothing else. Its directory can be kept
 * somewhere else and brought when it is needed.
 */
public final class Operators {
    /** What nodes bear with unless told otherwise. */
    public static final Duration LIST_VALIDITY = Duration.ofDays(7);

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

    /** Reads the issuer of operators, whose key no passphrase protects. */
    public static Operators open(Path directory, SecureRandom random, InstantSource clock) {
        return open(directory, PassphraseSource.NOBODY, random, clock);
    }

    /**
     * Reads the issuer of operators.
     *
     * @param source knows the passphrase of the issuer's key
     * @throws AuthorityException if it is not here
     */
    public static Operators open(
            Path directory, PassphraseSource source, SecureRandom random, InstantSource clock) {
        var files = new AuthorityFiles(directory);
        if (!files.exist()) {
            throw new AuthorityException(
                    "no authority in " + directory + ": make one with muster ca init");
        }
        var trust = OwnTrust.settled(files, clock);
        var issuer =
                new KeyRing(files).open(KeyRing.OPERATORS, trust.issuer(Role.OPERATOR), source);
        return new Operators(files, trust, issuer, random, clock);
    }

    /** Signs the next revocation list of the operators issuer: see {@link RevocationRegister}. */
    public RevocationList publish(RevocationRegister register, Duration validity) {
        return register.publish(IssuerName.OPERATORS, issuer, validity);
    }

    /**
     * Makes all {@linkplain #issued certificates} of that operator void, and tells the fleet with
     * the next list.
     *
     * @param reason told to whoever is refused
     */
    public RevocationList revoke(RevocationRegister register, String name, String reason) {
        for (var certificate : issued(name)) {
            register.add(
                    IssuerName.OPERATORS,
                    new Revoked(
                            Certificates.identity(certificate),
                            Certificates.serial(certificate),
                            certificate.getNotAfter().toInstant(),
                            reason));
        }
        return publish(register, LIST_VALIDITY);
    }

    /** Signs the next policy bundle. */
    public PolicyBundle publish(RevocationRegister register, List<PolicyBundle.Part> policies) {
        return register.publish(policies, issuer);
    }

    /** Ends a lock in the name of the authority, whoever is locked out. */
    public void release(RevocationRegister register, RequestId lock, String reason) {
        register.release(lock, reason, issuer);
    }

    /**
     * What was issued to that operator and is still good for something: a lock that was made before
     * its end is believed for a while after it.
     */
    public List<X509Certificate> issued(String name) {
        return new IssuedToOperators(files)
                .unexpired(clock.instant().minus(Documents.KEPT_AFTER_EXPIRY)).stream()
                        .map(IssuedToOperators.Entry::certificate)
                        .filter(c -> Certificates.identity(c).name().equals(name))
                        .toList();
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
     * Somebody who shall command.
     *
     * @param name of the person or job
     * @param validity how long the certificate is valid, at most {@link Lifetimes#OPERATOR_MOST}
     * @param attributes what is attested
     */
    public record Wanted(String name, Duration validity, Attributes attributes) {
        public Wanted {
            if (validity.compareTo(Lifetimes.OPERATOR_MOST) > 0) {
                throw new IllegalArgumentException(
                        "an operator's certificate is valid for 7 days at most, not "
                                + Spans.print(validity));
            }
            Lifetimes.check(validity);
        }
    }

    /**
     * As {@link #issue(Wanted, Path, Endpoint, Supplier)}, with a new key that no passphrase
     * protects.
     *
     * @return the operator's credentials
     */
    public Credentials issue(String name, Duration validity, Path directory, Endpoint broker) {
        var _ =
                issue(
                        new Wanted(name, validity, Attributes.NONE),
                        directory,
                        broker,
                        Optional::empty);
        return Credentials.load(directory, NAME);
    }

    /**
     * Writes {@code operator.key}, {@code operator.crt}, {@code trust.pem} and, if it is missing,
     * {@code controller.conf}. If the directory holds that operator's key already, only the
     * certificate is new; but only a key that was certified here before, and never revoked.
     *
     * @param broker where the operator finds the bus
     * @param passphrase asked for if a key is made: what protects it, if anything
     * @return the operator's certificate
     * @throws AuthorityException if the directory holds those of somebody else; nothing has changed
     */
    public X509Certificate issue(
            Wanted wanted,
            Path directory,
            Endpoint broker,
            Supplier<Optional<Passphrase>> passphrase) {
        var identity = new Identity(trust.fleet(), Role.OPERATOR, wanted.name());
        try {
            var keys = keys(identity, directory, passphrase);
            var leaf =
                    Leaf.of(identity, keys.signing())
                            .attested(wanted.attributes(), 1)
                            .sealedTo(keys.sealing());
            var certificate =
                    new Issuance(random).leaf(issuer, leaf, clock.instant(), wanted.validity());
            record(identity, certificate);
            write(directory, certificate, broker);
            return certificate;
        } catch (IOException e) {
            throw new AuthorityException("cannot write to " + directory + ": " + IoReason.of(e), e);
        }
    }

    /** The public halves of an operator's keys. */
    private record Keys(Ed25519PublicKey signing, Optional<SealingPublicKey> sealing) {
        static Keys of(Ed25519Key key) {
            return new Keys(key.publicKey(), Optional.of(key.sealing().publicKey()));
        }

        static Keys of(X509Certificate held) {
            return new Keys(Certificates.key(held), Certificates.sealingKey(held));
        }
    }

    /** Renewing needs the public halves only, so that nobody is asked for the passphrase. */
    private Keys keys(Identity identity, Path directory, Supplier<Optional<Passphrase>> passphrase)
            throws IOException {
        var file = directory.resolve(NAME + ".key");
        var certificate = directory.resolve(NAME + ".crt");
        if (Files.exists(file) && Files.exists(certificate)) {
            var held = Pem.certificates(certificate).getFirst();
            checkSame(identity, held, directory);
            var keys = Pem.locked(file) ? Keys.of(held) : Keys.of(Pem.key(file));
            checkTogether(keys, held, directory);
            held().check(identity, held, directory);
            return keys;
        }
        if (Files.exists(file)) {
            var keys = Keys.of(Pem.key(file));
            held().check(identity, keys.signing(), directory);
            return keys;
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
        var protection = passphrase.get();
        var key = Ed25519Key.generate(random);
        OnceFile.directory(directory);
        var text = protection.map(p -> Pem.key(key, p, random)).orElseGet(() -> Pem.key(key));
        OnceFile.secret(file, Bytes.utf8(text));
        return Keys.of(key);
    }

    private HeldKeys held() {
        return new HeldKeys(files, trust.fleet(), trust.issuer(Role.OPERATOR), clock);
    }

    private static void checkTogether(Keys keys, X509Certificate held, Path directory) {
        if (!keys.signing().equals(Certificates.key(held))) {
            throw new AuthorityException(
                    directory
                            + ": operator.key is not the key of operator.crt; nothing was signed");
        }
    }

    private static void checkSame(Identity identity, X509Certificate held, Path directory) {
        var holder = Certificates.identity(held);
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
        new IssuedToOperators(files).add(identity, certificate, clock);
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
