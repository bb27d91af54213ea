package io.muster.broker;

import io.muster.message.Bytes;
import io.muster.security.Credentials;
import io.muster.security.Tls;
import io.muster.transport.Destination;

import org.apache.activemq.broker.Broker;
import org.apache.activemq.broker.BrokerFilter;
import org.apache.activemq.broker.BrokerPlugin;
import org.apache.activemq.broker.BrokerService;
import org.apache.activemq.broker.Connection;
import org.apache.activemq.broker.ConnectionContext;
import org.apache.activemq.broker.ProducerBrokerExchange;
import org.apache.activemq.broker.SslContext;
import org.apache.activemq.broker.TransportConnector;
import org.apache.activemq.broker.region.Subscription;
import org.apache.activemq.command.ActiveMQBytesMessage;
import org.apache.activemq.command.ActiveMQQueue;
import org.apache.activemq.command.ActiveMQTopic;
import org.apache.activemq.command.Command;
import org.apache.activemq.command.ConnectionInfo;
import org.apache.activemq.command.ConsumerId;
import org.apache.activemq.command.ConsumerInfo;
import org.apache.activemq.command.Message;
import org.apache.activemq.command.MessageId;
import org.apache.activemq.command.ProducerId;
import org.apache.activemq.command.ProducerInfo;
import org.apache.activemq.state.ProducerState;
import org.apache.activemq.util.ByteSequence;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

import javax.net.ssl.SSLContext;

/**
 * ActiveMQ as it comes, without TLS unless asked for and without rights, in the hands of somebody
 * who means harm: he decides what becomes of each message, sends what he likes to whom he likes,
 * keeps all that he has ever seen, and no message of his ever expires.
 */
public final class EvilBroker implements AutoCloseable {
    private final BrokerService service;
    private final TransportConnector connector;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final Set<ConsumerId> readers = ConcurrentHashMap.newKeySet();
    private final List<Carried> seen = new CopyOnWriteArrayList<>();
    private final AtomicLong number = new AtomicLong();
    private volatile Mischief mischief = Mischief.NONE;

    /** A message and where it goes. */
    public record Carried(Destination to, Bytes body) {
        /** The same to somebody else. */
        public Carried to(Destination other) {
            return new Carried(other, body);
        }

        /** Other bytes to the same. */
        public Carried with(Bytes other) {
            return new Carried(to, other);
        }
    }

    /** What becomes of a message: called for each, on the thread of its sender. */
    @FunctionalInterface
    public interface Mischief {
        /** Carries everything, as an honest broker would. */
        Mischief NONE = List::of;

        /** What is delivered instead of it, in that order. */
        List<Carried> instead(Carried message);
    }

    private EvilBroker(Optional<SSLContext> tls) throws Exception {
        service = new BrokerService();
        service.setBrokerName("evil");
        service.setPersistent(false);
        service.setUseJmx(false);
        service.setUseShutdownHook(false);
        service.setAdvisorySupport(false);
        service.setPlugins(new BrokerPlugin[] {Evil::new});
        if (tls.isPresent()) {
            var context = new SslContext();
            context.setSSLContext(tls.get());
            service.setSslContext(context);
        }
        connector = service.addConnector((tls.isPresent() ? "ssl" : "tcp") + "://127.0.0.1:0");
        service.start();
        service.waitUntilStarted();
    }

    /** Started, on the loopback address; honest until told otherwise. */
    public static EvilBroker start() {
        return start(Optional.empty());
    }

    /** The same with TLS, and the broker's own keys: its owner means harm. */
    public static EvilBroker start(Credentials own) {
        return start(Optional.of(Tls.mutual(own)));
    }

    private static EvilBroker start(Optional<SSLContext> tls) {
        try {
            return new EvilBroker(tls);
        } catch (Exception e) {
            throw new IllegalStateException("the evil broker does not start", e);
        }
    }

    /** The port it listens on. */
    public int port() {
        try {
            return connector.getConnectUri().getPort();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** From now on that becomes of each message. */
    public void does(Mischief other) {
        mischief = other;
    }

    /** Every message that was ever given to it, as it was given. */
    public List<Carried> seen() {
        return List.copyOf(seen);
    }

    /** Those to a destination of that kind. */
    public List<Carried> seen(Class<? extends Destination> kind) {
        return seen().stream().filter(message -> kind.isInstance(message.to())).toList();
    }

    /** Delivers a message of its own. */
    public void inject(Carried message) {
        try {
            send(message);
        } catch (Exception e) {
            throw new IllegalStateException("the evil broker fails", e);
        }
    }

    /** Sends that command to each of its clients. */
    public void commandAll(Command command) {
        connections.forEach(connection -> connection.dispatchAsync(command));
    }

    /** The readers of its clients, by the names that they have given them. */
    public Set<ConsumerId> readers() {
        return Set.copyOf(readers);
    }

    /** Hangs up on each of its clients. */
    public void cutAll() {
        connections.forEach(
                connection -> connection.serviceExceptionAsync(new IOException("cut off")));
    }

    /** How many clients are connected. */
    public int clients() {
        return connections.size();
    }

    @Override
    public void close() {
        try {
            service.stop();
            service.waitUntilStopped();
        } catch (Exception e) {
            throw new IllegalStateException("the evil broker does not stop", e);
        }
    }

    private void send(Carried carried) throws Exception {
        var message = new ActiveMQBytesMessage();
        message.setProducerId(new ProducerId("ID:evil-1-1-1-1:1:1:1"));
        message.setMessageId(new MessageId(message.getProducerId(), number.incrementAndGet()));
        message.setContent(new ByteSequence(carried.body().toArray()));
        var name = carried.to().name();
        message.setDestination(
                carried.to().broadcast() ? new ActiveMQTopic(name) : new ActiveMQQueue(name));
        message.setTimestamp(System.currentTimeMillis());
        var exchange = new ProducerBrokerExchange();
        exchange.setProducerState(new ProducerState(new ProducerInfo()));
        exchange.setMutable(true);
        exchange.setConnectionContext(service.getAdminConnectionContext());
        evil().pass(exchange, message);
    }

    private Evil evil() throws Exception {
        return (Evil) service.getBroker().getAdaptor(Evil.class);
    }

    private final class Evil extends BrokerFilter {
        Evil(Broker next) {
            super(next);
        }

        @Override
        public void addConnection(ConnectionContext context, ConnectionInfo info) throws Exception {
            super.addConnection(context, info);
            connections.add(context.getConnection());
        }

        @Override
        public void removeConnection(
                ConnectionContext context, ConnectionInfo info, Throwable error) throws Exception {
            connections.remove(context.getConnection());
            super.removeConnection(context, info, error);
        }

        @Override
        public Subscription addConsumer(ConnectionContext context, ConsumerInfo info)
                throws Exception {
            var subscription = super.addConsumer(context, info);
            readers.add(info.getConsumerId());
            return subscription;
        }

        @Override
        public void removeConsumer(ConnectionContext context, ConsumerInfo info) throws Exception {
            readers.remove(info.getConsumerId());
            super.removeConsumer(context, info);
        }

        @Override
        public void send(ProducerBrokerExchange exchange, Message message) throws Exception {
            var content = message.getContent();
            var to = AccessRules.destination(message.getDestination());
            if (content == null || to.isEmpty()) {
                return;
            }
            var end = content.getOffset() + content.getLength();
            var body = Arrays.copyOfRange(content.getData(), content.getOffset(), end);
            var carried = new Carried(to.get(), Bytes.wrap(body));
            seen.add(carried);
            for (var instead : mischief.instead(carried)) {
                EvilBroker.this.send(instead);
            }
        }

        void pass(ProducerBrokerExchange exchange, Message message) throws Exception {
            super.send(exchange, message);
        }
    }
}
