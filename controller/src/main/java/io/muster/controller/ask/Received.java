package io.muster.controller.ask;

import io.muster.message.Reply;

/**
 * A genuine reply.
 *
 * @param reply signed by the very node (or hub) it names, and about the very request that was sent
 * @param came the same as it came: what is secret of it is sealed
 * @param arrived when it came in, as {@link Replies#ticks} counts
 * @param whole false if its data did not fit into the memory, and is not in it
 */
public record Received(Reply reply, Reply came, long arrived, boolean whole) {
    /** With all that was said, and nothing secret. */
    public Received(Reply reply, long arrived) {
        this(reply, reply, arrived, true);
    }
}
