package io.muster.node.trust;

import io.muster.config.IoReason;
import io.muster.message.Bytes;
import io.muster.message.Identity;
import io.muster.message.IssuerName;
import io.muster.message.Json;
import io.muster.message.ListNumbers;
import io.muster.message.MalformedException;
import io.muster.message.Standing;
import io.muster.security.Documents;
import io.muster.security.TrustStore;
import io.muster.trust.Lock;
import io.muster.trust.LockBook;
import io.muster.trust.PolicyBundle;
import io.muster.trust.Release;
import io.muster.trust.RevocationList;
import io.muster.trust.Revocations;
import io.muster.trust.Revocations.Novelty;
import io.muster.trust.TrustSet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The revocation lists, the policy bundle, the trust set and the locks this node goes by. Each is
 * on the disk before anything else is done with it, and is never replaced by an older one, restarts
 * included.
 *
 * <p>What cannot be written holds all the same until the node agent ends, and is written as soon as
 * it can be; the hub is told of what is on the disk only. Thread-safe.
 */
public final class TrustState {
    private final TrustFiles files;
    private final TrustStore fleet;
    private final InstantSource clock;
    private final Scribe scribe;
    private final Documents documents;
    private final Revocations revocations = new Revocations();
    private final Map<Path, Bytes> unsaved = new LinkedHashMap<>();
    private final List<String> damaged = new ArrayList<>();
    private volatile Optional<PolicyBundle> policy = Optional.empty();
    private volatile LockBook locks = LockBook.EMPTY;
    private volatile Optional<String> damage = Optional.empty();

    /**
     * Reads what an earlier life left.
     *
     * @param state the node agent's own directory; {@code trust} in it is made when there is
     *     something to write
     * @param fleet replaced, and its file rewritten, when a newer trust set comes
     */
    public static TrustState open(
            Path state, TrustStore fleet, InstantSource clock, Scribe scribe) {
        return new TrustState(state.resolve("trust"), fleet, clock, scribe);
    }

    /**
     * The policy bundle that a node agent with that state goes by, if there is one.
     *
     * @throws MalformedException naming the file, if it cannot be read
     */
    public static Optional<PolicyBundle> policyIn(Path state) {
        return new TrustFiles(state.resolve("trust")).readPolicy();
    }

    private TrustState(Path directory, TrustStore fleet, InstantSource clock, Scribe scribe) {
        this.documents = new Documents(fleet, revocations, clock);
        this.files = new TrustFiles(directory);
        this.fleet = fleet;
        this.clock = clock;
        this.scribe = scribe;
        fleet.heed(revocations);
        for (var issuer : IssuerName.values()) {
            load(
                    () ->
                            files.readList(issuer)
                                    .filter(list -> fleet.numbers(list.number()))
                                    .ifPresent(revocations::take));
        }
        load(() -> goBy(files.readPolicy().filter(p -> fleet.numbers(p.number()))));
        load(() -> locks = files.readLocks().orElse(LockBook.EMPTY));
    }

    private void load(Runnable step) {
        try {
            step.run();
        } catch (MalformedException e) {
            damaged.add(e.problem());
            damage = Optional.of(String.join("; ", damaged));
            scribe.alarm("nothing can be changed here: " + e.problem());
        }
    }

    /** Why what is on the disk cannot be gone by, if so: then nothing may be changed here. */
    public Optional<String> damage() {
        return damage;
    }

    /** Checks documents against what is in force. */
    Documents documents() {
        return documents;
    }

    InstantSource clock() {
        return clock;
    }

    Scribe scribe() {
        return scribe;
    }

    /** For those who check signatures. */
    public Revocations revocations() {
        return revocations;
    }

    private void goBy(Optional<PolicyBundle> bundle) {
        policy = bundle;
        revocations.policy(bundle.map(PolicyBundle::number).orElse(0L));
    }

    /** The policy bundle in force, if there ever was one. */
    public Optional<PolicyBundle> policy() {
        return policy;
    }

    /** The locks. */
    public LockBook locks() {
        return locks;
    }

    /** What is in force and on the disk; tries to write what is not. */
    public synchronized Standing standing() {
        Map.copyOf(unsaved).forEach(this::save);
        var lists = revocations.numbers();
        return new Standing(
                new ListNumbers(
                        saved(files.list(IssuerName.OPERATORS)) ? lists.operators() : 0,
                        saved(files.list(IssuerName.NODES)) ? lists.nodes() : 0,
                        saved(files.policy()) ? lists.policy() : 0),
                onDisk() ? fleet.number() : 0,
                saved(files.locks()) ? locks.digest(clock.instant()) : "");
    }

    /** Whether all that is in force is on the disk; tries to write what is not. */
    public synchronized boolean kept() {
        Map.copyOf(unsaved).forEach(this::save);
        return unsaved.isEmpty();
    }

    /**
     * Goes by that list if it is newer than the one known.
     *
     * @param first done before, if so
     */
    synchronized Novelty take(RevocationList list, Runnable first) {
        var novelty = revocations.compare(list);
        if (novelty == Novelty.NEWER) {
            first.run();
            var file = files.list(list.issuer());
            save(file, list.encode());
            revocations.take(list);
            repaired(file);
        }
        return novelty;
    }

    /**
     * Goes by that bundle if it is newer than the one known.
     *
     * @param first done before, if so
     */
    synchronized Novelty take(PolicyBundle bundle, Runnable first) {
        var known = policy.map(PolicyBundle::number).orElse(0L);
        if (bundle.number() < known) {
            return Novelty.OLDER;
        }
        if (bundle.number() == known) {
            return policy.equals(Optional.of(bundle)) ? Novelty.KNOWN : Novelty.DIFFERENT;
        }
        first.run();
        save(files.policy(), bundle.encode());
        goBy(Optional.of(bundle));
        repaired(files.policy());
        return Novelty.NEWER;
    }

    /**
     * Goes by that set if it is newer than the one known. {@code trust.pem} comes first, number and
     * all; where it is not ours to write, the root helper writes it.
     *
     * @param first done before, if so
     */
    synchronized Novelty take(TrustSet next, Runnable first) {
        var novelty = fleet.compare(next);
        if (novelty != Novelty.NEWER) {
            return novelty;
        }
        first.run();
        fleet.file()
                .filter(TrustState::ours)
                .ifPresent(pem -> save(pem, Bytes.utf8(TrustStore.pem(next))));
        fleet.replace(next);
        forgetOthers();
        return Novelty.NEWER;
    }

    /** What issuers that are not trusted any more had to say counts for nothing. */
    private void forgetOthers() {
        for (var issuer : IssuerName.values()) {
            if (revocations.list(issuer).filter(l -> !fleet.numbers(l.number())).isPresent()) {
                forget(files.list(issuer));
            }
        }
        revocations.keep(fleet::numbers);
        if (policy.filter(p -> !fleet.numbers(p.number())).isPresent()) {
            forget(files.policy());
            goBy(Optional.empty());
        }
    }

    private void forget(Path file) {
        unsaved.remove(file);
        try {
            files.remove(file);
        } catch (IOException e) {
            scribe.alarm(file + " cannot be removed: " + IoReason.of(e));
        }
    }

    private static boolean ours(Path file) {
        var directory = file.toAbsolutePath().getParent();
        return directory != null && Files.isWritable(directory);
    }

    /** Whether the next start would trust the same. */
    private boolean onDisk() {
        return fleet.number() == 0 || fleet.file().map(this::holdsSet).orElse(true);
    }

    private boolean holdsSet(Path pem) {
        try {
            return Files.readString(pem).equals(fleet.pem());
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Whether that lock is in force now and was not before.
     *
     * @throws IllegalStateException if there are too many
     */
    synchronized boolean take(Lock lock) {
        var now = clock.instant();
        return locks.wants(lock, now) && keep(locks.with(lock, now));
    }

    /** Whether that release was not known before. */
    synchronized boolean take(Release release) {
        return locks.wants(release) && keep(locks.without(release));
    }

    private boolean keep(LockBook book) {
        save(files.locks(), Json.write(book.toValue()));
        locks = book;
        return true;
    }

    /** The lock on somebody, or on that key of his. */
    Optional<Lock> lockOn(Identity who, String keyid) {
        return locks.against(who, keyid, clock.instant());
    }

    private boolean saved(Path file) {
        return !unsaved.containsKey(file);
    }

    private void save(Path file, Bytes content) {
        try {
            files.write(file, content);
            unsaved.remove(file);
        } catch (IOException e) {
            if (!content.equals(unsaved.put(file, content))) {
                scribe.alarm(file + " cannot be written, and is tried again: " + e.getMessage());
            }
        }
    }

    /** A newer document in the place of the damaged one. */
    private void repaired(Path file) {
        damaged.removeIf(problem -> problem.startsWith(file.toString()));
        damage = damaged.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", damaged));
    }
}
