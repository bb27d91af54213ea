package io.muster.message;

import io.muster.message.Value.Fields;

/**
 * How much of an approved run may go wrong: whoever sends it keeps to what was approved.
 *
 * @param batch so many nodes are sent to at a time, or the most of several steps
 * @param maxFailed after so many failures nobody else is sent to; after the first if it is 0
 * @param rollout what else was agreed on how it goes out: the sender's own words, which nodes carry
 *     and do not judge
 */
public record Budget(int batch, int maxFailed, Fields rollout) {
    static final int MOST = 10_000_000;

    /** With nothing else. */
    public Budget(int batch, int maxFailed) {
        this(batch, maxFailed, Fields.EMPTY);
    }

    public Budget {
        if (batch < 1 || batch > MOST) {
            throw new IllegalArgumentException("a batch of " + batch + " nodes");
        }
        if (maxFailed < 0 || maxFailed > MOST) {
            throw new IllegalArgumentException("a budget of " + maxFailed + " failures");
        }
    }

    /** In words. */
    @Override
    public String toString() {
        return batch
                + " at a time, none more after "
                + Math.max(1, maxFailed)
                + " failed"
                + (rollout.members().isEmpty() ? "" : "; " + Json.text(rollout));
    }
}
