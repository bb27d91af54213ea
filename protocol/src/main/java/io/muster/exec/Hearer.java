package io.muster.exec;

/**
 * Hears what a program says, all of it, piece by piece as it comes, on the thread that runs the
 * program. While it is busy nothing is read, and a program that has much to say waits.
 */
public interface Hearer {
    /** Does not listen. */
    Hearer NOBODY = (_, _, _) -> {};

    /**
     * These bytes came next on that stream. Must not throw.
     *
     * @param buffer belongs to the caller, who fills it anew afterwards
     * @param length how much of it counts, from its beginning
     */
    void heard(StdStream stream, byte[] buffer, int length);
}
