package io.muster.node;

import io.muster.message.Bytes;
import io.muster.transport.Destination;
import io.muster.transport.Receiver;
import io.muster.transport.Transport;
import io.muster.transport.TransportException;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/** A transport that hands over what no bus would carry, and loses what is to be lost. */
record Tap(
        Transport bus, List<Receiver> receivers, AtomicBoolean mute, AtomicReference<Runnable> toll)
        implements Transport {
    static Tap on(Transport bus) {
        return new Tap(
                bus,
                new CopyOnWriteArrayList<>(),
                new AtomicBoolean(),
                new AtomicReference<>(() -> {}));
    }

    /** Gives that message to whoever listens to the first destination. */
    void handOver(Bytes message) {
        receivers.getFirst().receive(message);
    }

    @Override
    public void publish(Destination destination, Bytes message, Instant expires) {
        if (mute.get() && destination instanceof Destination.Replies) {
            throw new TransportException("the bus is away");
        }
        if (destination instanceof Destination.Replies) {
            Objects.requireNonNull(toll.get()).run();
        }
        bus.publish(destination, message, expires);
    }

    @Override
    public void publishConfirmed(
            Destination destination, Bytes message, Instant expires, Duration limit) {
        bus.publishConfirmed(destination, message, expires, limit);
    }

    @Override
    public Subscription subscribe(Destination destination, Receiver receiver) {
        receivers.add(receiver);
        return bus.subscribe(destination, receiver);
    }

    @Override
    public void close() {
        bus.close();
    }
}
