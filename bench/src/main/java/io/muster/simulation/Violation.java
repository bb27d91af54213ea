package io.muster.simulation;

/**
 * Something that must not be, and is.
 *
 * @param promise which one was not kept
 * @param what happened
 */
public record Violation(Promise promise, String what) {

    /** What must hold, whatever happens. */
    public enum Promise {
        /** What changes anything is done at most once for each request and node. */
        ONCE,
        /** One run asks a node for one thing, once. */
        ONE_REQUEST,
        /** Nothing is done that nobody signed, or that was meant for others. */
        SIGNED,
        /** Nothing begins after its expiry, or before its issue and the skew. */
        IN_TIME,
        /** What is done was written down before, in journal and audit log. */
        WRITTEN_DOWN,
        /** What a node said that it has accepted is on its disk, whatever died meanwhile. */
        RECEIPT,
        /** What was begun has its end. */
        ENDED,
        /** Who has given its last word is sent nothing more. */
        FINISHED,
        /** Whoever goes on with a run goes by what whoever was at it went by. */
        RECALLED,
        /** What is reported is what happened. */
        TRUE_REPORT,
        /** Every target has one state, and they add up. */
        ADDS_UP,
        /** No more is sent once as many have failed as may. */
        BUDGET,
        /** Nobody else is sent to before those who go first have done it. */
        CANARY,
        /** So many of a kind stay up as must. */
        FLOOR,
        /** Nobody else is sent to once a node has met a lock. */
        LOCK,
        /** Nothing grows beyond its limit. */
        BOUNDED,
        /** Asked afterwards, the nodes know what became of it. */
        SETTLED,
        /** The audit log is sound. */
        AUDIT
    }

    @Override
    public String toString() {
        return promise + ": " + what;
    }
}
