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
import java.util.function.Predicate;

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
    private static final String FULL = "too many actions are running";

    private final Semaphore places;
    private final int changes;
    private final Threads threads;
    private final Map<RequestKey, Running> all = new ConcurrentHashMap<>();
    private final Set<Running> unsaid = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;
    private final Set<Semaphore> bells = ConcurrentHashMap.newKeySet();
    private volatile Runnable freed = () -> {};
    private volatile Patience patience = new Patience(Duration.ZERO, _ -> true);

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

    /** How long something waits here for its place, and whether that is of use to anybody. */
    private record Patience(Duration limit, Predicate<Question> wanted) {}

    /** Whether a request may be carried out now. */
    sealed interface Place {
        /**
         * It may: {@link Underway#leave} has to follow.
         *
         * @param waited whether it had to wait, so that what was judged before may not hold now
         */
        record Taken(Running running, boolean waited) implements Place {}

        /** It may not. */
        record None(Outcome why) implements Place {}
    }

    /** Takes a place, if there is one. What only stops others needs none: it makes places. */
    Place enter(Question question, ActionSpec spec, Instant now) {
        var start = needsPlace(spec) ? Running.Start.PLACED : Running.Start.UNCOUNTED;
        var running = new Running(question, spec, now, start, threads);
        var against = against(running);
        var waits = against.isPresent() && patience.limit().isPositive();
        if (waits) {
            against = outlasted(running);
        }
        return against.<Place>map(why -> new Place.None(new Outcome.Refused(Reason.BUSY, why)))
                .orElseGet(() -> new Place.Taken(running, waits));
    }

    /**
     * From now on what has no place waits so long for one before it is told so; no longer than it
     * is wanted, of which {@link #stir} has to tell.
     */
    void patient(Duration limit, Predicate<Question> wanted) {
        patience = new Patience(limit, wanted);
    }

    /** Whoever waits looks again whether it has a place, and is wanted. */
    void stir() {
        bells.forEach(Semaphore::release);
    }

    /** What is against it still, when one of those in the way has ended or it is not wanted. */
    private Optional<String> outlasted(Running running) {
        var bell = new Semaphore(0);
        var until = threads.ticks() + patience.limit().toNanos();
        bells.add(bell);
        try {
            var against = against(running);
            while (against.isPresent()
                    && !closed
                    && patience.wanted().test(running.question())
                    && threads.acquire(bell, Duration.ofNanos(until - threads.ticks()))) {
                against = against(running);
            }
            return against;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return against(running);
        } finally {
            bells.remove(bell);
        }
    }

    /** Of what was begun in an earlier life and goes on: it is there, place or not. */
    synchronized Running resume(Question question, ActionSpec spec, Instant since) {
        var running = new Running(question, spec, since, Running.Start.RESUMED, threads);
        all.put(running.key(), running);
        unsaid.add(running);
        return running;
    }

    /** Why it cannot be carried out now; if there is nothing against it, it has its place. */
    private synchronized Optional<String> against(Running running) {
        var busy = closed || running.holds() ? busy() : Optional.<String>empty();
        if (busy.isPresent()) {
            return busy;
        }
        if (running.placed() && !places.tryAcquire()) {
            return Optional.of(FULL);
        }
        all.put(running.key(), running);
        unsaid.add(running);
        return Optional.empty();
    }

    /** Whether nothing at all can begin now, be it a change or not. */
    boolean full() {
        return places.availablePermits() == 0;
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
        stir();
        return List.copyOf(unsaid);
    }

    /** The machine goes down for it: it keeps its place, as nothing else is begun meanwhile. */
    void goesDown(Running running) {
        running.goesDown();
        said(running);
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
                        stir();
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
