package io.muster.hub.enrolment;

import io.muster.enrolment.Applicant;
import io.muster.enrolment.JoinToken;
import io.muster.enrolment.KeyFingerprint;
import io.muster.enrolment.Listener;
import io.muster.message.Collective;
import io.muster.message.Escape;
import io.muster.message.NodeId;
import io.muster.security.Certificates;
import io.muster.security.Ed25519PublicKey;

import java.time.Duration;
import java.time.InstantSource;
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

    /**
     * Makes a join token.
     *
     * @throws IllegalArgumentException if uses or validity are out of bounds
     */
    public JoinToken token(Listener listener, int uses, Duration validity, IdPattern pattern) {
        try (var _ = lock.hold()) {
            return tokens.create(listener, uses, validity, pattern);
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

    /**
     * Lets in who waits.
     *
     * @param by who decided
     * @throws AuthorityException if it waits no longer, or the id is taken; nothing was signed
     */
    public Issued sign(Authority authority, PendingRequest waiting, String by) {
        try (var _ = lock.hold()) {
            if (pending.of(waiting.fingerprint()).isEmpty()) {
                throw new AuthorityException(waiting.id() + " waits no longer: see muster ca list");
            }
            var known = register.of(waiting.fingerprint());
            if (known.isPresent()) {
                return renew(authority, known.get(), waiting.applicant(), by);
            }
            register.of(waiting.id())
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
            var latest =
                    register.of(id)
                            .orElseThrow(
                                    () ->
                                            new AuthorityException(
                                                    "no node has the id "
                                                            + id
                                                            + ": see muster ca list"));
            var placed = latest.placed(collectives, by);
            register.add(placed);
            return placed;
        }
    }

    /** A first certificate; to be called while holding the lock. */
    Issued admit(
            Authority authority,
            NodeId id,
            Ed25519PublicKey key,
            Applicant applicant,
            List<Collective> collectives,
            String by) {
        var issued =
                new Issued(
                        id,
                        1,
                        1,
                        KeyFingerprint.of(key),
                        applicant.machine(),
                        applicant.name(),
                        by,
                        collectives,
                        authority.certify(id, key));
        register.add(issued);
        pending.remove(issued.key());
        return issued;
    }

    /** A new certificate for the same id and key; to be called while holding the lock. */
    Issued renew(Authority authority, Issued latest, Applicant applicant, String by) {
        var key = Certificates.key(latest.certificate());
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
                        authority.certify(latest.id(), key));
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
