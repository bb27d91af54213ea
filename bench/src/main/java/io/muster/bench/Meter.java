package io.muster.bench;

import io.muster.bench.Asker.Traffic;
import io.muster.message.Bytes;
import io.muster.transport.Destination;
import io.muster.transport.Receiver;
import io.muster.transport.Transport;

import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.concurrent.atomic.LongAdder;

/** A transport that counts what goes through it. */
final class Meter implements Transport {
    private final Transport inner;
    private final LongAdder sent = new LongAdder();
    private final LongAdder sentBytes = new LongAdder();
    private final LongAdder received = new LongAdder();
    private final LongAdder receivedBytes = new LongAdder();

    Meter(Transport inner) {
        this.inner = inner;
    }

    Traffic traffic() {
        return new Traffic(sent.sum(), sentBytes.sum(), received.sum(), receivedBytes.sum());
    }

    @Override
    public void publish(Destination destination, Bytes body, Instant expires) {
        count(body);
        inner.publish(destination, body, expires);
    }

    @Override
    public void publishConfirmed(
            Destination destination, Bytes body, Instant expires, Duration limit) {
        count(body);
        inner.publishConfirmed(destination, body, expires, limit);
    }

    @Override
    public Subscription subscribe(Destination destination, Receiver receiver) {
        return inner.subscribe(
                destination,
                body -> {
                    received.increment();
                    receivedBytes.add(body.length());
                    receiver.receive(body);
                });
    }

    @Override
    public OptionalLong connection() {
        return inner.connection();
    }

    @Override
    public void close() {
        inner.close();
    }

    private void count(Bytes body) {
        sent.increment();
        sentBytes.add(body.length());
    }
}
