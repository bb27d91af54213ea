package io.muster.transport.memory;

import io.muster.message.Bytes;
import io.muster.transport.Destination;
import io.muster.transport.Receiver;
import io.muster.transport.Transport;
import io.muster.transport.TransportException;

import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * The bus itself: what {@link InMemoryTransport}s of one process have in common.
 *
 * <p>Nothing happens but on the executor, one delivery for each task; so with an executor that runs
 * its tasks in an order of its own and a clock that is set by hand, a run can be repeated exactly.
 * Thread-safe.
 */
public final class InMemoryBus {
    private final InstantSource clock;
    private final Executor executor;
    private final Map<Destination, Channel> channels = new HashMap<>();
    private boolean running = true;

    /** A bus on the system's clock that delivers on virtual threads. */
    public InMemoryBus() {
        this(InstantSource.system(), task -> Thread.ofVirtual().start(task));
    }

    /**
     * A bus for a test or simulation that owns time and order.
     *
     * @param executor runs each delivery, later and never on the spot
     */
    public InMemoryBus(InstantSource clock, Executor executor) {
        this.clock = clock;
        this.executor = executor;
    }

    /** A new connection to this bus. */
    public Transport open() {
        return new InMemoryTransport(this);
    }

    /** Cuts every transport off: publishing throws, and nothing is delivered until a start. */
    public synchronized void stop() {
        running = false;
    }

    /** Ends a {@link #stop}; what waits in queues is delivered now. */
    public void start() {
        List<Mailbox> idle;
        synchronized (this) {
            running = true;
            idle = channels.values().stream().flatMap(c -> c.wake().stream()).toList();
        }
        idle.forEach(this::schedule);
    }

    void publish(Destination destination, Bytes body, Instant expires) {
        List<Mailbox> woken;
        synchronized (this) {
            if (!running) {
                throw new TransportException("not connected: the bus is stopped");
            }
            if (!clock.instant().isBefore(expires)) {
                return;
            }
            woken = channel(destination).put(new Message(body, expires, 1));
        }
        woken.forEach(this::schedule);
    }

    Mailbox subscribe(Destination destination, Receiver receiver) {
        Mailbox mailbox;
        List<Mailbox> woken;
        synchronized (this) {
            mailbox = channel(destination).join(receiver);
            woken = running ? channel(destination).wake() : List.of();
        }
        woken.forEach(this::schedule);
        return mailbox;
    }

    void unsubscribe(Mailbox mailbox) {
        List<Mailbox> woken;
        synchronized (this) {
            woken = mailbox.leave();
        }
        woken.forEach(this::schedule);
    }

    private Channel channel(Destination destination) {
        return channels.computeIfAbsent(
                destination, d -> d.broadcast() ? new Channel.Broadcast() : new Channel.Queue());
    }

    private void schedule(Mailbox mailbox) {
        executor.execute(() -> turn(mailbox));
    }

    /** Delivers at most one message, and asks for another turn while there may be more. */
    private void turn(Mailbox mailbox) {
        Optional<Message> taken;
        synchronized (this) {
            taken = running ? mailbox.take(clock.instant()) : mailbox.rest();
        }
        if (taken.isEmpty()) {
            return;
        }
        var again = mailbox.deliver(taken.get());
        List<Mailbox> next;
        synchronized (this) {
            next = mailbox.settle(again);
        }
        next.forEach(this::schedule);
    }
}
