package io.muster.broker;

import io.muster.message.Collective;
import io.muster.message.NodeId;
import io.muster.message.ReplyAddress;
import io.muster.transport.Transport;

import org.apache.activemq.broker.Broker;
import org.apache.activemq.broker.BrokerFilter;
import org.apache.activemq.broker.ConnectionContext;
import org.apache.activemq.broker.ProducerBrokerExchange;
import org.apache.activemq.broker.region.Destination;
import org.apache.activemq.broker.region.MessageReference;
import org.apache.activemq.broker.region.Subscription;
import org.apache.activemq.command.Message;
import org.apache.activemq.command.MessageId;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes each message harmless on its way in: leaves nothing of it but its destination, its times
 * and its bytes, counts its time to live on this clock, keeps full queues full, and never keeps
 * what is dead.
 *
 * <p>A sender can set much more, and the broker and other clients would act on it. For whom a
 * message is ({@code targetConsumerId}), for one, is believed: two hundred for nobody, and a queue
 * is stuck.
 */
final class MessageCare extends BrokerFilter {
    private static final Duration REPLY = Duration.ofMinutes(10);
    private static final Duration ANNOUNCEMENT = Duration.ofMinutes(5);

    /** The longest that any request may be valid, and some more for clocks. */
    private static final Duration REQUEST = Duration.ofMinutes(20);

    private static final byte NORMAL_PRIORITY = 4;

    private final BrokerConfig config;
    private final InstantSource clock;
    private final Refusals refusals;
    private final AtomicLong sequence = new AtomicLong();

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

    private void strip(Message message) throws IOException {
        // queues find their messages by this, and the sender could name it like another's
        message.setMessageId(new MessageId(message.getProducerId(), sequence.incrementAndGet()));
        message.setTargetConsumerId(null);
        message.setOriginalDestination(null);
        message.setReplyTo(null);
        message.setGroupID(null);
        message.setGroupSequence(0);
        message.setPriority(NORMAL_PRIORITY);
        message.setRedeliveryCounter(0);
        message.setDroppable(false);
        message.setDataStructure(null);
        message.setBrokerPath(null);
        message.setCluster(null);
        message.setRecievedByDFBridge(false);
        message.setCorrelationId(null);
        message.setType(null);
        message.setUserID(null);
        message.clearProperties();
        message.setPersistent(
                message.isPersistent()
                        && config.storage() instanceof Storage.Disk
                        && message.getDestination().getPhysicalName().startsWith("muster.node."));
    }

    /** The sender's clock may be wrong, so what counts is how long it allows. */
    private void limitStay(Message message) {
        var now = clock.millis();
        var longest = longestStay(message);
        var allowed = message.getExpiration() - message.getTimestamp();
        var stay =
                message.getExpiration() > 0 && message.getTimestamp() > 0
                        ? Math.min(allowed, longest)
                        : longest;
        message.setTimestamp(now);
        message.setExpiration(now + stay);
    }

    private long longestStay(Message message) {
        var longest = config.times().longestStay();
        return AccessRules.destination(message.getDestination())
                .map(MessageCare::use)
                .filter(use -> use.compareTo(longest) < 0)
                .orElse(longest)
                .toMillis();
    }

    /** After how long nobody can have a use for what was sent there. */
    private static Duration use(io.muster.transport.Destination destination) {
        return switch (destination) {
            case io.muster.transport.Destination.Replies(ReplyAddress _) -> REPLY;
            case io.muster.transport.Destination.Announcements() -> ANNOUNCEMENT;
            case io.muster.transport.Destination.Requests(Collective _),
                    io.muster.transport.Destination.Node(NodeId _),
                    io.muster.transport.Destination.Hub() ->
                    REQUEST;
        };
    }
}
