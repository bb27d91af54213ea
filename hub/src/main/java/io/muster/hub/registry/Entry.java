package io.muster.hub.registry;

import io.muster.message.Bytes;
import io.muster.message.NodeId;

import java.time.Instant;
import java.util.Optional;

/**
 * What is kept of one node: what it said, as it was signed, and when it was heard.
 *
 * @param again whether it says no more than what was kept before, but for {@code moment}
 * @param last the envelope of its last announcement
 * @param facts the envelope of the last announcement with facts; absent if there is none, or, of
 *     one that is to be stored, if it is none newer than what is kept
 */
public record Entry(NodeId node, Moment moment, boolean again, Bytes last, Optional<Bytes> facts) {

    /**
     * When it was heard, and what of its last announcement changes each time.
     *
     * @param heard by the hub's clock
     * @param since when it began to say what it says
     * @param sent by the node's clock
     * @param sequence of the announcement
     */
    public record Moment(Instant heard, Instant since, Instant sent, long sequence) {}

    /** The same, if what was kept before this was never stored. */
    Entry after(Entry before) {
        return new Entry(node, moment, again && before.again, last, facts.or(before::facts));
    }

    /** About how many bytes it takes. */
    public long size() {
        return (long) last.length() + facts.map(Bytes::length).orElse(0);
    }
}
