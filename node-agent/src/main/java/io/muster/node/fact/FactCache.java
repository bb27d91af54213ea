package io.muster.node.fact;

import static java.lang.System.Logger.Level.WARNING;

import io.muster.message.Escape;
import io.muster.message.Json;
import io.muster.message.Value.Fields;
import io.muster.node.fact.FactSource.Collected;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The facts of this node, as fresh as their sources want them, merged in the order of the sources:
 * later ones over earlier ones. Thread-safe.
 *
 * <p>Whoever asks pays for what is due, which is milliseconds; sources that may take long are asked
 * on threads of their own, and count from when they have answered.
 */
public final class FactCache {
    private static final System.Logger LOG = System.getLogger(FactCache.class.getName());

    private final List<Entry> entries;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private Fields facts = Fields.EMPTY;
    private List<String> problems = List.of();

    /** A source and what it said; guarded by the lock. */
    private static final class Entry {
        private final FactSource source;
        private Collected said = Collected.of(Fields.EMPTY);
        private Optional<Instant> asked = Optional.empty();
        private boolean busy;

        Entry(FactSource source) {
            this.source = source;
        }

        boolean due(Instant now) {
            return !busy
                    && asked.map(at -> !now.isBefore(at.plus(source.freshness().ttl())))
                            .orElse(true);
        }

        /** What it says now; on failure what it said before, and the problem. */
        Collected ask() {
            try {
                return source.collect();
            } catch (RuntimeException e) {
                return new Collected(said.facts(), List.of(source.name() + ": " + e.getMessage()));
            }
        }
    }

    /** The facts of these sources. */
    public FactCache(List<FactSource> sources, InstantSource clock) {
        entries = sources.stream().map(Entry::new).toList();
        this.clock = clock;
    }

    /** All facts, fit to travel: at most 96 KiB as JSON, nothing the strict reader would refuse. */
    public Fields current() {
        lock.lock();
        try {
            var changed = false;
            for (var entry : entries) {
                if (entry.due(clock.instant())) {
                    changed |= ask(entry);
                }
            }
            if (changed) {
                merge();
            }
            return facts;
        } finally {
            lock.unlock();
        }
    }

    /** Tells facts from other facts, but for those that change by themselves all the time. */
    public String digest() {
        return Json.write(Volatile.without(current())).sha256().hex();
    }

    /** What could not be learnt when it was last tried, a line each, for people. */
    public List<String> problems() {
        lock.lock();
        try {
            return problems;
        } finally {
            lock.unlock();
        }
    }

    /** Something was changed on this machine: whatever is known is due. */
    public void expire() {
        lock.lock();
        try {
            entries.forEach(entry -> entry.asked = Optional.empty());
        } finally {
            lock.unlock();
        }
    }

    /** Asks, or has somebody ask; answers whether there is something new already. */
    private boolean ask(Entry entry) {
        entry.asked = Optional.of(clock.instant());
        if (!entry.source.freshness().background()) {
            entry.said = entry.ask();
            return true;
        }
        entry.busy = true;
        Thread.ofVirtual().name("facts " + entry.source.name()).start(() -> askAlone(entry));
        return false;
    }

    private void askAlone(Entry entry) {
        var said = entry.ask();
        lock.lock();
        try {
            entry.said = said;
            entry.busy = false;
            merge();
        } finally {
            lock.unlock();
        }
    }

    private void merge() {
        var tree = new FactTree();
        var found = new ArrayList<String>();
        for (var entry : entries) {
            found.addAll(entry.said.problems());
            tree.merge(entry.said.facts(), entry.source.name(), found);
        }
        Aliases.addTo(tree);
        facts = FactLimits.keep(tree.fields(), found);
        found.stream()
                .filter(problem -> !problems.contains(problem))
                .forEach(problem -> LOG.log(WARNING, () -> "facts: " + Escape.line(problem)));
        problems = List.copyOf(found);
    }
}
