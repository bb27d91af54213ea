package io.muster.broker;

import io.muster.message.Collective;
import io.muster.message.Identity;
import io.muster.message.NodeId;
import io.muster.message.ReplyAddress;
import io.muster.message.Role;
import io.muster.transport.Destination;

import org.apache.activemq.command.ActiveMQDestination;

import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Who may read and write where: follows from the identity and the destination, and for requests
 * from the collectives a node is in.
 */
final class AccessRules {
    private final Function<NodeId, Set<Collective>> collectives;

    /**
     * The rules.
     *
     * @param collectives which a node is in now
     */
    AccessRules(Function<NodeId, Set<Collective>> collectives) {
        this.collectives = collectives;
    }

    /** Which of our destinations this is; nothing for all others: wild, composite, temporary. */
    static Optional<Destination> destination(ActiveMQDestination named) {
        var plain = named.getOptions() == null || named.getOptions().isEmpty();
        if (!plain || named.isTemporary() || named.isComposite() || named.isPattern()) {
            return Optional.empty();
        }
        var name = named.getPhysicalName();
        return parse(name).filter(d -> d.name().equals(name) && d.broadcast() == named.isTopic());
    }

    boolean mayRead(Identity who, Destination destination) {
        return switch (destination) {
            case Destination.Requests(Collective collective) ->
                    who.role() == Role.NODE && collectives.apply(who.nodeId()).contains(collective);
            case Destination.Node(NodeId node) -> is(who, node);
            case Destination.Replies(ReplyAddress address) ->
                    who.role() == Role.OPERATOR && address.belongsTo(who);
            case Destination.Announcements(), Destination.Hub() -> who.role() == Role.HUB;
        };
    }

    /** Whoever reads a queue of its own may write there, to see whether that still arrives. */
    static boolean mayWrite(Identity who, Destination destination) {
        return switch (destination) {
            case Destination.Requests(Collective _) ->
                    who.role() == Role.OPERATOR || who.role() == Role.HUB;
            case Destination.Node(NodeId node) ->
                    who.role() == Role.OPERATOR || who.role() == Role.HUB || is(who, node);
            case Destination.Hub() -> who.role() == Role.OPERATOR || who.role() == Role.HUB;
            case Destination.Replies(ReplyAddress _) ->
                    who.role() == Role.NODE || who.role() == Role.HUB;
            case Destination.Announcements() -> who.role() == Role.NODE || who.role() == Role.HUB;
        };
    }

    private static boolean is(Identity who, NodeId node) {
        return who.role() == Role.NODE && node.value().equals(who.name());
    }

    /** Whether a first message makes the destination; a reply queue is made by its reader only. */
    static boolean madeByWriting(Destination destination) {
        return switch (destination) {
            case Destination.Requests(Collective _),
                    Destination.Node(NodeId _),
                    Destination.Hub(),
                    Destination.Announcements() ->
                    true;
            case Destination.Replies(ReplyAddress _) -> false;
        };
    }

    private static Optional<Destination> parse(String name) {
        return switch (name) {
            case "muster.announcements" -> Optional.of(new Destination.Announcements());
            case "muster.hub" -> Optional.of(new Destination.Hub());
            default ->
                    after(
                                    "muster.requests.",
                                    name,
                                    r -> new Destination.Requests(new Collective(r)))
                            .or(
                                    () ->
                                            after(
                                                    "muster.node.",
                                                    name,
                                                    r -> new Destination.Node(new NodeId(r))))
                            .or(
                                    () ->
                                            after(
                                                    "muster.reply.",
                                                    name,
                                                    r ->
                                                            new Destination.Replies(
                                                                    new ReplyAddress(r))));
        };
    }

    private static Optional<Destination> after(
            String prefix, String name, Function<String, Destination> rest) {
        if (!name.startsWith(prefix)) {
            return Optional.empty();
        }
        try {
            return Optional.of(rest.apply(name.substring(prefix.length())));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
