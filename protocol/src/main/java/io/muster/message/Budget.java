package io.muster.message;

/**
 * How much of an approved run may go wrong: whoever sends it keeps to what was approved.
 *
 * @param batch so many nodes are sent to at a time
 * @param maxFailed after more failures than this nobody else is sent to
 */
public record Budget(int batch, int maxFailed) {
    static final int MOST = 10_000_000;

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
        return batch + " at a time, none more after more than " + maxFailed + " failed";
    }
}
