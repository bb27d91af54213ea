package io.muster.controller.discovery;

/** A way to find the targets of a run. */
public interface Discovery {

    /**
     * Finds who is looked for. Called on the thread of the command, at most a few times; waits for
     * answers, but never for a fixed time.
     *
     * @throws InterruptedException if the thread is interrupted while it waits
     * @throws io.muster.transport.TransportException if the bus is away
     */
    Targets find(Search search) throws InterruptedException;
}
