package io.muster.node.trust;

import io.muster.security.Verification.Flaw;

/** Puts on record what becomes of documents; called on the thread that received them. */
public interface Scribe {
    /** A document came into force, or a lock ended. */
    void told(String event);

    /** Somebody has to look after this. */
    void alarm(String event);

    /**
     * The same, where others can bring it about as often as they like: the first few in a minute
     * are put on record, and the rest counted.
     *
     * @param kind from a fixed set
     */
    void alarm(String kind, String event);

    /** A document that is not what it claims, or that comes too late. */
    void dropped(Flaw flaw, String problem);

    /** A document that says what its signer may not say here. */
    void denied(String problem);
}
