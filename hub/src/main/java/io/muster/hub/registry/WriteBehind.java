package io.muster.hub.registry;

import io.muster.message.NodeId;
import io.muster.message.Spans;
import io.muster.threads.Threads;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/**
 * Between presence, which must not wait, and a registry, which may be slow or away: takes notes,
 * and brings them to the registry once a second on a thread of its own, the newest of each node
 * only. So much is lost when the process is killed; the nodes' next announcements make up for it.
 *
 * <p>While the registry is away notes wait here, up to a bound. It is said when that begins and
 * when it ends. Thread-safe.
 */
public final class WriteBehind implements AutoCloseable {
    private static final Logger LOG = System.getLogger(WriteBehind.class.getName());
    static final Duration PERIOD = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);

    /** How many bytes of notes wait at most. */
    static final long MOST_WAITING = 64L << 20;

    private final Registry registry;
    private final Consumer<Entry> news;
    private final InstantSource clock;
    private final Threads threads;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private Map<NodeId, Entry> waiting = new HashMap<>();
    private Set<NodeId> gone = new HashSet<>();
    private long bytes;
    private long left;
    private Optional<Trouble> trouble = Optional.empty();

    private record Trouble(Instant since, String problem) {}

    /**
     * Not running yet.
     *
     * @param news takes what others stored, on the thread of this
     */
    public WriteBehind(
            Registry registry, Consumer<Entry> news, InstantSource clock, Threads threads) {
        this.registry = registry;
        this.news = news;
        this.clock = clock;
        this.threads = threads;
    }

    /** Begins to bring notes to the registry; once. */
    public void start() {
        threads.keep("registry", this::run);
    }

    /** Notes it down; returns at once. */
    public synchronized void note(Entry entry) {
        var before = Optional.ofNullable(waiting.get(entry.node()));
        var next = before.map(entry::after).orElse(entry);
        var more = next.size() - before.map(Entry::size).orElse(0L);
        if (bytes + more > MOST_WAITING) {
            left++;
            return;
        }
        bytes += more;
        waiting.put(entry.node(), next);
        gone.remove(entry.node());
    }

    /** Notes down that this node is forgotten. */
    public synchronized void forget(NodeId node) {
        Optional.ofNullable(waiting.remove(node)).ifPresent(entry -> bytes -= entry.size());
        gone.add(node);
    }

    /** Why what is noted does not reach the registry at the moment, and since when. */
    public synchronized Optional<String> trouble() {
        return trouble.map(
                t ->
                        t.problem()
                                + ", for "
                                + span(t.since())
                                + ": "
                                + waiting.size()
                                + " nodes wait to be written down"
                                + (left == 0 ? "" : ", " + left + " notes were left out"));
    }

    private String span(Instant since) {
        var seconds = Math.max(0, Duration.between(since, clock.instant()).toSeconds());
        return Spans.print(Duration.ofSeconds(seconds));
    }

    private void run() {
        var failures = 0;
        try {
            while (!threads.opened(closing, pause(failures))) {
                failures = turn() ? 0 : failures + 1;
            }
            turn();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        registry.close();
        closed.countDown();
    }

    private static Duration pause(int failures) {
        var longer = PERIOD.multipliedBy(1L << Math.min(failures, 4));
        return longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE;
    }

    /** Whatever goes wrong once must not end it; whether nothing did. */
    private boolean turn() {
        try {
            flush();
            registry.news(news);
            well();
            return true;
        } catch (RegistryException e) {
            ill(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "the registry failed", e);
            ill("the registry failed: " + e);
        }
        return false;
    }

    private void flush() {
        Map<NodeId, Entry> entries;
        Set<NodeId> forgotten;
        synchronized (this) {
            entries = waiting;
            forgotten = gone;
            waiting = new HashMap<>();
            gone = new HashSet<>();
            bytes = 0;
        }
        if (entries.isEmpty() && forgotten.isEmpty()) {
            return;
        }
        try {
            registry.store(entries.values(), forgotten);
        } catch (RuntimeException e) {
            putBack(entries, forgotten);
            throw e;
        }
    }

    /** What was noted meanwhile is newer. */
    private synchronized void putBack(Map<NodeId, Entry> entries, Set<NodeId> forgotten) {
        List<Entry> newer = new ArrayList<>(waiting.values());
        var newlyGone = gone;
        waiting = entries;
        gone = forgotten;
        bytes = entries.values().stream().mapToLong(Entry::size).sum();
        newer.forEach(this::note);
        newlyGone.forEach(this::forget);
    }

    private void ill(String problem) {
        boolean first;
        synchronized (this) {
            first = trouble.isEmpty();
            trouble =
                    Optional.of(
                            new Trouble(
                                    trouble.map(Trouble::since).orElseGet(clock::instant),
                                    problem));
        }
        if (first) {
            LOG.log(
                    Level.WARNING,
                    () ->
                            problem
                                    + ": the hub goes on with what it hears, and writes it down"
                                    + " when that is over");
        }
    }

    private void well() {
        Optional<Trouble> before;
        long leftOut;
        synchronized (this) {
            before = trouble;
            leftOut = left;
            trouble = Optional.empty();
            left = 0;
        }
        before.ifPresent(
                t ->
                        LOG.log(
                                Level.INFO,
                                () ->
                                        "the registry is used again, after "
                                                + span(t.since())
                                                + (leftOut == 0
                                                        ? ""
                                                        : "; "
                                                                + leftOut
                                                                + " notes were left out, and come"
                                                                + " with the next announcements")));
    }

    /** Brings what is noted to the registry, if it takes it at once, and lets go of it. */
    @Override
    public void close() {
        closing.countDown();
        try {
            if (!threads.opened(closed, Duration.ofSeconds(5))) {
                LOG.log(Level.WARNING, "the registry does not take what was noted last");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
