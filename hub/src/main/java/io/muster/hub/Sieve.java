package io.muster.hub;

import io.muster.hub.registry.Entry;
import io.muster.message.NodeId;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Takes entries as they come out of a registry, and lets through what nodes signed; nothing else
 * stays in memory. A few are collected at a time, so that every processor checks some: nearly all
 * of the time goes into signatures. What is left out is counted, and told at the end, once.
 */
final class Sieve {
    private static final Logger LOG = System.getLogger(Sieve.class.getName());
    private static final int MOST = 500;
    private static final long MOST_BYTES = 8L << 20;

    private final Predicate<Entry> restore;
    private final boolean own;
    private final List<Entry> waiting = new ArrayList<>();
    private final List<NodeId> refused = new ArrayList<>();
    private long bytes;
    private long known;
    private long left;

    /**
     * Nothing came yet.
     *
     * @param restore takes an entry, on any thread; whether it was genuine
     * @param own whether the registry is the hub's own: then it is remembered who was refused
     */
    Sieve(Predicate<Entry> restore, boolean own) {
        this.restore = restore;
        this.own = own;
    }

    /** Takes one more. */
    void take(Entry entry) {
        waiting.add(entry);
        bytes += entry.size();
        if (waiting.size() >= MOST || bytes >= MOST_BYTES) {
            sift();
        }
    }

    private void sift() {
        var bad =
                waiting.parallelStream()
                        .filter(entry -> !restore.test(entry))
                        .map(Entry::node)
                        .toList();
        known += waiting.size() - bad.size();
        left += bad.size();
        if (own) {
            refused.addAll(bad);
        }
        waiting.clear();
        bytes = 0;
    }

    /** Says what there was; who was refused, if that was to be remembered. */
    List<NodeId> close() {
        sift();
        if (known > 0) {
            LOG.log(Level.INFO, () -> "registry: " + known + " nodes are known from before");
        }
        if (left > 0) {
            LOG.log(
                    Level.WARNING,
                    () ->
                            "registry: "
                                    + left
                                    + " entries were left out, which no node of this fleet signed,"
                                    + " or not with a certificate that is good today");
        }
        return List.copyOf(refused);
    }
}
