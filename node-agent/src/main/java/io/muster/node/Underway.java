package io.muster.node;

import io.muster.action.ActionSpec;
import io.muster.action.BuiltIn;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.RequestKey;
import io.muster.threads.Threads;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * What is being carried out here now: no more at a time than this node puts up with, and of what
 * changes it no more than do not get in each other's way. Thread-safe.
 */
final class Underway {
    /** All within what systemd waits for a unit to stop. */
    private static final Duration BY_ITSELF = Duration.ofSeconds(3);

    private static final Duration WHEN_TOLD = Duration.ofSeconds(3);
    private static final Duration AT_ONCE = Duration.ofSeconds(1);

    private static final String STOPS = "the node agent stops";

    private final Semaphore places;
    private final int changes;
    private final Threads threads;
    private final Map<RequestKey, Running> all = new ConcurrentHashMap<>();
    private final Set<Running> unsaid = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;
    private volatile Runnable freed = () -> {};
    private volatile Duration patience = Duration.ZERO;

    /**
     * @param places how many actions at a time
     * @param changes how many of them may change something
     * @param threads on which they run
     */
    Underway(int places, int changes, Threads threads) {
        this.changes = changes;
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
        var start = needsPlace(spec) ? Running.Start.PLACED : Running.Start.UNCOUNTED;
        if (start == Running.Start.PLACED && !places.tryAcquire()) {
            return new Place.None(new Outcome.Refused(Reason.BUSY, "too many actions are running"));
        }
        var running = new Running(question, spec, now, start, threads);
        var against = against(running);
        if (against.isPresent() && outlasted(against.get())) {
            against = against(running);
        }
        if (against.isEmpty()) {
            return new Place.Taken(running);
        }
        vacate(running);
        var why = closed ? STOPS : words(against.get());
        return new Place.None(new Outcome.Refused(Reason.BUSY, why));
    }

    /** From now on waits so long for those that are in the way to end before it says busy. */
    void patient(Duration limit) {
        patience = limit;
    }

    /** Whether one of them has ended in that time. */
    private boolean outlasted(List<Running> holders) {
        var until = threads.ticks() + patience.toNanos();
        var gone = false;
        try {
            for (var holder : holders) {
                if (threads.ticks() - until < 0) {
                    gone |= holder.awaitGone(Duration.ofNanos(until - threads.ticks()));
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return gone;
    }

    /** Of what was begun in an earlier life and goes on: it is there, place or not. */
    synchronized Running resume(Question question, ActionSpec spec, Instant since) {
        var running = new Running(question, spec, since, Running.Start.RESUMED, threads);
        all.put(running.key(), running);
        unsaid.add(running);
        return running;
    }

    /**
     * Those that keep it from being carried out now, none of them if this process ends; if there is
     * nothing against it, it has its place.
     */
    private synchronized Optional<List<Running>> against(Running running) {
        var holders = running.holds() ? holders() : List.<Running>of();
        if (closed || holders.size() >= changes) {
            return Optional.of(holders);
        }
        all.put(running.key(), running);
        unsaid.add(running);
        return Optional.empty();
    }

    private List<Running> holders() {
        return all().stream().filter(Running::holds).toList();
    }

    private String words(List<Running> holders) {
        return (changes == 1 ? "one change" : changes + " changes")
                + " at a time, and "
                + String.join(", and ", holders.stream().map(Running::words).toList());
    }

    /** Why no change can begin now, if so. */
    Optional<String> busy() {
        if (closed) {
            return Optional.of(STOPS);
        }
        var holders = holders();
        return holders.size() < changes ? Optional.empty() : Optional.of(words(holders));
    }

    /** Is called each time that a place is given back; must be quick. */
    void whenFree(Runnable called) {
        freed = called;
    }

    /** All that is being carried out, the oldest first. */
    List<Running> all() {
        return all.values().stream().sorted(Comparator.comparing(Running::since)).toList();
    }

    /** Whether nothing is. */
    boolean idle() {
        return all.isEmpty();
    }

    /** This process ends: what outlives it is left alone. */
    void leave() {
        all.values().stream().filter(r -> r.spec().outlives()).forEach(Running::cutOff);
    }

    /**
     * This process ends. Nothing begins any more; what is under way gets a while to end by itself,
     * is told to, and then is not waited for: it gets its end from the journal. What has given its
     * place back and has not been said yet is waited for as well.
     */
    void finish() throws InterruptedException {
        var running = stop();
        leave();
        for (var patience : List.of(BY_ITSELF, WHEN_TOLD, AT_ONCE)) {
            var until = threads.ticks() + patience.toNanos();
            for (var each : running) {
                var _ = each.awaitEnd(Duration.ofNanos(until - threads.ticks()));
            }
            running.stream().filter(all::containsValue).forEach(Running::cutOff);
        }
    }

    private synchronized List<Running> stop() {
        closed = true;
        return List.copyOf(unsaid);
    }

    /** What became of it has been said, or is nobody's to hear. */
    void said(Running running) {
        unsaid.remove(running);
        running.end();
    }

    /**
     * Gives the place back, once nothing of it is at work any more; it ends when that is
     * {@linkplain #said said}.
     */
    void leave(Running running) {
        running.vacate(
                () -> {
                    if (all.remove(running.key(), running)) {
                        vacate(running);
                        running.gone();
                        freed.run();
                    }
                });
    }

    private void vacate(Running running) {
        if (running.placed()) {
            places.release();
        }
    }

    /** The time that passes, as {@link Threads#ticks}. */
    long ticks() {
        return threads.ticks();
    }

    /** That request, if it is being carried out. */
    Optional<Running> find(RequestKey key) {
        return Optional.ofNullable(all.get(key));
    }

    private static boolean needsPlace(ActionSpec spec) {
        return !spec.name().equals(BuiltIn.NODE_CANCEL.name());
    }
}
