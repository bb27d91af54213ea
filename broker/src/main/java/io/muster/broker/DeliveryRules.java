package io.muster.broker;

import io.muster.message.Bytes;
import io.muster.message.MalformedException;
import io.muster.message.NodeId;
import io.muster.message.Request;
import io.muster.message.Role;
import io.muster.security.Envelope;
import io.muster.security.PayloadType;
import io.muster.transport.Echo;

import org.apache.activemq.broker.ConnectionContext;
import org.apache.activemq.command.Message;
import org.apache.activemq.security.MessageAuthorizationPolicy;

import java.util.Arrays;
import java.util.function.Predicate;

/**
 * What is delivered to a node that two machines are: what the authority and operators say to all,
 * and questions. Nothing to be done, and no secret, as nobody knows which of the two would have it.
 *
 * <p>Nobody's signature is checked here, and need not be: a request that passes for a question is
 * one to the node agent as well, or is refused there. Everybody else is delivered everything, and
 * nobody looks into it.
 */
final class DeliveryRules implements MessageAuthorizationPolicy {
    private final Predicate<NodeId> frozen;

    DeliveryRules(Predicate<NodeId> frozen) {
        this.frozen = frozen;
    }

    /** Asked for each message and each reader, by whoever writes to that reader. */
    @Override
    public boolean isAllowedToConsume(ConnectionContext reader, Message message) {
        return Members.member(reader)
                .map(Member::identity)
                .filter(who -> who.role() == Role.NODE && frozen.test(who.nodeId()))
                .map(_ -> harmless(message))
                .orElse(true);
    }

    private static boolean harmless(Message message) {
        var content = message.getContent();
        if (content == null) {
            return false;
        }
        var body =
                Arrays.copyOfRange(
                        content.getData(),
                        content.getOffset(),
                        content.getOffset() + content.getLength());
        try {
            var bytes = Bytes.wrap(body);
            if (Echo.is(bytes)) {
                return true;
            }
            var envelope = Envelope.decode(bytes);
            return envelope.type() != PayloadType.REQUEST
                    || question(Request.decode(envelope.payload()));
        } catch (MalformedException _) {
            return false;
        }
    }

    private static boolean question(Request request) {
        return !request.changes() && request.sealed().isEmpty();
    }
}
