package io.muster.node.output;

import io.muster.message.Live;

/** Tells the caller of a request how it goes while it is under way. Thread-safe. */
public interface Voice {
    /** Nobody wishes to hear it. */
    Voice NONE = _ -> {};

    /** Says that; it may get lost. Does not throw, and waits no longer than the bus does. */
    void say(Live live);
}
