package io.muster.node;

import io.muster.message.Bytes;
import io.muster.message.Reply;
import io.muster.message.ReplyAddress;
import io.muster.security.PayloadType;
import io.muster.security.Signer;
import io.muster.threads.Threads;
import io.muster.transport.Destination;
import io.muster.transport.Transport;
import io.muster.transport.TransportException;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Signs answers and hands them to the bus; what the bus cannot take now is kept, within bounds,
 * until it is back or the answer is of no use any more. Thread-safe.
 */
final class Outbox implements Answers {
    private static final Duration USEFUL = Duration.ofMinutes(10);
    private static final int MOST = 1_000;

    /** How long word of what is under way is of use. */
    private static final Duration FLEETING = Duration.ofSeconds(10);

    private static final int MOST_FLEETING = 256;

    /** For each address: what is carried in vain must not be multiplied. */
    private static final int REPEATS_PER_MINUTE = 60;

    private static final String PUT_OFF = " put off";

    private final Transport transport;
    private final Signer signer;
    private final InstantSource clock;
    private final Threads threads;
    private final TokenBuckets repeats;
    private final Deque<Unsent> unsent = new ArrayDeque<>();
    private final BlockingQueue<Unsent> fleeting = new ArrayBlockingQueue<>(MOST_FLEETING);
    private final AtomicBoolean mentioning = new AtomicBoolean();

    private record Unsent(ReplyAddress to, Bytes message, Instant expires) {}

    Outbox(Transport transport, Signer signer, InstantSource clock, Threads threads) {
        this.threads = threads;
        this.transport = transport;
        this.signer = signer;
        this.clock = clock;
        this.repeats = new TokenBuckets(REPEATS_PER_MINUTE, clock);
    }

    /** Sends, now or as soon as the bus is there. */
    @Override
    public void send(ReplyAddress to, Reply reply) {
        var answer = sign(to, reply);
        if (!publish(answer)) {
            keep(answer);
        }
    }

    /** Without the bus it is not kept: what comes of it says more, and comes as soon as it can. */
    @Override
    public void accepted(ReplyAddress to, Reply reply) {
        beside(sign(to, reply));
    }

    @Override
    public void repeat(ReplyAddress to, Reply reply) {
        if (!repeats.take(to.value())) {
            return;
        }
        if (reply.answer() instanceof Reply.Answer.Accepted) {
            accepted(to, reply);
        } else {
            send(to, reply);
        }
    }

    /** Not counted with those: whoever brings this about is somebody else. */
    @Override
    public void putOff(ReplyAddress to, Reply reply) {
        if (repeats.take(to.owner() + PUT_OFF)) {
            send(to, reply);
        }
    }

    /** Not kept, and gone from the bus at once if nobody listens. */
    @Override
    public void mention(ReplyAddress to, Reply reply) {
        var message = signer.sign(PayloadType.REPLY, reply.encode());
        beside(new Unsent(to, message, clock.instant().plus(FLEETING)));
    }

    /** On a thread of its own: whoever says something by the way is not held up by the bus. */
    private void beside(Unsent message) {
        if (fleeting.offer(message)) {
            goOn();
        }
    }

    private void goOn() {
        if (mentioning.compareAndSet(false, true)) {
            threads.start("mentions", this::sendFleeting);
        }
    }

    private void sendFleeting() {
        for (var next = fleeting.poll(); next != null; next = fleeting.poll()) {
            var _ = publish(next);
        }
        mentioning.set(false);
        if (!fleeting.isEmpty()) {
            goOn();
        }
    }

    /** Waits until the bus has it. Without the bus the machine goes down all the same. */
    @Override
    public void armed(ReplyAddress to, Reply reply, Duration delay, Duration limit) {
        var answer = sign(to, reply);
        try {
            transport.publishConfirmed(
                    new Destination.Replies(to), answer.message(), answer.expires(), limit);
        } catch (TransportException _) {
            // Not kept: the final answer says all, and comes after the next boot.
        }
    }

    /** The bus is back: sends what was kept. */
    void flush() {
        for (var answer = take(); answer.isPresent(); answer = take()) {
            if (clock.instant().isBefore(answer.get().expires()) && !publish(answer.get())) {
                keep(answer.get());
                return;
            }
        }
    }

    private Unsent sign(ReplyAddress to, Reply reply) {
        return new Unsent(
                to, signer.sign(PayloadType.REPLY, reply.encode()), clock.instant().plus(USEFUL));
    }

    private boolean publish(Unsent answer) {
        try {
            transport.publish(
                    new Destination.Replies(answer.to()), answer.message(), answer.expires());
            return true;
        } catch (TransportException _) {
            return false;
        }
    }

    private void keep(Unsent answer) {
        synchronized (unsent) {
            unsent.addFirst(answer);
            if (unsent.size() > MOST) {
                unsent.removeLast();
            }
        }
    }

    private Optional<Unsent> take() {
        synchronized (unsent) {
            return Optional.ofNullable(unsent.pollLast());
        }
    }
}
