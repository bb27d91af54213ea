package io.muster.node;

import io.muster.message.Bytes;
import io.muster.message.Identity;
import io.muster.message.LeftOut;
import io.muster.message.Reply;
import io.muster.message.RequestKey;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * How requests ended, until nobody will ask any more: bounded, in all and for each caller. Where
 * there is no room, the oldest lose their data first, and then are forgotten. Not thread-safe.
 */
final class Endings {
    /** The largest reply that is kept with its data. */
    static final int LARGEST = 64 << 10;

    /** What a reply without data takes, roughly; with less there is nothing to be gained. */
    private static final int SMALL = 4 << 10;

    /** What an entry takes beside its reply. */
    private static final int ENTRY = 512;

    private final long most;
    private final Map<RequestKey, Ended> all = new LinkedHashMap<>();
    private final Map<Identity, Long> callers = new HashMap<>();
    private long weight;
    private Instant forgotten = Instant.EPOCH;

    /**
     * A request that has ended.
     *
     * @param digest of its payload
     * @param until when it may be forgotten
     * @param reply the payload of the last word about it, as it was said or without its data
     */
    record Ended(RequestKey key, String digest, Instant until, Bytes reply) {
        /** With its data, if that is not too large. */
        static Ended of(Reply reply, Identity caller, Instant until) {
            var whole = reply.encode();
            var kept = whole.length() <= LARGEST ? whole : LeftOut.of(reply).encode();
            return new Ended(new RequestKey(reply.request(), caller), reply.digest(), until, kept);
        }

        /** Who asked. */
        Identity caller() {
            return key.sender();
        }

        /** What the node said. */
        Reply said() {
            return Reply.decode(reply);
        }

        private Ended light() {
            return new Ended(key, digest, until, LeftOut.of(said()).encode());
        }

        private long weight() {
            return (long) reply.length() + ENTRY;
        }
    }

    /**
     * @param most how many bytes they may take
     */
    Endings(long most) {
        this.most = most;
    }

    /** How that request ended. */
    Optional<Ended> find(RequestKey key) {
        return Optional.ofNullable(all.get(key));
    }

    /** Remembers one, instead of what was known of that request. */
    void add(Ended ended, Instant now) {
        remove(ended.key());
        put(ended);
        if (weight > most) {
            forget(now);
        }
        while (callers.getOrDefault(ended.caller(), 0L) > most / 2) {
            relieve(each -> each.caller().equals(ended.caller()), most / 2);
        }
        while (weight > most) {
            relieve(_ -> true, most);
        }
    }

    /** Forgets those whose time is up. */
    void forget(Instant now) {
        all.values().stream().filter(e -> e.until().isBefore(now)).toList().forEach(this::drop);
    }

    /** What ended, and was to be remembered until then, may be forgotten. */
    void forgotUntil(Instant time) {
        forgotten = time.isAfter(forgotten) ? time : forgotten;
    }

    /** The latest moment until which something should have been remembered that is not any more. */
    Instant forgotten() {
        return forgotten;
    }

    Collection<Ended> all() {
        return all.values();
    }

    /** Half of the room is for those without data, so that the newest keep theirs. */
    private void relieve(Predicate<Ended> whose, long room) {
        Predicate<Ended> small = whose.and(each -> each.weight() <= SMALL);
        var smallOnes = all.values().stream().filter(small).mapToLong(Ended::weight).sum();
        var heavy = first(whose.and(small.negate()));
        var light = heavy.map(Ended::light).filter(l -> l.weight() <= SMALL);
        if (smallOnes > room / 2) {
            drop(first(small).orElseThrow());
        } else if (light.isPresent()) {
            replace(heavy.orElseThrow(), light.get());
        } else {
            drop(heavy.or(() -> first(whose)).orElseThrow());
        }
    }

    private Optional<Ended> first(Predicate<Ended> which) {
        return all.values().stream().filter(which).findFirst();
    }

    /** Keeps its place in the order. */
    private void replace(Ended before, Ended after) {
        all.put(before.key(), after);
        weigh(before.caller(), after.weight() - before.weight());
    }

    private void drop(Ended ended) {
        remove(ended.key());
        forgotUntil(ended.until());
    }

    private void put(Ended ended) {
        all.put(ended.key(), ended);
        weigh(ended.caller(), ended.weight());
    }

    private void remove(RequestKey key) {
        Optional.ofNullable(all.remove(key)).ifPresent(e -> weigh(e.caller(), -e.weight()));
    }

    private void weigh(Identity caller, long more) {
        weight += more;
        callers.merge(caller, more, (one, other) -> one + other == 0 ? null : one + other);
    }
}
