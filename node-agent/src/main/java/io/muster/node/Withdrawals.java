package io.muster.node;

import io.muster.message.Identity;
import io.muster.message.Outcome;
import io.muster.message.RequestKey;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The requests that were cancelled, until they could not begin any more: bounded, so that nobody
 * can use up the memory by cancelling what there never was, and so that several who try leave
 * everybody else room for some. Not thread-safe.
 */
final class Withdrawals {
    /** More than a run has requests, and a person has runs. */
    static final int MOST_OF_A_CALLER = 10_000;

    /** What everybody has room for, whatever others did. */
    static final int SURE = 200;

    private final Predicate<RequestKey> unfinished;
    private final Map<RequestKey, Withdrawn> all = new LinkedHashMap<>();
    private final Map<Identity, Integer> callers = new HashMap<>();

    /**
     * @param unfinished whether that one was begun and has not ended: then it is not forgotten
     */
    Withdrawals(Predicate<RequestKey> unfinished) {
        this.unfinished = unfinished;
    }

    /**
     * A request that must not begin any more.
     *
     * @param by who said so
     * @param until when it may be forgotten
     */
    record Withdrawn(RequestKey key, Identity by, Instant until) {

        /** How it ends when it comes. */
        Outcome outcome() {
            return new Outcome.Cancelled("cancelled by " + by.brief() + " before it began");
        }

        /** How it ends if the node agent did while it was under way. */
        Outcome interrupted(String how) {
            return new Outcome.Cancelled("cancelled by " + by.brief() + ", and " + how);
        }

        /** Whoever said it first is named, and it holds for as long as either wanted. */
        private Withdrawn and(Withdrawn later) {
            return later.until().isAfter(until) ? new Withdrawn(key, by, later.until()) : this;
        }
    }

    /** Who has cancelled that one, if somebody has. */
    Optional<Withdrawn> find(RequestKey key) {
        return Optional.ofNullable(all.get(key));
    }

    /** Whether there is room for one more of that caller; forgets to make some. */
    boolean roomFor(Identity by, Instant now) {
        if (full(by)) {
            forget(now);
        }
        return !full(by);
    }

    private boolean full(Identity by) {
        var own = callers.getOrDefault(by, 0);
        return own >= MOST_OF_A_CALLER || (own >= SURE && all.size() >= SeenRequests.MOST);
    }

    /** Remembers it. */
    void add(Withdrawn withdrawn) {
        var known = find(withdrawn.key());
        all.put(withdrawn.key(), known.map(first -> first.and(withdrawn)).orElse(withdrawn));
        if (known.isEmpty()) {
            callers.merge(withdrawn.by(), 1, Integer::sum);
        }
    }

    /** Forgets those whose time is up, but for what is to be ended yet. */
    void forget(Instant now) {
        var each = all.values().iterator();
        while (each.hasNext()) {
            var withdrawn = each.next();
            if (withdrawn.until().isBefore(now) && !unfinished.test(withdrawn.key())) {
                each.remove();
                callers.computeIfPresent(
                        withdrawn.by(), (_, number) -> number == 1 ? null : number - 1);
            }
        }
    }

    Collection<Withdrawn> all() {
        return all.values();
    }
}
