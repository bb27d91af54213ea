package io.muster.transport;

import io.muster.message.Bytes;

/**
 * Takes the messages of one subscription.
 *
 * <p>Called on a thread of the transport, one message at a time for each subscription: decide,
 * record and return; long work goes to a virtual thread. A message counts as taken when {@code
 * receive} returns; if it throws, the transport logs it and may deliver the message again.
 */
@FunctionalInterface
public interface Receiver {
    void receive(Bytes body);
}
