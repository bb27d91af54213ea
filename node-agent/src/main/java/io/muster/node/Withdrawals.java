package io.muster.node;

import io.muster.message.Identity;
import io.muster.message.Outcome;
import io.muster.message.RequestId;

import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The requests that were cancelled, until they could not begin any more: bounded, so that nobody
 * can use up the memory by cancelling what there never was. Not thread-safe.
 */
final class Withdrawals {
    private final Map<Of, Withdrawn> all = new LinkedHashMap<>();

    /**
     * A request that must not begin any more.
     *
     * @param by who said so
     * @param anyones whether that counts if another had sent it
     * @param until when it may be forgotten
     */
    record Withdrawn(RequestId id, Identity by, boolean anyones, Instant until) {

        /** How it ends when it comes. */
        Outcome outcome() {
            return new Outcome.Cancelled("cancelled by " + by.brief() + " before it began");
        }

        /** How it ends if the node agent did while it was under way. */
        Outcome interrupted(String how) {
            return new Outcome.Cancelled("cancelled by " + by.brief() + ", and " + how);
        }

        private Of of() {
            return new Of(id, anyones ? Optional.empty() : Optional.of(by));
        }
    }

    /** Which request it is about, and of whom; of anybody if nobody is named. */
    private record Of(RequestId id, Optional<Identity> sender) {}

    /** What is known of that sender's request. */
    Optional<Withdrawn> find(RequestId id, Identity sender) {
        return Optional.ofNullable(all.get(new Of(id, Optional.empty())))
                .or(() -> Optional.ofNullable(all.get(new Of(id, Optional.of(sender)))));
    }

    /** Whether there is room for one more of that caller; forgets to make some. */
    boolean roomFor(Identity by, Instant now) {
        if (full(by)) {
            forget(now);
        }
        return !full(by);
    }

    private boolean full(Identity by) {
        if (all.size() < SeenRequests.MOST_OF_A_CALLER) {
            return false;
        }
        var ofCaller = all.values().stream().filter(each -> each.by().equals(by)).count();
        return all.size() >= SeenRequests.MOST || ofCaller >= SeenRequests.MOST_OF_A_CALLER;
    }

    /** Remembers it; the first word stands. */
    void add(Withdrawn withdrawn) {
        all.putIfAbsent(withdrawn.of(), withdrawn);
    }

    /** Forgets those whose time is up. */
    void forget(Instant now) {
        all.values().removeIf(each -> each.until().isBefore(now));
    }

    Collection<Withdrawn> all() {
        return all.values();
    }
}
