package io.muster.transport;

import io.muster.message.Collective;
import io.muster.message.NodeId;
import io.muster.message.ReplyAddress;

/**
 * Where a message can go. Sealed: the broker's access rules list every kind (docs/adr/0004).
 *
 * <p>Broadcasts reach all subscribers; the others are queues.
 */
public sealed interface Destination {

    /** Every node of a collective: discovery, and requests to many. A broadcast. */
    record Requests(Collective collective) implements Destination {}

    /** One node: requests to a few, and work for a node that is away. */
    record Node(NodeId node) implements Destination {}

    /** One process of one operator, for replies. */
    record Replies(ReplyAddress address) implements Destination {}

    /** The hub, for the announcements of nodes. */
    record Announcements() implements Destination {}

    /** The hub, for the questions of operators. */
    record Hub() implements Destination {}

    /** The name on the bus. */
    default String name() {
        return switch (this) {
            case Requests(Collective collective) -> "muster.requests." + collective;
            case Node(NodeId node) -> "muster.node." + node;
            case Replies(ReplyAddress address) -> "muster.reply." + address;
            case Announcements() -> "muster.announcements";
            case Hub() -> "muster.hub";
        };
    }

    /** Whether every subscriber gets each message. */
    default boolean broadcast() {
        return switch (this) {
            case Requests _ -> true;
            case Node _, Replies _, Announcements _, Hub _ -> false;
        };
    }
}
