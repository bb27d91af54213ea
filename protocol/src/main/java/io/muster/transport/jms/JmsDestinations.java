package io.muster.transport.jms;

import io.muster.transport.Destination;

import org.apache.activemq.command.ActiveMQDestination;
import org.apache.activemq.command.ActiveMQQueue;
import org.apache.activemq.command.ActiveMQTopic;

/** What our destinations are called in JMS, and how many messages a subscriber takes ahead. */
final class JmsDestinations {
    private static final int ONE_BY_ONE = 1;
    private static final int STREAM = 1_000;

    private JmsDestinations() {}

    /** To publish to. */
    static ActiveMQDestination of(Destination destination) {
        return destination.broadcast()
                ? new ActiveMQTopic(destination.name())
                : new ActiveMQQueue(destination.name());
    }

    /** To subscribe to. */
    static ActiveMQDestination subscription(Destination destination) {
        var name = destination.name() + "?consumer.prefetchSize=" + prefetch(destination);
        return destination.broadcast() ? new ActiveMQTopic(name) : new ActiveMQQueue(name);
    }

    /** A node that dies with a message in hand must not take others with it. */
    private static int prefetch(Destination destination) {
        return switch (destination) {
            case Destination.Node _ -> ONE_BY_ONE;
            case Destination.Requests _,
                    Destination.Replies _,
                    Destination.Announcements _,
                    Destination.Hub _ ->
                    STREAM;
        };
    }
}
