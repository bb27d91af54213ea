package io.muster.controller.rollout;

import io.muster.message.NodeId;

import java.util.List;

/**
 * Nodes that are sent to together.
 *
 * @param number from 1; the canary is 0
 * @param nodes in the order in which they are sent to
 */
public record Batch(int number, List<NodeId> nodes) {
    /** The number of the nodes that go before all others. */
    public static final int CANARY = 0;

    public Batch {
        nodes = List.copyOf(nodes);
        if (number < CANARY || nodes.isEmpty()) {
            throw new IllegalArgumentException("batch " + number + " of " + nodes.size());
        }
    }

    /** Whether these go before all others. */
    public boolean canary() {
        return number == CANARY;
    }

    /** What people call it. */
    public String words() {
        return words(number);
    }

    /** What people call the batch of that number. */
    public static String words(int number) {
        return number == CANARY ? "the canary" : "batch " + number;
    }
}
