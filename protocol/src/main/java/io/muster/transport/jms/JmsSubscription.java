package io.muster.transport.jms;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.WARNING;

import io.muster.message.Bytes;
import io.muster.transport.Destination;
import io.muster.transport.Receiver;
import io.muster.transport.Transport;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;

import org.apache.activemq.ActiveMQMessageConsumer;
import org.apache.activemq.ActiveMQSession;
import org.apache.activemq.command.ActiveMQBytesMessage;
import org.apache.activemq.command.ActiveMQMessage;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** A subscription that outlives connections: it gets a session on each new one. */
final class JmsSubscription implements Transport.Subscription, MessageListener {
    private static final System.Logger LOG = System.getLogger(JmsSubscription.class.getName());

    private static final int ATTEMPTS_IN_STREAM = 3;

    /** How long whoever closes it waits for its receiver; one that hangs must hang nobody else. */
    private static final Duration AT_WORK = Duration.ofSeconds(5);

    /** The broker keeps what is not acknowledged, and counts it against its sender. */
    private static final long MOST_UNACKNOWLEDGED = 256 * 1024;

    private final Destination destination;
    private final Receiver receiver;
    private final LongAdder dropped;
    private final Consumer<JmsSubscription> ended;
    private final ReentrantLock delivering = new ReentrantLock();
    private Optional<ActiveMQSession> session = Optional.empty();
    private Optional<ActiveMQMessageConsumer> consumer = Optional.empty();
    private volatile boolean closed;
    private boolean saidDropped;
    private long unacknowledged;

    /**
     * Not live yet.
     *
     * @param dropped counts what is not for a receiver
     * @param ended told when it is closed
     */
    JmsSubscription(
            Destination destination,
            Receiver receiver,
            LongAdder dropped,
            Consumer<JmsSubscription> ended) {
        this.destination = destination;
        this.receiver = receiver;
        this.dropped = dropped;
        this.ended = ended;
    }

    Destination destination() {
        return destination;
    }

    /** Has a session on a new connection. */
    synchronized void live(ActiveMQSession next, ActiveMQMessageConsumer reading)
            throws JMSException {
        session = Optional.of(next);
        consumer = Optional.of(reading);
        if (closed) {
            next.close();
        }
    }

    @Override
    public void onMessage(Message message) {
        delivering.lock();
        try {
            if (closed) {
                // Not acknowledged: the next one gets it.
                return;
            }
            body(message).ifPresentOrElse(this::deliver, this::drop);
            message.acknowledge();
            acknowledgeBytes(message);
        } catch (JMSException e) {
            LOG.log(DEBUG, () -> destination.name() + ": not acknowledged: " + e.getMessage());
        } finally {
            delivering.unlock();
        }
    }

    /**
     * Takes nothing more, and lets the receiver end what it is at: nobody would hear of what is
     * answered after its connection was closed, and the message is acknowledged as done with. Waits
     * for no more than five seconds, and not at all for the thread that closes it.
     */
    @Override
    public void close() {
        Optional<ActiveMQSession> ending;
        synchronized (this) {
            closed = true;
            ending = session;
        }
        ended.accept(this);
        awaitReceiver();
        try {
            if (ending.isPresent()) {
                ending.get().close();
            }
        } catch (JMSException e) {
            LOG.log(DEBUG, () -> destination.name() + ": unsubscribing: " + e.getMessage());
        }
    }

    private void awaitReceiver() {
        try {
            if (delivering.tryLock(AT_WORK.toMillis(), TimeUnit.MILLISECONDS)) {
                delivering.unlock();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Of work, ActiveMQ delivers a message again after an exception, a few times with growing
     * pauses. In a stream it must not see one: it would forget to acknowledge those before, and
     * stop when there are too many; so it is tried again here.
     */
    private void deliver(Bytes body) {
        if (JmsDestinations.oneByOne(destination)) {
            if (!taken(body)) {
                throw new IllegalStateException("the receiver failed");
            }
            return;
        }
        for (var attempt = 1; attempt <= ATTEMPTS_IN_STREAM; attempt++) {
            if (taken(body)) {
                return;
            }
        }
        LOG.log(WARNING, () -> destination.name() + ": given up a message");
    }

    /** ActiveMQ acknowledges a stream after so many messages, however large they are. */
    private void acknowledgeBytes(Message message) throws JMSException {
        if (JmsDestinations.oneByOne(destination) || !(message instanceof ActiveMQMessage of)) {
            return;
        }
        unacknowledged += of.getSize();
        var reading = reading();
        if (unacknowledged >= MOST_UNACKNOWLEDGED && reading.isPresent()) {
            unacknowledged = 0;
            reading.get().acknowledge();
        }
    }

    private synchronized Optional<ActiveMQMessageConsumer> reading() {
        return consumer;
    }

    private boolean taken(Bytes body) {
        try {
            receiver.receive(body);
            return true;
        } catch (RuntimeException | Error e) {
            LOG.log(WARNING, () -> destination.name() + ": a receiver failed", e);
            return false;
        }
    }

    /** Said once, so that whoever sends such things cannot fill a log. */
    private void drop() {
        dropped.increment();
        if (!saidDropped) {
            saidDropped = true;
            LOG.log(
                    WARNING,
                    () ->
                            destination.name()
                                    + ": dropped a message that muster cannot have sent: look who"
                                    + " may publish there; others like it are only counted");
        }
    }

    /** The body as it was sent; nothing if this cannot be one of ours. It is never unpacked. */
    private static Optional<Bytes> body(Message message) {
        if (!(message instanceof ActiveMQBytesMessage bytes) || bytes.isCompressed()) {
            return Optional.empty();
        }
        var content = bytes.getContent();
        if (content == null) {
            return Optional.of(Bytes.wrap(new byte[0]));
        }
        if (content.getLength() > Transport.MAX_BODY) {
            return Optional.empty();
        }
        var from = content.getOffset();
        return Optional.of(
                Bytes.wrap(
                        Arrays.copyOfRange(content.getData(), from, from + content.getLength())));
    }
}
