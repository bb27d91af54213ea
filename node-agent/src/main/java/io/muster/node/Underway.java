package io.muster.node;

import io.muster.action.ActionSpec;
import io.muster.action.BuiltIn;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.RequestId;
import io.muster.threads.Threads;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * What is being carried out here now, no more at a time than this node puts up with. Thread-safe.
 */
final class Underway {
    private final Semaphore places;
    private final Threads threads;
    private final Map<RequestId, Running> all = new ConcurrentHashMap<>();

    /**
     * @param places how many actions at a time
     * @param threads on which they run
     */
    Underway(int places, Threads threads) {
        this.threads = threads;
        this.places = new Semaphore(places);
    }

    /** Whether a request may be carried out now. */
    sealed interface Place {
        /** It may: {@link Underway#leave} has to follow. */
        record Taken(Running running) implements Place {}

        /** It may not. */
        record None(Outcome why) implements Place {}
    }

    /** Takes a place, if there is one. What only stops others needs none: it makes places. */
    Place enter(Question question, ActionSpec spec, Instant now) {
        if (needsPlace(spec) && !places.tryAcquire()) {
            return new Place.None(new Outcome.Refused(Reason.BUSY, "too many actions are running"));
        }
        var running = new Running(question, spec, now, threads);
        all.put(question.request().id(), running);
        return new Place.Taken(running);
    }

    /** Gives the place back. */
    void leave(Running running) {
        if (all.remove(running.question().request().id(), running)) {
            if (needsPlace(running.spec())) {
                places.release();
            }
            running.end();
        }
    }

    /** The time that passes, as {@link Threads#ticks}. */
    long ticks() {
        return threads.ticks();
    }

    /** The request of that id, if it is being carried out. */
    Optional<Running> find(RequestId id) {
        return Optional.ofNullable(all.get(id));
    }

    private static boolean needsPlace(ActionSpec spec) {
        return !spec.name().equals(BuiltIn.NODE_CANCEL.name());
    }
}
