package io.muster.bench;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;

import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Asks bare connections: one message on a topic, and counts what comes back on one queue.
 *
 * <p>{@code --port PORT --request 100}
 */
public final class RawTalker implements Asker {
    private static final long LIMIT_SECONDS = 60;

    private final Connection connection;
    private final Session session;
    private final MessageProducer producer;
    private final byte[] request;
    private final Semaphore answers = new Semaphore(0);
    private final LongAdder received = new LongAdder();
    private volatile String current = "";
    private int round;

    private RawTalker(String port, int size) throws JMSException {
        request = new byte[size];
        connection =
                RawNodes.factory(
                                "tcp://127.0.0.1:"
                                        + port
                                        + "?tcpNoDelay=true&jms.prefetchPolicy.queuePrefetch=32766")
                        .createConnection();
        session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
        producer = session.createProducer(session.createTopic(Bus.REQUESTS));
        producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
        var inbox = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
        inbox.createConsumer(inbox.createQueue(Bus.REPLIES)).setMessageListener(this::take);
        connection.start();
    }

    /** Runs it. */
    public static void main(String[] words) throws Exception {
        Bus.prepareProcess();
        var options = new Options(words);
        var port = options.text("port");
        var size = options.number("request", 100);
        options.check();
        try (var talker = new RawTalker(port, size)) {
            new Interview(talker, System.out).hold();
        }
    }

    @Override
    public int ask(Verb verb, int nodes) throws JMSException, InterruptedException {
        current = "round " + round++;
        answers.drainPermits();
        BytesMessage message = session.createBytesMessage();
        message.writeBytes(request);
        message.setJMSCorrelationID(current);
        producer.send(message);
        var all = answers.tryAcquire(nodes, LIMIT_SECONDS, TimeUnit.SECONDS);
        return all ? nodes : answers.availablePermits();
    }

    @Override
    public int present() {
        return -1;
    }

    @Override
    public Traffic traffic() {
        return new Traffic(round, (long) round * request.length, received.sum(), 0);
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }

    private void take(Message answer) {
        try {
            received.increment();
            if (Objects.equals(answer.getJMSCorrelationID(), current)) {
                answers.release();
            }
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }
}
