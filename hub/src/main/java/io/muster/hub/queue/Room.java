package io.muster.hub.queue;

import io.muster.hub.queue.QueueFiles.Item;
import io.muster.message.Identity;
import io.muster.message.NodeId;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How much room there is in a queue: in all, for each sender, for each node, and for each sender
 * with each node, so that nobody takes the room of the others. What does not wait any more takes
 * none. Made for one question, and filled as what is asked for gets its place; for one thread.
 */
final class Room {
    /** The most that are kept for one node. */
    static final int FOR_A_NODE = 1_000;

    /** The most of them that are one sender's. */
    static final int FOR_A_NODE_OF_ONE = 200;

    /** What all of them may take on the disk. */
    static final long BYTES = 256L << 20;

    private final int share;
    private final long bytesOfOne;
    private int all;
    private long bytes;
    private final Map<Identity, Use> senders = new HashMap<>();
    private final Map<NodeId, Integer> nodes = new HashMap<>();
    private final Map<Lane, Integer> lanes = new HashMap<>();

    private record Use(int requests, long bytes) {
        private static final Use NONE = new Use(0, 0);

        Use with(long size) {
            return new Use(requests + 1, bytes + size);
        }
    }

    private record Lane(NodeId node, Identity sender) {}

    /**
     * What is left beside these.
     *
     * @param share how many requests of one sender wait at the most
     */
    Room(int share, Collection<Item> waiting) {
        this.share = share;
        this.bytesOfOne = Math.max(1L << 20, BYTES / QueueTerms.MOST * share);
        waiting.forEach(item -> take(item.entry().node(), item.entry().sender(), item.size()));
    }

    private void take(NodeId node, Identity sender, long size) {
        all++;
        bytes += size;
        senders.merge(sender, Use.NONE.with(size), (before, _) -> before.with(size));
        nodes.merge(node, 1, Integer::sum);
        lanes.merge(new Lane(node, sender), 1, Integer::sum);
    }

    /** Takes a place for one more; says why there is none, if so. */
    Optional<String> enter(NodeId node, Identity sender, long size) {
        var own = senders.getOrDefault(sender, Use.NONE);
        if (own.requests() >= share) {
            return Optional.of(share + " requests of one operator are the most that wait here");
        }
        if (own.bytes() + size > bytesOfOne) {
            return Optional.of(
                    (bytesOfOne >> 20) + " MiB of one operator are the most that wait here");
        }
        if (lanes.getOrDefault(new Lane(node, sender), 0) >= FOR_A_NODE_OF_ONE) {
            return Optional.of(
                    FOR_A_NODE_OF_ONE + " requests of one operator for one node are the most");
        }
        if (nodes.getOrDefault(node, 0) >= FOR_A_NODE) {
            return Optional.of(FOR_A_NODE + " requests for one node are the most");
        }
        if (all >= QueueTerms.MOST || bytes + size > BYTES) {
            return Optional.of(
                    "too many requests wait here already: "
                            + QueueTerms.MOST
                            + " in all, and "
                            + (BYTES >> 20)
                            + " MiB, are the most");
        }
        take(node, sender, size);
        return Optional.empty();
    }
}
