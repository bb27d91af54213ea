package io.muster.transport.jms;

import io.muster.transport.Destination;

import org.apache.activemq.ActiveMQSession;
import org.apache.activemq.command.ActiveMQDestination;
import org.apache.activemq.command.ActiveMQQueue;
import org.apache.activemq.command.ActiveMQTopic;

/** What our destinations are in JMS. */
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

    /**
     * A node that dies with a message in hand must not take others with it, so it has one at a
     * time; thousands of replies must flow.
     */
    private static int prefetch(Destination destination) {
        return oneByOne(destination) ? ONE_BY_ONE : STREAM;
    }

    /**
     * Work is acknowledged when it was taken, each by itself. Of what flows in streams, and is
     * asked or said again if it gets lost, many are acknowledged at once: that saves the broker a
     * command for each.
     */
    static int acknowledgeMode(Destination destination) {
        return oneByOne(destination)
                ? ActiveMQSession.INDIVIDUAL_ACKNOWLEDGE
                : ActiveMQSession.AUTO_ACKNOWLEDGE;
    }

    /** Whether the broker delivers the next message only after the last one is done with. */
    static boolean oneByOne(Destination destination) {
        return switch (destination) {
            case Destination.Node _, Destination.Hub _ -> true;
            case Destination.Requests _, Destination.Replies _, Destination.Announcements _ ->
                    false;
        };
    }
}
