package io.muster.trust;

import io.muster.action.ActionClass;
import io.muster.message.ActionName;
import io.muster.message.Bytes;
import io.muster.message.FieldReader;
import io.muster.message.Identity;
import io.muster.message.MalformedException;
import io.muster.message.RequestId;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;
import io.muster.trust.LockTarget.Actions;
import io.muster.trust.LockTarget.Everything;
import io.muster.trust.LockTarget.OfClass;
import io.muster.trust.LockTarget.Somebody;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The locks in force somewhere, and those that are over: a lock that was released stays released,
 * in whatever order lock and release come and however often.
 *
 * @param locks that nobody has released
 * @param released what was released, the newest {@link #MOST}
 * @param forgotten locks made until then, and not known here, may have been released: they are not
 *     taken any more
 */
public record LockBook(List<Lock> locks, List<Released> released, Instant forgotten) {
    /** The most locks in force, and the most releases remembered. */
    public static final int MOST = 1_000;

    /** Nothing was ever locked. */
    public static final LockBook EMPTY = new LockBook(List.of(), List.of(), Instant.EPOCH);

    private static final int DIGEST_DIGITS = 16;

    /**
     * A lock that is over.
     *
     * @param lock its id
     * @param at when it was released, by its releaser's clock
     */
    public record Released(RequestId lock, Instant at) {}

    public LockBook {
        locks = List.copyOf(locks);
        released = List.copyOf(released);
    }

    /** Whether that lock would change anything here. */
    public boolean wants(Lock lock, Instant now) {
        return !lock.over(now)
                && lock.issued().isAfter(forgotten)
                && locks.stream().noneMatch(l -> l.id().equals(lock.id()))
                && released.stream().noneMatch(r -> r.lock().equals(lock.id()));
    }

    /**
     * With that lock in force; without those whose time is over.
     *
     * @throws IllegalStateException if there are too many
     */
    public LockBook with(Lock lock, Instant now) {
        var all = new ArrayList<>(inForce(now));
        if (all.size() >= MOST) {
            throw new IllegalStateException(MOST + " locks are in force, and no more can be");
        }
        all.add(lock);
        return new LockBook(all, released, forgotten);
    }

    /**
     * Whether that release would change anything here. One of a lock that is not known and would
     * not be taken any more would not.
     */
    public boolean wants(Release release) {
        var lock = release.lock();
        return released.stream().noneMatch(r -> r.lock().equals(lock))
                && (release.issued().isAfter(forgotten)
                        || locks.stream().anyMatch(l -> l.id().equals(lock)));
    }

    /** With that lock over for good. */
    public LockBook without(Release release) {
        var left = locks.stream().filter(l -> !l.id().equals(release.lock())).toList();
        var gone = new ArrayList<>(released);
        gone.add(new Released(release.lock(), release.issued()));
        gone.sort(Comparator.comparing(Released::at));
        var known = forgotten;
        while (gone.size() > MOST) {
            var at = gone.removeFirst().at();
            known = at.isAfter(known) ? at : known;
        }
        return new LockBook(left, gone, known);
    }

    /** The locks that hold now. */
    public List<Lock> inForce(Instant now) {
        return locks.stream().filter(lock -> !lock.over(now)).toList();
    }

    /** The lock that keeps such a request from being carried out, if there is one. */
    public Optional<Lock> against(
            Identity caller,
            String keyid,
            ActionName action,
            ActionClass actionClass,
            Instant now) {
        return first(
                now,
                lock ->
                        switch (lock.target()) {
                            case Everything() -> actionClass != ActionClass.READ;
                            case OfClass(ActionClass locked) -> actionClass == locked;
                            case Actions actions -> actions.covers(action);
                            case Somebody _, LockTarget.Key _ -> of(lock, caller, keyid);
                        });
    }

    /** The lock on that person or machine, or on that key of it, if there is one. */
    public Optional<Lock> against(Identity who, String keyid, Instant now) {
        return locks.isEmpty() ? Optional.empty() : first(now, lock -> of(lock, who, keyid));
    }

    private static boolean of(Lock lock, Identity who, String keyid) {
        return switch (lock.target()) {
            case Somebody(var role, var name) -> who.role() == role && who.name().equals(name);
            case LockTarget.Key(var locked) -> locked.equals(keyid);
            case Everything _, OfClass _, Actions _ -> false;
        };
    }

    private Optional<Lock> first(Instant now, Function<Lock, Boolean> concerns) {
        return locks.stream().filter(l -> !l.over(now) && concerns.apply(l)).findFirst();
    }

    /** Equal where the same locks are in force; empty where none is. */
    public String digest(Instant now) {
        var ids = inForce(now).stream().map(lock -> lock.id().value()).sorted().toList();
        return ids.isEmpty()
                ? ""
                : Bytes.utf8(String.join("\n", ids)).sha256().hex().substring(0, DIGEST_DIGITS);
    }

    /** The form it rests in. */
    public Fields toValue() {
        return Fields.EMPTY
                .with("locks", new Items(locks.stream().<Value>map(Lock::toValue).toList()))
                .with(
                        "released",
                        new Items(
                                released.stream()
                                        .<Value>map(
                                                r ->
                                                        Fields.EMPTY
                                                                .with("lock", r.lock().value())
                                                                .with("at", r.at().toEpochMilli()))
                                        .toList()))
                .with("forgotten", forgotten.toEpochMilli());
    }

    /**
     * Reads that form.
     *
     * @throws MalformedException if it is not one
     */
    public static LockBook of(Fields fields) {
        var reader = new FieldReader("locks", fields);
        var book =
                new LockBook(
                        each(reader, "locks", Lock::of),
                        each(reader, "released", LockBook::released),
                        reader.instant("forgotten"));
        reader.done();
        return book;
    }

    private static Released released(Fields fields) {
        var reader = new FieldReader("released", fields);
        var gone = new Released(reader.text("lock", RequestId::new), reader.instant("at"));
        reader.done();
        return gone;
    }

    private static <T> List<T> each(FieldReader reader, String name, Function<Fields, T> form) {
        return reader.optionalItems(name).orElse(List.of()).stream()
                .map(
                        value -> {
                            if (value instanceof Fields fields) {
                                return form.apply(fields);
                            }
                            throw new MalformedException("locks: " + name + " holds no object");
                        })
                .toList();
    }
}
