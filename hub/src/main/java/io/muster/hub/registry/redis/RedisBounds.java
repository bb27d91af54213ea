package io.muster.hub.registry.redis;

import java.time.Duration;

/**
 * How much of a Redis is read, whatever it says, and how long it is waited for: enough for an
 * honest one that holds a hundred thousand nodes, and an end for every other.
 *
 * @param nodes how many may be known
 * @param bytes how much comes in one reading of everything
 * @param first how long reading everything may take while the hub waits with its start
 * @param later how long it may take while the hub goes about its business, or storing may
 * @param news how long is gone on with what others stored, before the hub's own notes have a turn
 * @param answer how long some commands and their answers may take
 */
record RedisBounds(
        int nodes, long bytes, Duration first, Duration later, Duration news, Duration answer) {
    /** How many nodes are asked for at a time: what they all say must fit in one answer. */
    static final int PAGE = 50;

    private static final long LEAST_BYTES = 64L << 20;

    /** What a node says twice, with all its facts and without, is 10 kB as a rule. */
    private static final long EACH = 64 * 1024;

    /** While a Redis makes room some entries come twice, and pages are short. */
    private static final int TWICE = 2;

    private static final int SPARSE = 10;
    private static final int FEWEST_PAGES = 1_000;

    RedisBounds {
        if (nodes < 1 || bytes < 1) {
            throw new IllegalArgumentException("bounds from 1");
        }
    }

    /** The usual ones for so many nodes. */
    static RedisBounds of(int nodes) {
        return new RedisBounds(
                nodes,
                Math.max(LEAST_BYTES, nodes * EACH),
                Duration.ofMinutes(1),
                Duration.ofMinutes(10),
                Duration.ofSeconds(30),
                Duration.ofSeconds(30));
    }

    /** How many entries are read. */
    long entries() {
        return (long) nodes * TWICE;
    }

    /** How many pages are turned. */
    int pages() {
        return (int) Math.min(Integer.MAX_VALUE, FEWEST_PAGES + (long) nodes * SPARSE / PAGE);
    }
}
