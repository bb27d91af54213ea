package io.muster.broker;

import io.muster.message.Identity;
import io.muster.message.Role;

import org.apache.activemq.command.ActiveMQBytesMessage;
import org.apache.activemq.command.ConnectionId;
import org.apache.activemq.command.ConnectionInfo;
import org.apache.activemq.command.ConsumerId;
import org.apache.activemq.command.ConsumerInfo;
import org.apache.activemq.command.DataStructure;
import org.apache.activemq.command.KeepAliveInfo;
import org.apache.activemq.command.MessageAck;
import org.apache.activemq.command.ProducerId;
import org.apache.activemq.command.ProducerInfo;
import org.apache.activemq.command.RemoveInfo;
import org.apache.activemq.command.SessionId;
import org.apache.activemq.command.SessionInfo;
import org.apache.activemq.command.ShutdownInfo;
import org.apache.activemq.command.WireFormatInfo;

import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What one connection may say at all, before the broker hears it: connect once, open sessions,
 * consumers and producers, send bytes, acknowledge, close. No transactions, no destinations, no
 * networks of brokers, no remote control.
 *
 * <p>ActiveMQ lets clients name their connections and everything in them, and believes the names: a
 * second connection of the same name ends the first, a consumer of the same name is the other's.
 * Those names are no secret, they are in every message. So here all names of a connection must be
 * its own, and that of the connection must begin with its identity, which has no slash in it.
 */
final class CommandGate {
    private static final Pattern SUFFIX = Pattern.compile("/[A-Za-z0-9-]{1,32}");
    private static final int MAX_NAME = 256;

    private final Optional<Identity> identity;
    private Optional<String> connection = Optional.empty();

    private CommandGate(Optional<Identity> identity) {
        this.identity = identity;
    }

    /** For somebody with a certificate. */
    static CommandGate of(Identity identity) {
        return new CommandGate(Optional.of(identity));
    }

    /** For a broker without certificates. */
    static CommandGate anybody() {
        return new CommandGate(Optional.empty());
    }

    /**
     * Checks the next command.
     *
     * @throws ForbiddenCommandException if it must not be heard, and the connection must end
     */
    void check(Object command) {
        switch (command) {
            case WireFormatInfo _, KeepAliveInfo _, ShutdownInfo _ -> {}
            case ConnectionInfo info -> connect(info);
            case SessionInfo info -> own(info.getSessionId());
            case ConsumerInfo info -> own(info.getConsumerId());
            case ProducerInfo info -> own(info.getProducerId());
            case RemoveInfo info -> own(info.getObjectId());
            case ActiveMQBytesMessage message -> message(message);
            case MessageAck ack -> acknowledge(ack);
            default -> throw forbidden("a " + command.getClass().getSimpleName());
        }
    }

    private void connect(ConnectionInfo info) {
        if (connection.isPresent()) {
            throw forbidden("a second connection in one");
        }
        var id =
                Objects.requireNonNullElse(info.getConnectionId(), new ConnectionId("")).getValue();
        var client = Objects.requireNonNullElse(info.getClientId(), "");
        if (id == null || id.isEmpty() || id.length() > MAX_NAME) {
            throw forbidden("a connection without a name");
        }
        identity.ifPresent(who -> checkNames(who, id, client));
        info.setFailoverReconnect(false);
        info.setBrokerMasterConnector(false);
        connection = Optional.of(id);
    }

    private static void checkNames(Identity who, String id, String client) {
        if (!id.startsWith(who.brief() + "/")) {
            throw forbidden("the connection name of somebody else, " + id);
        }
        var suffix = client.startsWith(who.brief()) ? client.substring(who.brief().length()) : "?";
        var several = who.role() == Role.OPERATOR || who.role() == Role.HUB;
        if (!suffix.isEmpty() && !(several && SUFFIX.matcher(suffix).matches())) {
            throw forbidden("the client id of somebody else, " + client);
        }
    }

    private void message(ActiveMQBytesMessage message) {
        own(message.getProducerId());
        if (message.isInTransaction()) {
            throw forbidden("a message in a transaction");
        }
        if (message.isCompressed()) {
            throw forbidden("a compressed message");
        }
    }

    private void acknowledge(MessageAck ack) {
        own(ack.getConsumerId());
        if (ack.isInTransaction()) {
            throw forbidden("an acknowledgement in a transaction");
        }
    }

    private void own(DataStructure name) {
        var belongsTo =
                switch (name) {
                    case ConnectionId id -> id.getValue();
                    case SessionId id -> id.getConnectionId();
                    case ConsumerId id -> id.getConnectionId();
                    case ProducerId id -> id.getConnectionId();
                    case null, default -> throw forbidden("a name that is none");
                };
        if (connection.filter(c -> c.equals(belongsTo)).isEmpty()) {
            throw forbidden("something of another connection, " + belongsTo);
        }
    }

    private static ForbiddenCommandException forbidden(String what) {
        return new ForbiddenCommandException(what);
    }
}
