package io.muster.broker.external;

/**
 * One thing to try at a broker.
 *
 * @param what it is, for people
 * @param allowed whether it must succeed; otherwise it must be refused
 * @param deed throws if the broker refuses
 */
record Attempt(String what, boolean allowed, Deed deed) {

    /** Tries it on a connection of its own. */
    interface Deed {
        void with(Probe probe) throws Exception;
    }

    /** Something that must be refused. */
    static Attempt refused(String what, Deed deed) {
        return new Attempt(what, false, deed);
    }

    /** Something that must succeed. */
    static Attempt allowed(String what, Deed deed) {
        return new Attempt(what, true, deed);
    }
}
