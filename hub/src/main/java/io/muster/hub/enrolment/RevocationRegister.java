package io.muster.hub.enrolment;

import io.muster.config.IoReason;
import io.muster.journal.AtomicFile;
import io.muster.message.Bytes;
import io.muster.message.FieldReader;
import io.muster.message.Identity;
import io.muster.message.IssuerName;
import io.muster.message.Json;
import io.muster.message.RequestId;
import io.muster.security.Certificates;
import io.muster.security.Documents;
import io.muster.security.Envelope;
import io.muster.security.Issuance.Issuer;
import io.muster.security.PayloadType;
import io.muster.trust.PolicyBundle;
import io.muster.trust.Release;
import io.muster.trust.RevocationList;
import io.muster.trust.RevocationList.Revoked;
import io.muster.trust.TrustSet;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which certificates were revoked, and the documents that tell the fleet: {@code
 * revoked/ISSUER/ROLE.NAME.SERIAL.json}, each written once, and {@code published/NAME.json}, the
 * signed documents as they travel. Thread-safe, over processes too.
 */
public final class RevocationRegister {
    private static final String SET = "trust.json";

    private final Path revoked;
    private final Path published;
    private final String fleet;
    private final EnrolmentLock lock;
    private final InstantSource clock;

    /** The register of that authority. */
    public RevocationRegister(AuthorityFiles files, String fleet, InstantSource clock) {
        this.revoked = files.home().resolve("revoked");
        this.published = files.published();
        this.fleet = fleet;
        this.lock = new EnrolmentLock(files.nodes().resolve("revocation.lock"));
        this.clock = clock;
    }

    /**
     * Notes that a certificate is void; the fleet hears of it with the next list of that issuer.
     *
     * @return whether it was not noted before
     * @throws AuthorityException if it cannot be written
     */
    public boolean add(IssuerName issuer, Revoked entry) {
        if (!issuer.mayRevoke(entry.identity().role())) {
            throw new IllegalArgumentException(
                    "the nodes issuer may not revoke " + entry.identity().brief());
        }
        var directory = revoked.resolve(issuer.word());
        var file = file(issuer, entry.identity(), entry.serial());
        try (var _ = lock.hold()) {
            OnceFile.directory(directory);
            OnceFile.readable(file, Json.write(entry.toValue()));
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (IOException e) {
            throw StateFile.unwritable(file, e);
        }
    }

    private Path file(IssuerName issuer, Identity who, String serial) {
        return revoked.resolve(issuer.word())
                .resolve(who.role().word() + "." + who.name() + "." + serial + ".json");
    }

    /** Whether that certificate was ever noted as void, on a list still or not. */
    boolean noted(IssuerName issuer, Identity who, String serial) {
        return Files.exists(file(issuer, who, serial));
    }

    /** What belongs on that issuer's next list. */
    public List<Revoked> entries(IssuerName issuer) {
        var directory = revoked.resolve(issuer.word());
        var now = clock.instant();
        return StateFile.names(directory).stream()
                .flatMap(
                        name ->
                                StateFile.read(
                                        directory.resolve(name),
                                        "revoked",
                                        RevocationRegister::entry)
                                        .stream())
                .filter(e -> now.isBefore(e.until().plus(Documents.KEPT_AFTER_EXPIRY)))
                .toList();
    }

    private static Revoked entry(FieldReader reader) {
        return new Revoked(
                reader.text("identity", Identity::parse),
                reader.text("serial"),
                reader.instant("until"),
                reader.text("reason"));
    }

    /**
     * Makes and signs the next list of that issuer; a hub that runs hands it out within seconds.
     *
     * @param validity until there will be another
     * @throws AuthorityException if it cannot be written, or holds too much
     */
    public RevocationList publish(IssuerName name, Issuer issuer, Duration validity) {
        try (var _ = lock.hold()) {
            var now = now();
            var number = next(issuer, list(name).map(RevocationList::number));
            RevocationList list;
            try {
                list =
                        new RevocationList(
                                fleet, name, number, now, now.plus(validity), entries(name));
                write(file(name), Documents.sign(issuer, PayloadType.REVOCATION, list.encode()));
            } catch (IllegalArgumentException e) {
                throw new AuthorityException(
                        "the next list of the "
                                + name
                                + " issuer cannot be made: "
                                + e.getMessage(),
                        e);
            }
            return list;
        }
    }

    private static long next(Issuer issuer, Optional<Long> last) {
        var series = Certificates.series(issuer.certificate());
        return series.after(last.orElse(0L))
                .orElseThrow(
                        () ->
                                new AuthorityException(
                                        "the newest document is numbered "
                                                + last.orElse(0L)
                                                + ", and this issuer cannot go higher: nobody"
                                                + " counts that far, so its key is in other hands."
                                                + " Change the authority: muster ca change begin"));
    }

    /**
     * Makes and signs the next policy bundle.
     *
     * @param operators the issuer of operators
     * @throws AuthorityException if it cannot be written, or holds too much
     */
    public PolicyBundle publish(List<PolicyBundle.Part> policies, Issuer operators) {
        try (var _ = lock.hold()) {
            var number = next(operators, policy().map(PolicyBundle::number));
            var bundle = new PolicyBundle(fleet, number, now(), policies);
            write(policyFile(), Documents.sign(operators, PayloadType.POLICY, bundle.encode()));
            return bundle;
        }
    }

    /**
     * Signs and publishes the next trust set; from then on that step is done.
     *
     * @param set numbered one more than the last
     * @param root of an authority that the fleet trusts
     * @throws AuthorityException if it cannot be written, or somebody else came first
     */
    void publish(TrustSet set, Issuer root) {
        try (var _ = lock.hold()) {
            if (set().map(TrustSet::number).orElse(0L) + 1 != set.number()) {
                throw overtaken();
            }
            write(setFile(), Documents.sign(root, PayloadType.TRUST, set.encode()));
        }
    }

    static AuthorityException overtaken() {
        return new AuthorityException(
                "somebody else has changed the authority just now; nothing was changed: see muster"
                        + " ca change status");
    }

    /** Signs the end of a lock in the name of the authority. */
    void release(RequestId id, String reason, Issuer operators) {
        try (var _ = lock.hold()) {
            var release = new Release(id, fleet, Optional.empty(), reason, now());
            write(
                    published.resolve("release." + id + ".json"),
                    Documents.sign(operators, PayloadType.RELEASE, release.encode()));
        }
    }

    /** The newest list of that issuer, if there is one. */
    public Optional<RevocationList> list(IssuerName issuer) {
        return bytes(file(issuer)).map(b -> RevocationList.decode(Envelope.decode(b).payload()));
    }

    /** The newest policy bundle, if there is one. */
    public Optional<PolicyBundle> policy() {
        return bytes(policyFile()).map(b -> PolicyBundle.decode(Envelope.decode(b).payload()));
    }

    /** The newest trust set, if the authority was ever changed. */
    public Optional<TrustSet> set() {
        return set(setFile());
    }

    /** The same, of whatever fleet that is. */
    static Optional<TrustSet> set(AuthorityFiles files) {
        return set(files.published().resolve(SET));
    }

    /** The newest trust set as it travels. */
    static Optional<Bytes> signedSet(AuthorityFiles files) {
        return bytes(files.published().resolve(SET));
    }

    private static Optional<TrustSet> set(Path file) {
        return bytes(file).map(b -> TrustSet.decode(Envelope.decode(b).payload()));
    }

    /**
     * Whether the newest list of that issuer, if there is one, is signed with that certificate's
     * key: if not, the issuer is another by now.
     */
    public boolean signed(IssuerName issuer, X509Certificate by) {
        return signed(file(issuer), by);
    }

    /** The same of the policy bundle. */
    boolean policySigned(X509Certificate by) {
        return signed(policyFile(), by);
    }

    private static boolean signed(Path file, X509Certificate by) {
        return bytes(file)
                .map(b -> Envelope.decode(b).certificates().getFirst())
                .map(Certificates.der(by)::equals)
                .orElse(true);
    }

    /** Takes the policy bundle away: there is none then. */
    void forgetPolicy() {
        StateFile.remove(policyFile());
    }

    /** Takes the ends of locks away that were not signed with that certificate's key. */
    void forgetReleases(X509Certificate by) {
        for (var name : StateFile.names(published)) {
            var file = published.resolve(name);
            if (name.startsWith("release.") && !signed(file, by)) {
                StateFile.remove(file);
            }
        }
    }

    /** The signed documents, as they travel; whom to trust comes first. */
    public List<Bytes> published() {
        return Stream.concat(
                        Stream.of(setFile().getFileName().toString()),
                        StateFile.names(published).stream().filter(name -> name.endsWith(".json")))
                .distinct()
                .flatMap(name -> bytes(published.resolve(name)).stream())
                .toList();
    }

    /** Keeps a signed document that came another way; who calls has checked it. */
    public void keep(Envelope envelope, Bytes document) {
        try (var _ = lock.hold()) {
            switch (envelope.type()) {
                case REVOCATION -> {
                    var list = RevocationList.decode(envelope.payload());
                    if (list(list.issuer()).map(l -> l.number() < list.number()).orElse(true)) {
                        write(file(list.issuer()), document);
                    }
                }
                case POLICY -> {
                    var bundle = PolicyBundle.decode(envelope.payload());
                    if (policy().map(p -> p.number() < bundle.number()).orElse(true)) {
                        write(policyFile(), document);
                    }
                }
                case REQUEST,
                        REPLY,
                        ANNOUNCEMENT,
                        CHECKPOINT,
                        ROLLCALL,
                        APPROVAL,
                        TRUST,
                        LOCK,
                        RELEASE ->
                        throw new IllegalArgumentException("no document of the authority");
            }
        }
    }

    /** As exact as documents are. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private Path file(IssuerName issuer) {
        return published.resolve(issuer.word() + ".json");
    }

    private Path setFile() {
        return published.resolve(SET);
    }

    private Path policyFile() {
        return published.resolve("policy.json");
    }

    private void write(Path file, Bytes document) {
        try {
            OnceFile.directory(published);
            AtomicFile.replace(file, document, "rw-r--r--");
        } catch (IOException e) {
            throw StateFile.unwritable(file, e);
        }
    }

    static Optional<Bytes> bytes(Path file) {
        try {
            return Optional.of(Bytes.utf8(Files.readString(file, StandardCharsets.UTF_8)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new AuthorityException(file + " cannot be read: " + IoReason.of(e), e);
        }
    }
}
