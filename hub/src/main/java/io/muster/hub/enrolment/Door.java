package io.muster.hub.enrolment;

import io.muster.enrolment.Applicant;
import io.muster.enrolment.JoinToken;
import io.muster.enrolment.KeyFingerprint;
import io.muster.enrolment.Listener;
import io.muster.enrolment.SealingClaim;
import io.muster.message.Collective;
import io.muster.message.Escape;
import io.muster.message.NodeId;
import io.muster.security.Attributes;
import io.muster.security.Certificates;
import io.muster.security.Ed25519PublicKey;

import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The files about who joined, who may and who waits, as the hub and the command line share them.
 * Thread-safe, over processes too.
 */
public final class Door {
    private final EnrolmentLock lock;
    private final Register register;
    private final JoinTokens tokens;
    private final PendingRequests pending;
    private final Frozen frozen;
    private final Purges purges;
    private final InstantSource clock;

    /**
     * The door of that authority.
     *
     * @param random unpredictable: makes the tokens' secrets
     */
    public Door(AuthorityFiles files, RandomGenerator random, InstantSource clock) {
        this.lock = new EnrolmentLock(files.nodes().resolve("lock"));
        this.register = new Register(files);
        this.tokens = new JoinTokens(files.tokens(), random, clock);
        this.pending = new PendingRequests(files, clock);
        this.frozen = new Frozen(files);
        this.purges = new Purges(files);
        this.clock = clock;
    }

    EnrolmentLock lock() {
        return lock;
    }

    Register register() {
        return register;
    }

    JoinTokens tokens() {
        return tokens;
    }

    PendingRequests pending() {
        return pending;
    }

    /** Makes a join token of which nothing is attested. */
    public JoinToken token(Listener listener, int uses, Duration validity, IdPattern pattern) {
        return token(listener, new TokenTerms(uses, validity, pattern, Attributes.NONE));
    }

    /** Makes a join token. */
    public JoinToken token(Listener listener, TokenTerms terms) {
        try (var _ = lock.hold()) {
            return tokens.create(listener, terms);
        }
    }

    /** The latest certificate of every node, by id. */
    public List<Issued> issued() {
        try (var _ = lock.hold()) {
            return register.all();
        }
    }

    /** Everybody who waits, the longest waiting first. */
    public List<PendingRequest> waiting() {
        try (var _ = lock.hold()) {
            return pending.all();
        }
    }

    /**
     * The one machine that waits for that id.
     *
     * @param fingerprint what its key must be, if given
     * @throws AuthorityException if nobody waits, several do, or the fingerprint is another
     */
    public PendingRequest waiting(NodeId id, Optional<KeyFingerprint> fingerprint) {
        var all = waiting().stream().filter(p -> p.id().equals(id)).toList();
        if (all.isEmpty()) {
            throw new AuthorityException("nobody waits for the id " + id + ": see muster ca list");
        }
        var matching =
                all.stream()
                        .filter(p -> fingerprint.map(p.fingerprint()::equals).orElse(true))
                        .toList();
        if (matching.isEmpty()) {
            throw new AuthorityException(
                    "the key that waits for "
                            + id
                            + " has another fingerprint: "
                            + all.getFirst().fingerprint()
                            + "; nothing was signed");
        }
        if (matching.size() > 1) {
            throw new AuthorityException(
                    matching.size()
                            + " machines wait for the id "
                            + id
                            + ": say which by its fingerprint, see muster ca list");
        }
        return matching.getFirst();
    }

    /** Lets in who waits, attesting nothing that was not attested before. */
    public Issued sign(Authority authority, PendingRequest waiting, String by) {
        return sign(authority, waiting, Optional.empty(), by);
    }

    /**
     * Lets in who waits.
     *
     * @param attributes what its certificate attests; unless said, nothing, and of a node that is
     *     renewed what it did
     * @param by who decided
     * @throws AuthorityException if it waits no longer, or the id is taken; nothing was signed
     */
    public Issued sign(
            Authority authority,
            PendingRequest waiting,
            Optional<Attributes> attributes,
            String by) {
        try (var _ = lock.hold()) {
            if (pending.of(waiting.fingerprint()).isEmpty()) {
                throw new AuthorityException(waiting.id() + " waits no longer: see muster ca list");
            }
            if (register.ended(waiting.fingerprint())) {
                throw new AuthorityException(
                        "the certificates of this key are void: reject it, and let the machine"
                                + " make a new one");
            }
            var known = register.of(waiting.fingerprint());
            if (known.isPresent()) {
                var attested = attributes.orElse(known.get().attributes());
                return renew(authority, known.get(), waiting.applicant(), attested, by);
            }
            register.of(waiting.id())
                    .filter(holder -> !holder.free())
                    .ifPresent(
                            holder -> {
                                throw new AuthorityException(
                                        "another machine has the id "
                                                + waiting.id()
                                                + " (host "
                                                + Escape.quoted(holder.name())
                                                + "): reject this one, and let it join with"
                                                + " another --id");
                            });
            return admit(
                    authority,
                    waiting.id(),
                    waiting.csr().key(),
                    waiting.applicant(),
                    waiting.collectives(),
                    attributes.orElse(Attributes.NONE),
                    by);
        }
    }

    /** Turns away who waits, for good. */
    public void reject(PendingRequest waiting) {
        try (var _ = lock.hold()) {
            pending.reject(waiting.fingerprint());
        }
    }

    /**
     * Puts a node in these collectives, and no others.
     *
     * @param by who decided
     * @throws AuthorityException if there is no such node
     */
    public Issued place(NodeId id, List<Collective> collectives, String by) {
        try (var _ = lock.hold()) {
            var placed = holder(id).placed(collectives, by);
            register.add(placed);
            return placed;
        }
    }

    private Issued holder(NodeId id) {
        return register.of(id)
                .orElseThrow(
                        () ->
                                new AuthorityException(
                                        "no node has the id " + id + ": see muster ca list"));
    }

    /**
     * Ends a node: its certificates are void, and its key is never let in again. The hub's broker
     * and door go by it at once; whoever else must know hears it from the list of what is revoked.
     *
     * @param free whether another machine may have the id now, as its next generation; what waits
     *     in the node's queue is thrown away then
     * @param by who decided
     * @return the void certificates that have not expired
     * @throws AuthorityException if there is no such node
     */
    public List<Issued> end(NodeId id, boolean free, String by) {
        try (var _ = lock.hold()) {
            var latest = holder(id);
            if (latest.ended().isEmpty() || latest.free() != free) {
                register.add(latest.ended(new Ended(clock.instant(), free), by));
            }
            if (free) {
                frozen.remove(id);
                purges.add(id);
            }
            return unexpired(id);
        }
    }

    private List<Issued> unexpired(NodeId id) {
        var bySerial = new LinkedHashMap<String, Issued>();
        register.history(id).forEach(issued -> bySerial.put(issued.serial(), issued));
        var now = clock.instant();
        return bySerial.values().stream().filter(i -> now.isBefore(i.expires())).toList();
    }

    /**
     * Freezes an id whose key two machines have: it is not renewed, and nobody changes anything at
     * either of them, until a person cleans it.
     *
     * @param places both machines, in words
     */
    public void freeze(NodeId id, String places) {
        try (var _ = lock.hold()) {
            frozen.add(id, new Frozen.Reason(clock.instant(), places));
        }
    }

    /** Since when that id is frozen and which two machines have its key, if it is. */
    public Optional<String> frozen(NodeId id) {
        return frozen.of(id).map(reason -> "since " + reason.at() + ": " + reason.places());
    }

    /** All ids that are frozen. */
    public List<NodeId> frozen() {
        return frozen.all();
    }

    /** Whose queues are to be emptied. */
    public List<NodeId> purges() {
        try (var _ = lock.hold()) {
            return purges.all();
        }
    }

    /** The queues of that one are empty. */
    public void purged(NodeId id) {
        try (var _ = lock.hold()) {
            purges.done(id);
        }
    }

    /**
     * The first certificate of a machine: of the next generation if another had its id. To be
     * called while holding the lock.
     */
    Issued admit(
            Authority authority,
            NodeId id,
            Ed25519PublicKey key,
            Applicant applicant,
            List<Collective> collectives,
            Attributes attributes,
            String by) {
        var before = register.of(id);
        var generation = before.map(b -> b.generation() + 1).orElse(1);
        var issued =
                new Issued(
                        id,
                        before.map(b -> b.number() + 1).orElse(1),
                        generation,
                        KeyFingerprint.of(key),
                        applicant.machine(),
                        applicant.name(),
                        by,
                        collectives,
                        authority.certify(
                                id,
                                key,
                                applicant.sealing().map(SealingClaim::key),
                                attributes,
                                generation),
                        Optional.empty());
        register.add(issued);
        pending.remove(issued.key());
        return issued;
    }

    /** A new certificate for the same id and keys; to be called while holding the lock. */
    Issued renew(Authority authority, Issued latest, Applicant applicant, String by) {
        return renew(authority, latest, applicant, latest.attributes(), by);
    }

    private Issued renew(
            Authority authority,
            Issued latest,
            Applicant applicant,
            Attributes attributes,
            String by) {
        var key = Certificates.key(latest.certificate());
        var sealing =
                Certificates.sealingKey(latest.certificate())
                        .or(() -> applicant.sealing().map(SealingClaim::key));
        var issued =
                new Issued(
                        latest.id(),
                        latest.number() + 1,
                        latest.generation(),
                        latest.key(),
                        applicant.machine(),
                        applicant.name(),
                        by,
                        latest.collectives(),
                        authority.certify(
                                latest.id(), key, sealing, attributes, latest.generation()),
                        Optional.empty());
        register.add(issued);
        pending.remove(issued.key());
        return issued;
    }

    /** Every token that is kept: see {@link TokenLine}. */
    public List<TokenLine> tokenLines() {
        try (var _ = lock.hold()) {
            return tokens.all().stream().map(TokenLine::of).toList();
        }
    }

    /**
     * Takes a token back.
     *
     * @throws AuthorityException if there is none of that id
     */
    public void revoke(String token) {
        try (var _ = lock.hold()) {
            tokens.revoke(token);
        }
    }
}
