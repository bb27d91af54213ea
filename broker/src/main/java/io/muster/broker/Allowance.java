package io.muster.broker;

import org.apache.activemq.broker.region.Destination;
import org.apache.activemq.command.Message;
import org.apache.activemq.usage.MemoryUsage;

import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** What one identity may ask of the broker, over all its connections. Thread-safe. */
final class Allowance {
    private static final int BYTES_PER_TOKEN = 4_096;

    /** Everybody who gets it has to look whether it is genuine. */
    private static final int BROADCAST = 10;

    private final TokenBucket bucket;
    private final Turnstile<Allowance> destinations;
    private final long most;
    private final AtomicLong waiting = new AtomicLong();
    private volatile Optional<Charge> latest = Optional.empty();

    /**
     * All of it unused.
     *
     * @param destinations counts those that this identity made
     * @param most bytes of its messages that may wait in queues
     */
    Allowance(TokenBucket bucket, Turnstile<Allowance> destinations, long most) {
        this.bucket = bucket;
        this.destinations = destinations;
        this.most = most;
    }

    /**
     * How long a message of that size has to wait for its turn; a large one counts as several, and
     * one to many as ten.
     */
    Duration take(int bytes, boolean broadcast, long now) {
        return bucket.take((1 + bytes / BYTES_PER_TOKEN) * (broadcast ? BROADCAST : 1), now);
    }

    /**
     * Counts a message, for as long as it waits, in its queue and here.
     *
     * @return whether there is room for it
     */
    boolean charge(Message message, Collection<Destination> queue) {
        queue.forEach(q -> message.setMemoryUsage(charge(q.getMemoryUsage())));
        return waiting.get() < most;
    }

    @SuppressWarnings("ReferenceEquality") // a queue's counter is itself, whatever it counts
    private Charge charge(MemoryUsage queue) {
        return latest.filter(charge -> charge.queue == queue).orElseGet(() -> next(queue));
    }

    private Charge next(MemoryUsage queue) {
        var next = new Charge(queue);
        latest = Optional.of(next);
        return next;
    }

    /** Whether it may make one more destination; if so it counts. */
    boolean make() {
        return destinations.enter(this);
    }

    /** A destination that it made is gone. */
    void unmake() {
        destinations.leave(this);
    }

    /** ActiveMQ counts each message once, where the message says. */
    private final class Charge extends MemoryUsage {
        private final MemoryUsage queue;

        Charge(MemoryUsage queue) {
            this.queue = queue;
        }

        @Override
        public void increaseUsage(long bytes) {
            waiting.addAndGet(bytes);
            queue.increaseUsage(bytes);
        }

        @Override
        public void decreaseUsage(long bytes) {
            waiting.addAndGet(-bytes);
            queue.decreaseUsage(bytes);
        }
    }
}
