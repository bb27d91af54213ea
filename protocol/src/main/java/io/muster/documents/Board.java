package io.muster.documents;

import io.muster.message.Bytes;
import io.muster.message.Identity;
import io.muster.message.IssuerName;
import io.muster.message.MalformedException;
import io.muster.message.RequestId;
import io.muster.message.Standing;
import io.muster.security.Documents;
import io.muster.security.Documents.Reading;
import io.muster.security.Envelope;
import io.muster.security.PayloadType;
import io.muster.security.Verification.Flaw;
import io.muster.trust.Lock;
import io.muster.trust.LockBook;
import io.muster.trust.PolicyBundle;
import io.muster.trust.Release;
import io.muster.trust.RevocationList;
import io.muster.trust.Revocations;
import io.muster.trust.Revocations.Novelty;
import io.muster.trust.TrustSet;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The newest of what the authority and operators say, as a hub hands it out and a broker keeps its
 * door by it. It is checked here as everywhere else, so that nothing is passed on that nobody would
 * believe; it can be held back, and that is what numbers and ages are for. Thread-safe.
 */
public final class Board {
    private final Documents documents;
    private final Revocations revocations;
    private final Predicate<Identity> mayLock;
    private final InstantSource clock;
    private final Map<IssuerName, Bytes> lists = new LinkedHashMap<>();
    private final Map<RequestId, Bytes> locks = new LinkedHashMap<>();
    private final Map<RequestId, Bytes> releases = new LinkedHashMap<>();
    private Optional<Bytes> policyDocument = Optional.empty();
    private Optional<PolicyBundle> policy = Optional.empty();
    private Optional<Bytes> setDocument = Optional.empty();
    private Optional<TrustSet> set = Optional.empty();
    private volatile LockBook book = LockBook.EMPTY;

    /** What became of a document. */
    public sealed interface Taken {
        /** It is news: hand it on. */
        record News(String what) implements Taken {}

        /** It was known, or is older than what is. */
        record Nothing() implements Taken {}

        /** It is not what it claims, or its signer may not say it here. */
        record Refused(String problem) implements Taken {}
    }

    /**
     * An empty board; {@link #restore} brings the locks back.
     *
     * @param revocations kept up to date with the lists
     * @param mayLock whose locks and releases count here
     */
    public Board(
            Documents documents,
            Revocations revocations,
            Predicate<Identity> mayLock,
            InstantSource clock) {
        this.documents = documents;
        this.revocations = revocations;
        this.mayLock = mayLock;
        this.clock = clock;
    }

    /**
     * Takes the locks of an earlier life, which were checked in that; to be called once, after the
     * lists are there.
     *
     * @param documents everything that was kept
     * @param problem told of those that cannot be read
     */
    public synchronized void restore(
            Collection<Bytes> documents, BiConsumer<String, RuntimeException> problem) {
        for (var document : documents) {
            try {
                var envelope = Envelope.decode(document);
                switch (envelope.type()) {
                    case LOCK -> remember(Lock.decode(envelope.payload()), document);
                    case RELEASE -> remember(Release.decode(envelope.payload()), document);
                    case REQUEST,
                            REPLY,
                            ANNOUNCEMENT,
                            CHECKPOINT,
                            ROLLCALL,
                            APPROVAL,
                            REVOCATION,
                            POLICY,
                            TRUST -> {}
                }
            } catch (RuntimeException e) {
                problem.accept("a lock cannot be read", e);
            }
        }
    }

    private void remember(Lock lock, Bytes document) {
        if (book.wants(lock, clock.instant())) {
            book = book.with(lock, clock.instant());
            locks.put(lock.id(), document);
        }
    }

    private void remember(Release release, Bytes document) {
        if (book.wants(release)) {
            book = book.without(release);
            locks.remove(release.lock());
            releases.put(release.lock(), document);
        }
    }

    /** Takes what came over the bus or from a directory, if it is what it claims. */
    public synchronized Taken take(Bytes document) {
        Envelope envelope;
        try {
            envelope = Envelope.decode(document);
        } catch (MalformedException e) {
            return new Taken.Refused(e.problem());
        }
        return switch (envelope.type()) {
            case REVOCATION -> with(documents.list(envelope), list -> take(list, document));
            case POLICY -> with(documents.policy(envelope), bundle -> take(bundle, document));
            case TRUST -> with(documents.set(envelope), next -> take(next, document));
            case LOCK -> with(documents.lock(envelope), l -> take(l, envelope, document));
            case RELEASE -> with(documents.release(envelope), r -> take(r, envelope, document));
            case REQUEST, REPLY, ANNOUNCEMENT, CHECKPOINT, ROLLCALL, APPROVAL ->
                    new Taken.Refused("no document");
        };
    }

    /**
     * Whether that is a kind of message for {@link #take} that may come over the bus. A trust set
     * comes from the authority's directory only: the hub has to have the keys that go with it.
     */
    public static boolean concerns(PayloadType type) {
        return switch (type) {
            case REVOCATION, POLICY, LOCK, RELEASE -> true;
            case REQUEST, REPLY, ANNOUNCEMENT, CHECKPOINT, ROLLCALL, APPROVAL, TRUST -> false;
        };
    }

    private static <T> Taken with(Reading<T> reading, Function<T, Taken> genuine) {
        return switch (reading) {
            case Reading.Genuine<T>(T document) -> genuine.apply(document);
            case Reading.Forged<T>(Flaw flaw, String problem) ->
                    new Taken.Refused(flaw + ": " + problem);
        };
    }

    private Taken take(RevocationList list, Bytes document) {
        var name = "revocation list " + list.number() + " of the " + list.issuer() + " issuer";
        if (revocations.take(list) == Novelty.NEWER) {
            lists.put(list.issuer(), document);
            return new Taken.News(name + ", " + list.revoked().size() + " revoked");
        }
        return new Taken.Nothing();
    }

    private Taken take(PolicyBundle bundle, Bytes document) {
        if (policy.map(known -> bundle.number() <= known.number()).orElse(false)) {
            return new Taken.Nothing();
        }
        policy = Optional.of(bundle);
        revocations.policy(bundle.number());
        policyDocument = Optional.of(document);
        return new Taken.News("policy bundle " + bundle.number());
    }

    private Taken take(TrustSet next, Bytes document) {
        if (set.map(known -> next.number() <= known.number()).orElse(false)) {
            return new Taken.Nothing();
        }
        set = Optional.of(next);
        setDocument = Optional.of(document);
        revocations.keep(documents::numbers);
        lists.keySet().removeIf(issuer -> revocations.list(issuer).isEmpty());
        if (policy.filter(known -> !documents.numbers(known.number())).isPresent()) {
            policy = Optional.empty();
            policyDocument = Optional.empty();
        }
        return new Taken.News("trust set " + next.number());
    }

    private Taken take(Lock lock, Envelope envelope, Bytes document) {
        var objection = objection(lock.sender(), envelope);
        if (objection.isPresent()) {
            return new Taken.Refused(objection.get());
        }
        if (!book.wants(lock, clock.instant())) {
            return new Taken.Nothing();
        }
        try {
            book = book.with(lock, clock.instant());
        } catch (IllegalStateException e) {
            return new Taken.Refused(String.valueOf(e.getMessage()));
        }
        locks.put(lock.id(), document);
        return new Taken.News(lock.target().text() + " locked by " + lock.sender().brief());
    }

    private Taken take(Release release, Envelope envelope, Bytes document) {
        var objection = release.sender().flatMap(who -> objection(who, envelope));
        if (objection.isPresent()) {
            return new Taken.Refused(objection.get());
        }
        // A release is passed on again when somebody repeats it: a node may have missed it.
        if (book.wants(release)) {
            book = book.without(release);
        }
        locks.remove(release.lock());
        releases.put(release.lock(), document);
        return new Taken.News("lock " + release.lock() + " released by " + release.by());
    }

    private Optional<String> objection(Identity who, Envelope envelope) {
        var keyid = envelope.signatures().getFirst().keyid();
        var lock = book.against(who, keyid, clock.instant());
        if (lock.isPresent()) {
            return Optional.of(who.brief() + " is locked itself");
        }
        return mayLock.test(who)
                ? Optional.empty()
                : Optional.of(who.brief() + " is not among the lock-operators here");
    }

    /** The lock on somebody, or on that key of its, if there is one. */
    public Optional<Lock> lockOn(Identity who, String keyid) {
        return book.against(who, keyid, clock.instant());
    }

    /** What goes by all of this would announce. */
    public synchronized Standing standing() {
        return new Standing(
                revocations.numbers(),
                set.map(TrustSet::number).orElse(0L),
                book.digest(clock.instant()));
    }

    /** What somebody with that standing lacks; whom to trust comes first. */
    public synchronized List<Bytes> missing(Standing other) {
        var own = standing();
        var lacking = new ArrayList<Bytes>();
        if (other.set() < own.set()) {
            setDocument.ifPresent(lacking::add);
        }
        for (var issuer : IssuerName.values()) {
            if (other.lists().of(issuer) < own.lists().of(issuer) && lists.containsKey(issuer)) {
                lacking.add(lists.get(issuer));
            }
        }
        if (other.policy() < own.policy()) {
            policyDocument.ifPresent(lacking::add);
        }
        if (!other.locks().equals(own.locks())) {
            lacking.addAll(locks.values());
            lacking.addAll(releases.values());
        }
        return lacking;
    }

    /** The newest list of that issuer. */
    public Optional<RevocationList> list(IssuerName issuer) {
        return revocations.list(issuer);
    }

    /** The newest trust set, if the authority was ever changed. */
    public synchronized Optional<TrustSet> set() {
        return set;
    }

    /** What a broker keeps its door by, under the names of files. */
    public synchronized Map<String, Bytes> documents() {
        var all = new LinkedHashMap<String, Bytes>();
        setDocument.ifPresent(document -> all.put("trust.json", document));
        lists.forEach((issuer, document) -> all.put(issuer.word() + ".json", document));
        locks.forEach((id, document) -> all.put(id + ".lock", document));
        releases.forEach((id, document) -> all.put(id + ".release", document));
        return all;
    }

    /** The signed locks in force. */
    public synchronized List<Bytes> locksInForce() {
        return book.inForce(clock.instant()).stream()
                .flatMap(lock -> Optional.ofNullable(locks.get(lock.id())).stream())
                .toList();
    }

    /** Forgets locks whose time is over, and releases that nobody would believe any more. */
    public synchronized void tidy() {
        var now = clock.instant();
        for (var lock : List.copyOf(book.locks())) {
            if (lock.over(now)) {
                locks.remove(lock.id());
            }
        }
        book = new LockBook(book.inForce(now), book.released(), book.forgotten());
        var remembered = book.released().stream().map(LockBook.Released::lock).toList();
        for (var id : List.copyOf(releases.keySet())) {
            if (!remembered.contains(id)) {
                releases.remove(id);
            }
        }
    }
}
