package io.muster.transport.jms;

import static java.lang.System.Logger.Level.DEBUG;

import io.muster.message.Bytes;
import io.muster.transport.Destination;

import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;

import org.apache.activemq.ActiveMQConnection;
import org.apache.activemq.ActiveMQMessageConsumer;
import org.apache.activemq.ActiveMQMessageProducer;
import org.apache.activemq.ActiveMQSession;
import org.apache.activemq.AsyncCallback;
import org.apache.activemq.command.ActiveMQBytesMessage;
import org.apache.activemq.transport.TransportDisposedIOException;
import org.apache.activemq.util.ByteSequence;

import java.io.EOFException;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;

/** One live connection to one broker; of no use after it is lost. */
final class Link implements Line, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Link.class.getName());
    private static final int PRIORITY = Message.DEFAULT_PRIORITY;

    private final BrokerAddress broker;
    private final ActiveMQConnection connection;
    private final ClientGate gate;
    private final ActiveMQMessageProducer producer;
    private final ReentrantLock sending = new ReentrantLock();

    Link(BrokerAddress broker, ActiveMQConnection connection, ClientGate gate) throws JMSException {
        this.broker = broker;
        this.connection = connection;
        this.gate = gate;
        var session = connection.createSession(false, ActiveMQSession.AUTO_ACKNOWLEDGE);
        this.producer = (ActiveMQMessageProducer) session.createProducer(null);
    }

    BrokerAddress broker() {
        return broker;
    }

    /** Completed with the reason when the connection is over. */
    CompletableFuture<String> lost() {
        return gate.lost();
    }

    /** Lets messages in; until then subscriptions only collect them. */
    void start() throws JMSException {
        connection.start();
    }

    /** Sends and does not wait. */
    void send(Destination destination, Bytes body, Duration ttl) throws JMSException {
        var to = JmsDestinations.of(destination);
        sending.lock();
        try {
            producer.send(to, message(body), DeliveryMode.NON_PERSISTENT, PRIORITY, ttl.toMillis());
        } finally {
            sending.unlock();
        }
    }

    /** Sends; completed when the broker has taken it, exceptionally if it refuses. */
    CompletableFuture<Boolean> sendConfirmed(Destination destination, Bytes body, Duration ttl)
            throws JMSException {
        var to = JmsDestinations.of(destination);
        var taken = new CompletableFuture<Boolean>();
        sending.lock();
        try {
            producer.send(
                    to,
                    message(body),
                    DeliveryMode.NON_PERSISTENT,
                    PRIORITY,
                    ttl.toMillis(),
                    new Confirmation(taken));
        } finally {
            sending.unlock();
        }
        return taken;
    }

    /** Makes a subscription live here. */
    void consume(JmsSubscription subscription) throws JMSException {
        var destination = subscription.destination();
        var session =
                (ActiveMQSession)
                        connection.createSession(
                                false, JmsDestinations.acknowledgeMode(destination));
        MessageConsumer consumer;
        try {
            consumer =
                    session.createConsumer(JmsDestinations.subscription(destination), subscription);
        } catch (JMSException e) {
            session.close();
            throw e;
        }
        subscription.live(session, (ActiveMQMessageConsumer) consumer);
    }

    /**
     * Whether this failure means that the connection is over, and not that something is refused.
     */
    boolean brokenBy(Throwable failure) {
        for (var cause = failure; ; cause = cause.getCause()) {
            if (cause == null) {
                return lost().isDone();
            }
            if (cause instanceof TransportDisposedIOException
                    || cause instanceof SocketException
                    || cause instanceof EOFException) {
                return true;
            }
        }
    }

    /** Ends the connection in good order; may wait for a receiver to return. */
    @Override
    public void close() {
        try {
            connection.close();
        } catch (JMSException e) {
            LOG.log(DEBUG, () -> "closing the connection to " + broker + ": " + e.getMessage());
        }
    }

    /** Ends the connection at once, and gives back what it took here. */
    void abandon() {
        cut();
        close();
    }

    /** Ends the connection at once; may wait a second for what hangs. */
    void cut() {
        // Stopping waits a second for a reader whose receiver hangs.
        gate.giveUp();
        try {
            gate.stop();
        } catch (Exception e) {
            LOG.log(DEBUG, () -> "cutting the connection to " + broker, e);
        }
    }

    private static ActiveMQBytesMessage message(Bytes body) {
        var message = new ActiveMQBytesMessage();
        message.setContent(new ByteSequence(body.view()));
        return message;
    }

    private record Confirmation(CompletableFuture<Boolean> taken) implements AsyncCallback {
        @Override
        public void onSuccess() {
            taken.complete(true);
        }

        @Override
        public void onException(JMSException refusal) {
            taken.completeExceptionally(refusal);
        }
    }
}
