package io.muster.node;

import io.muster.message.Reply;
import io.muster.message.ReplyAddress;

import java.io.IOException;
import java.time.Duration;

/** Where a {@link Performer}'s answers go: to the bus, or from the root helper to the front. */
interface Answers {

    /** The action is about to begin; called by the thread that decided, before any answer. */
    default void begun(Question question) {}

    /** Sends the receipt of what is about to begin; may lose it, and is not held up by the bus. */
    default void accepted(ReplyAddress to, Reply reply) {}

    /** Sends, now or as soon as can be; does not wait for whoever it is for. */
    void send(ReplyAddress to, Reply reply);

    /** Says once more what was sent before, to whoever asked again; nothing if too often. */
    default void repeat(ReplyAddress to, Reply reply) {}

    /** Sends what may have to be said often, to whoever asked; nothing if too often. */
    default void putOff(ReplyAddress to, Reply reply) {
        send(to, reply);
    }

    /** Sends what is of use now or not at all; may lose it, and does not wait for the bus. */
    default void mention(ReplyAddress to, Reply reply) {}

    /**
     * Sends word that the machine is about to go down, and waits until it is on its way, no longer
     * than {@code limit}.
     *
     * @param delay how long after that the machine begins to go down
     * @throws IOException if the machine must not go down
     */
    void armed(ReplyAddress to, Reply reply, Duration delay, Duration limit) throws IOException;
}
