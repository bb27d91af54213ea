package io.muster.transport;

import io.muster.message.Bytes;

import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;

/**
 * Carries bytes to destinations. It is never trusted: it may lose, repeat, delay, reorder or
 * invent, and it says nothing about who sent what. Thread-safe.
 *
 * <p>An implementation connects, and connects again after a loss, by itself, and renews its
 * subscriptions each time. A broadcast destination delivers to every subscriber that is connected
 * at that moment; a queue delivers to one subscriber and keeps the message until its expiry while
 * there is none. As long as nothing fails, what one transport publishes to one destination arrives
 * in that order.
 */
public interface Transport extends AutoCloseable {

    /** The largest body, in bytes. */
    int MAX_BODY = 512 * 1024;

    /**
     * Hands a message to the bus and does not wait for it to be taken.
     *
     * @param expires after which the bus drops it instead of delivering it; one that is over
     *     already goes nowhere
     * @throws TransportException at once, if there is no connection or the message is too large
     */
    void publish(Destination destination, Bytes body, Instant expires);

    /**
     * Hands a message to the bus and returns when the bus has taken it. Never call it from a {@link
     * Receiver}: the answer may come on the thread that would have to wait for it.
     *
     * @throws TransportException if the bus is away, refuses, or has not answered after {@code
     *     limit}
     */
    void publishConfirmed(Destination destination, Bytes body, Instant expires, Duration limit);

    /**
     * Returns once the subscription is live, or, while there is no connection, once it is noted
     * down for the next one. Never call it from a {@link Receiver}.
     *
     * @throws TransportException if the bus refuses it
     */
    Subscription subscribe(Destination destination, Receiver receiver);

    /**
     * Which connection there is: another number for each, none while the bus is away. Whoever sees
     * it change knows that what was on its way may be lost.
     */
    default OptionalLong connection() {
        return OptionalLong.of(1);
    }

    /**
     * Ends all subscriptions and the connection; idempotent; receivers may still be running. What
     * was published before is handed over first, if the bus takes it within a few seconds.
     */
    @Override
    void close();

    /** A live subscription; close ends it. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
