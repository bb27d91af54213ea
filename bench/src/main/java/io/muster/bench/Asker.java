package io.muster.bench;

import java.util.Locale;

/**
 * Asks a fleet, one round at a time: the product's client, or what stands in for it on a bare bus.
 * Called by one thread.
 */
interface Asker extends AutoCloseable {

    /** What is asked. */
    enum Verb {
        /** A call to all, answered by everybody. */
        PING,
        /** Ask the hub who is there and matches; no node is asked. */
        FIND,
        /** Find the nodes, freeze the list, run {@code node.ping} on them. */
        RUN;

        /** As it is said. */
        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * One round.
     *
     * @param nodes how many answers there should be
     * @return how many there were
     */
    int ask(Verb verb, int nodes) throws Exception;

    /** How many nodes are known to be there, before the first round. */
    int present() throws Exception;

    /** What was sent and received so far, in bytes: totals, and how many messages. */
    Traffic traffic();

    @Override
    void close();

    /** Bytes and messages of both ways, the payload of the bus alone. */
    record Traffic(long sent, long sentBytes, long received, long receivedBytes) {}
}
