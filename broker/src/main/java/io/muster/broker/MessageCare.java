package io.muster.broker;

import io.muster.transport.Transport;

import org.apache.activemq.broker.Broker;
import org.apache.activemq.broker.BrokerFilter;
import org.apache.activemq.broker.ConnectionContext;
import org.apache.activemq.broker.ProducerBrokerExchange;
import org.apache.activemq.broker.region.Destination;
import org.apache.activemq.broker.region.MessageReference;
import org.apache.activemq.broker.region.Subscription;
import org.apache.activemq.command.Message;

import java.io.IOException;
import java.time.InstantSource;

/**
 * Makes each message harmless on its way in: strips what other clients or the broker would act on,
 * counts its time to live on this clock, keeps full queues full, and never keeps what is dead.
 */
final class MessageCare extends BrokerFilter {
    private final BrokerConfig config;
    private final InstantSource clock;
    private final Refusals refusals;

    MessageCare(Broker next, BrokerConfig config, InstantSource clock, Refusals refusals) {
        super(next);
        this.config = config;
        this.clock = clock;
        this.refusals = refusals;
    }

    @Override
    public void send(ProducerBrokerExchange exchange, Message message) throws Exception {
        var content = message.getContent();
        if (content != null && content.getLength() > Transport.MAX_BODY) {
            throw new IOException("a message of " + content.getLength() + " bytes");
        }
        if (full(message)) {
            refusals.count("queue is full", message.getDestination().getPhysicalName(), "dropped");
            if (message.isResponseRequired()) {
                throw new IOException("the queue is full: " + message.getDestination());
            }
            return;
        }
        strip(message);
        limitStay(message);
        super.send(exchange, message);
    }

    @Override
    public boolean sendToDeadLetterQueue(
            ConnectionContext context,
            MessageReference reference,
            Subscription subscription,
            Throwable cause) {
        return false;
    }

    private boolean full(Message message) {
        return getDestinations(message.getDestination()).stream()
                .map(Destination::getMemoryUsage)
                .anyMatch(usage -> usage.isFull());
    }

    private void strip(Message message) {
        message.setReplyTo(null);
        message.setGroupID(null);
        message.setGroupSequence(0);
        message.setPersistent(
                message.isPersistent()
                        && config.storage() instanceof Storage.Disk
                        && message.getDestination().getPhysicalName().startsWith("muster.node."));
    }

    /** The sender's clock may be wrong, so what counts is how long it allows. */
    private void limitStay(Message message) {
        var now = clock.millis();
        var longest = config.times().longestStay().toMillis();
        var allowed = message.getExpiration() - message.getTimestamp();
        var stay =
                message.getExpiration() > 0 && message.getTimestamp() > 0
                        ? Math.min(allowed, longest)
                        : longest;
        message.setTimestamp(now);
        message.setExpiration(now + stay);
    }
}
