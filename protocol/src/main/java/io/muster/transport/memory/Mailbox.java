package io.muster.transport.memory;

import static java.lang.System.Logger.Level.WARNING;

import io.muster.transport.Receiver;

import java.time.Instant;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** One subscription: works on one message at a time. Guarded by the bus, but for deliver. */
final class Mailbox {
    private static final System.Logger LOG = System.getLogger(Mailbox.class.getName());

    private final Channel channel;
    private final Receiver receiver;
    private final Deque<Message> waiting;
    private boolean busy;
    private boolean closed;

    Mailbox(Channel channel, Receiver receiver, Deque<Message> waiting) {
        this.channel = channel;
        this.receiver = receiver;
        this.waiting = waiting;
    }

    Deque<Message> waiting() {
        return waiting;
    }

    /** Whether it was idle, and now is not. */
    boolean begin() {
        var idle = !busy && !closed;
        busy |= idle;
        return idle;
    }

    /** The next message that has not expired; rests if there is none. */
    Optional<Message> take(Instant now) {
        while (!closed && !waiting.isEmpty()) {
            var message = waiting.removeFirst();
            if (now.isBefore(message.expires())) {
                return Optional.of(message);
            }
        }
        return rest();
    }

    /** Becomes idle; nothing to deliver. */
    Optional<Message> rest() {
        busy = false;
        return Optional.empty();
    }

    /** Hands a message over; returns it for another attempt if the receiver threw. */
    Optional<Message> deliver(Message message) {
        try {
            receiver.receive(message.body());
            return Optional.empty();
        } catch (RuntimeException | Error e) {
            LOG.log(WARNING, () -> "a receiver failed on attempt " + message.attempt(), e);
            return message.again();
        }
    }

    /** Puts back what must be delivered again; returns the mailboxes that must get a turn. */
    List<Mailbox> settle(Optional<Message> again) {
        again.ifPresent(waiting::addFirst);
        if (closed) {
            busy = false;
            return channel.wake();
        }
        return List.of(this);
    }

    List<Mailbox> leave() {
        closed = true;
        return channel.leave(this);
    }
}
