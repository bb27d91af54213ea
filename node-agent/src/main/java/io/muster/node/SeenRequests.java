package io.muster.node;

import io.muster.message.Identity;
import io.muster.message.RequestKey;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The requests that this node has seen, until they could not be accepted any more: bounded, in all
 * and for each caller, so that one caller cannot use up the memory for the others. Not thread-safe.
 */
final class SeenRequests {
    /** More than honest callers may send in the longest validity. */
    static final int MOST = 50_000;

    /** 600 a minute, the usual limit, is 9,900 in a quarter of an hour and the skew. */
    static final int MOST_OF_A_CALLER = 20_000;

    /** What everybody has room for, whatever others sent. */
    static final int SURE = 200;

    /** A request from the far future is refused, and is not remembered until then. */
    private static final Duration LONGEST = Duration.ofDays(1);

    /** What may have waited for this node is remembered for as long as it may come again. */
    private static final Duration LONGEST_QUEUED = NodeLimits.QUEUE.plus(LONGEST);

    private final Map<RequestKey, Seen> seen = new LinkedHashMap<>();
    private final Map<Identity, Caller> callers = new HashMap<>();
    private Instant forgotten = Instant.EPOCH;

    /** The same of what only looked, as far as it was not forgotten with all else. */
    private Instant looked = Instant.EPOCH;

    /**
     * A request that was seen.
     *
     * @param until when it may be forgotten
     * @param looks whether it is known to change nothing
     */
    record Seen(RequestKey key, String digest, Instant until, boolean looks) {
        Seen atMost(Instant now, boolean queued) {
            var latest = now.plus(queued ? LONGEST_QUEUED : LONGEST);
            return until.isAfter(latest) ? new Seen(key, digest, latest, looks) : this;
        }

        private Seen by(Identity same) {
            return new Seen(new RequestKey(key.id(), same), digest, until, looks);
        }

        private Identity caller() {
            return key.sender();
        }
    }

    /** One for all of a caller's requests, and how many of them are remembered. */
    private static final class Caller {
        final Identity identity;
        int requests;

        Caller(Identity identity) {
            this.identity = identity;
        }
    }

    /** What was seen of that request. */
    Optional<Seen> find(RequestKey key) {
        return Optional.ofNullable(seen.get(key));
    }

    /** Whether a request like that, which is not known, may have been known and be forgotten. */
    boolean mayHaveForgotten(Seen unknown) {
        return !unknown.until().isAfter(forgotten);
    }

    /** Whether that is so, and it is out of date. */
    boolean isOver(Seen unknown, Instant now) {
        var latest = looked.isAfter(forgotten) ? looked : forgotten;
        return unknown.until().isBefore(now) && !unknown.until().isAfter(latest);
    }

    /** Whether that caller's next request can be remembered; forgets to make room. */
    boolean roomFor(Identity caller, Instant now) {
        if (full(caller)) {
            forget(now);
        }
        return !full(caller);
    }

    private boolean full(Identity caller) {
        var known = callers.get(caller);
        var own = known == null ? 0 : known.requests;
        return own >= MOST_OF_A_CALLER || (own >= SURE && seen.size() >= MOST);
    }

    void add(Seen request) {
        if (!seen.containsKey(request.key())) {
            var caller = callers.computeIfAbsent(request.caller(), Caller::new);
            caller.requests++;
            var known = request.by(caller.identity);
            seen.put(known.key(), known);
        }
    }

    /** Forgets those whose time is up. */
    void forget(Instant now) {
        forgetIf(request -> request.until().isBefore(now), this::forgotUntil);
    }

    /**
     * Forgets those whose time is up and that only look. By a clock that is ahead for a while too:
     * nothing is doubted for it once the clock is right again.
     */
    void forgetLooks(Instant now) {
        forgetIf(
                request -> request.looks() && request.until().isBefore(now),
                until -> looked = until.isAfter(looked) ? until : looked);
    }

    private void forgetIf(Predicate<Seen> wanted, Consumer<Instant> forgets) {
        var each = seen.values().iterator();
        while (each.hasNext()) {
            var request = each.next();
            if (wanted.test(request)) {
                each.remove();
                callers.computeIfPresent(
                        request.caller(), (_, caller) -> --caller.requests == 0 ? null : caller);
                forgets.accept(request.until());
            }
        }
    }

    /** What was known once and ended until then is not known any more. */
    void forgotUntil(Instant time) {
        forgotten = time.isAfter(forgotten) ? time : forgotten;
    }

    /** The end of the latest request that was forgotten; long ago if none was. */
    Instant forgotten() {
        return forgotten;
    }

    Collection<Seen> all() {
        return seen.values();
    }
}
