package io.muster.transport.memory;

import io.muster.message.Bytes;
import io.muster.transport.Destination;
import io.muster.transport.Receiver;
import io.muster.transport.Transport;
import io.muster.transport.TransportException;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** One connection to an {@link InMemoryBus}; made by it. */
final class InMemoryTransport implements Transport {
    private final InMemoryBus bus;
    private final Set<Mailbox> mailboxes = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    InMemoryTransport(InMemoryBus bus) {
        this.bus = bus;
    }

    @Override
    public void publish(Destination destination, Bytes body, Instant expires) {
        checkOpen();
        if (body.length() > MAX_BODY) {
            throw new TransportException(
                    "too large for the bus: " + body + ", at most " + MAX_BODY + " are taken");
        }
        bus.publish(destination, body, expires);
    }

    @Override
    public void publishConfirmed(
            Destination destination, Bytes body, Instant expires, Duration limit) {
        publish(destination, body, expires);
    }

    @Override
    public Subscription subscribe(Destination destination, Receiver receiver) {
        checkOpen();
        var mailbox = bus.subscribe(destination, receiver);
        mailboxes.add(mailbox);
        return () -> end(mailbox);
    }

    @Override
    public void close() {
        closed = true;
        mailboxes.forEach(this::end);
    }

    private void end(Mailbox mailbox) {
        if (mailboxes.remove(mailbox)) {
            bus.unsubscribe(mailbox);
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new TransportException("this transport is closed");
        }
    }
}
