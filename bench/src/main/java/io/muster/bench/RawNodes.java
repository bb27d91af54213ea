package io.muster.bench;

import jakarta.jms.BytesMessage;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Session;

import org.apache.activemq.ActiveMQConnectionFactory;

import java.util.concurrent.Executors;

/**
 * Many bare connections, each of which answers each request with a small message; says "ready N".
 *
 * <p>{@code --port PORT --count 100 --reply 100 --at-once 24}
 */
public final class RawNodes {
    private RawNodes() {}

    /** Runs it. */
    public static void main(String[] words) throws Exception {
        Bus.prepareProcess();
        var options = new Options(words);
        var factory = factory("nio://127.0.0.1:" + options.text("port") + "?tcpNoDelay=true");
        var count = options.number("count", 100);
        var reply = new byte[options.number("reply", 100)];
        var gate = new Gate(options.number("at-once", 24));
        options.check();
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int number = 0; number < count; number++) {
                var arrived = gate.setOut();
                executor.execute(() -> connect(factory, reply, arrived));
            }
        }
        System.out.println("ready " + gate.arrived());
        System.out.flush();
        while (System.in.read() >= 0) {
            // until whoever started us is done
        }
        System.exit(0);
    }

    /** The settings that were found to be the fastest (docs/adr/0003-broker.md). */
    static ActiveMQConnectionFactory factory(String url) {
        var factory = new ActiveMQConnectionFactory(url);
        factory.setWatchTopicAdvisories(false);
        factory.setUseAsyncSend(true);
        factory.setAlwaysSessionAsync(false);
        factory.setOptimizeAcknowledge(true);
        factory.setCopyMessageOnSend(false);
        factory.setCheckForDuplicates(false);
        factory.setConsumerExpiryCheckEnabled(false);
        factory.setWarnAboutUnstartedConnectionTimeout(0);
        return factory;
    }

    private static void connect(ActiveMQConnectionFactory factory, byte[] reply, Runnable arrived) {
        try {
            var connection = factory.createConnection();
            var session = connection.createSession(false, Session.DUPS_OK_ACKNOWLEDGE);
            var producer = session.createProducer(session.createQueue(Bus.REPLIES));
            producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
            session.createConsumer(session.createTopic(Bus.REQUESTS))
                    .setMessageListener(
                            request -> {
                                try {
                                    producer.send(answer(session, request, reply));
                                } catch (JMSException e) {
                                    throw new IllegalStateException(e);
                                }
                            });
            connection.start();
            arrived.run();
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The round's number comes back, so that a late answer is not counted for the next round. */
    private static Message answer(Session session, Message request, byte[] body)
            throws JMSException {
        BytesMessage answer = session.createBytesMessage();
        answer.writeBytes(body);
        answer.setJMSCorrelationID(request.getJMSCorrelationID());
        return answer;
    }
}
