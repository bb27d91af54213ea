package io.muster.node;

import io.muster.message.Live;
import io.muster.node.RequestJournal.Begun;
import io.muster.node.output.Voice;

/**
 * Numbers what is said of one request while it is under way, and says no more than anybody wants to
 * hear of one. Thread-safe.
 */
final class Telling implements Voice {
    /** Four a second of each stream, for an hour. */
    static final int MOST = 28_800;

    private static final Live END = new Live.Progress(0, 0, "more than this is not told live");

    private final Sender sender;
    private final Begun begun;
    private int next;
    private boolean closed;

    /** Sends one. */
    interface Sender {
        void send(Begun begun, int sequence, Live live);
    }

    Telling(Sender sender, Begun begun) {
        this.sender = sender;
        this.begun = begun;
    }

    @Override
    public synchronized void say(Live live) {
        if (!closed && next < MOST) {
            sender.send(begun, next++, next < MOST ? live : END);
        }
    }

    /** From now on nothing is said any more; how much there was. */
    synchronized int close() {
        closed = true;
        return next;
    }
}
