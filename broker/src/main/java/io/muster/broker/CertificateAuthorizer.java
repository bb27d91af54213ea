package io.muster.broker;

import org.apache.activemq.broker.Broker;
import org.apache.activemq.broker.BrokerFilter;
import org.apache.activemq.broker.ConnectionContext;
import org.apache.activemq.broker.ProducerBrokerExchange;
import org.apache.activemq.broker.region.Destination;
import org.apache.activemq.broker.region.Subscription;
import org.apache.activemq.command.ActiveMQDestination;
import org.apache.activemq.command.ConnectionInfo;
import org.apache.activemq.command.ConsumerInfo;
import org.apache.activemq.command.Message;
import org.apache.activemq.command.ProducerInfo;
import org.apache.activemq.command.SessionInfo;
import org.apache.activemq.util.BrokerSupport;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Rights by certificate ({@link AccessRules}), in front of ActiveMQ's broker. What is not allowed
 * is refused; a publisher that did not ask for an answer, or that goes on trying, loses its
 * connection.
 *
 * <p>Destinations are made here, in the name of the broker, when somebody first uses one that he
 * may use; a reply queue only by its reader. Nobody removes any.
 */
final class CertificateAuthorizer extends BrokerFilter {
    private static final int MOST_REFUSALS = 16;
    private static final int MOST_PREFETCH = 1_000;

    private final BrokerLimits limits;
    private final Access.Certificates access;
    private final AccessRules rules;
    private final DeliveryRules deliveries;
    private final Refusals refusals;
    private final Members members;
    private final AbandonedReplies abandoned;
    private final Makers makers = new Makers();

    CertificateAuthorizer(
            Broker next, BrokerConfig config, Access.Certificates access, Refusals refusals) {
        super(next);
        this.limits = config.limits();
        this.access = access;
        this.rules = new AccessRules(access.collectives());
        this.deliveries = new DeliveryRules(access.frozen());
        this.refusals = refusals;
        this.members = new Members(limits, refusals);
        this.abandoned = new AbandonedReplies(config.times().queueIdle(), refusals);
    }

    /**
     * Closes the connections whose certificates do not prove their identity any more, or that read
     * what they may not any more, and empties the reply queues that nobody reads.
     */
    void recheck() {
        members.unwelcome(access.identify(), rules)
                .forEach(context -> end(context, "the certificate or a right is gone"));
        abandoned.empty(getDestinationMap().values(), System.nanoTime());
    }

    /** Closes the connections whose certificates have expired by now: cheap, for every second. */
    void expire(Instant now) {
        members.expired(now).forEach(context -> end(context, "the certificate has expired"));
    }

    @Override
    public void addConnection(ConnectionContext context, ConnectionInfo info) throws Exception {
        members.add(context, info.getTransportContext(), access.identify());
        context.setMessageAuthorizationPolicy(deliveries);
        try {
            super.addConnection(context, info);
        } catch (Exception e) {
            members.remove(context);
            throw e;
        }
    }

    @Override
    public void removeConnection(ConnectionContext context, ConnectionInfo info, Throwable error)
            throws Exception {
        members.remove(context);
        super.removeConnection(context, info, error);
    }

    @Override
    public void addSession(ConnectionContext context, SessionInfo info) throws Exception {
        var member = Members.member(context);
        if (member.isPresent()
                && member.get().sessions().incrementAndGet() > limits.perConnection()) {
            throw refuse(context, member.get(), info.isResponseRequired(), "too many sessions", "");
        }
        super.addSession(context, info);
    }

    @Override
    public void removeSession(ConnectionContext context, SessionInfo info) throws Exception {
        Members.member(context).ifPresent(member -> member.sessions().decrementAndGet());
        super.removeSession(context, info);
    }

    @Override
    public Subscription addConsumer(ConnectionContext context, ConsumerInfo info) throws Exception {
        var member = Members.member(context);
        if (member.isPresent()) {
            var who = member.get();
            var named = info.getDestination();
            var sync = info.isResponseRequired();
            var problem = ConsumerRules.problem(rules, who.identity(), info);
            if (problem.isPresent()) {
                throw refuse(context, who, sync, problem.get(), "reading " + named + hint(named));
            }
            ConsumerRules.tame(info, MOST_PREFETCH);
            AccessRules.destination(named).ifPresent(who.readings()::add);
            make(context, who, named, sync);
        }
        return super.addConsumer(context, info);
    }

    @Override
    public void addProducer(ConnectionContext context, ProducerInfo info) throws Exception {
        var member = Members.member(context);
        var named = info.getDestination();
        if (member.isPresent() && named != null) {
            var sync = info.isResponseRequired();
            if (AccessRules.madeByWriting(writable(context, member.get(), named, sync))) {
                make(context, member.get(), named, sync);
            }
        }
        super.addProducer(context, info);
    }

    @Override
    public void send(ProducerBrokerExchange exchange, Message message) throws Exception {
        var context = exchange.getConnectionContext();
        var member = Members.member(context);
        if (member.isPresent()) {
            var who = member.get();
            var named = message.getDestination();
            var sync = message.isResponseRequired();
            var destination = writable(context, who, named, sync);
            slowDown(who, message);
            if (AccessRules.madeByWriting(destination)) {
                make(context, who, named, sync);
            } else if (getDestinations(named).isEmpty()) {
                drop(who, "reply to nobody", "nobody listens at ", named, sync);
                return;
            }
            if (named.isQueue() && !who.allowance().charge(message, getDestinations(named))) {
                drop(who, "too much waits", "too much of yours waits, no more to ", named, sync);
                return;
            }
        }
        super.send(exchange, message);
    }

    /** Who has rights comes by here only for what exists; the rest is the broker's. */
    @Override
    public Destination addDestination(
            ConnectionContext context, ActiveMQDestination named, boolean temporary)
            throws Exception {
        var member = Members.member(context);
        if (member.isPresent() && getDestinations(named).isEmpty()) {
            throw refuse(context, member.get(), true, "making a destination", named.toString());
        }
        return super.addDestination(context, named, temporary);
    }

    @Override
    public void removeDestination(
            ConnectionContext context, ActiveMQDestination named, long timeout) throws Exception {
        var member = Members.member(context);
        if (member.isPresent()) {
            throw refuse(context, member.get(), true, "removing a destination", named.toString());
        }
        super.removeDestination(context, named, timeout);
        makers.forget(named);
    }

    private io.muster.transport.Destination writable(
            ConnectionContext context, Member member, ActiveMQDestination named, boolean sync)
            throws Exception {
        var destination =
                Optional.ofNullable(named)
                        .flatMap(AccessRules::destination)
                        .filter(d -> AccessRules.mayWrite(member.identity(), d));
        if (destination.isEmpty()) {
            throw refuse(context, member, sync, "may not write", "writing " + named);
        }
        return destination.get();
    }

    private void make(
            ConnectionContext context, Member member, ActiveMQDestination named, boolean sync)
            throws Exception {
        if (!getDestinations(named).isEmpty()) {
            return;
        }
        if (!makers.mayMake(named, member.allowance())) {
            throw refuse(context, member, sync, "too many destinations", "making " + named);
        }
        try {
            super.addDestination(BrokerSupport.getConnectionContext(this), named, false);
        } catch (Exception e) {
            makers.forget(named);
            throw e;
        }
    }

    /** The reader is the one who would be waited for; TCP passes the pressure on to the sender. */
    private static void slowDown(Member member, Message message) {
        var broadcast = message.getDestination().isTopic();
        var wait = member.allowance().take(message.getSize(), broadcast, System.nanoTime());
        if (wait.isPositive()) {
            LockSupport.parkNanos(wait.toNanos());
        }
    }

    /** Nobody misses it, as when who asked has gone, unless the sender wants to know. */
    private void drop(
            Member member, String kind, String text, ActiveMQDestination named, boolean sync) {
        refusals.count(kind, name(member), named.toString());
        if (sync) {
            throw new SecurityException(text + named.getPhysicalName());
        }
    }

    private Exception refuse(
            ConnectionContext context, Member member, boolean sync, String kind, String detail) {
        refusals.count(kind, name(member), detail);
        if (member.refusals().incrementAndGet() > MOST_REFUSALS) {
            end(context, "too much was refused");
        }
        var text = name(member) + ": " + kind + (detail.isEmpty() ? "" : ": " + detail);
        return sync ? new SecurityException(text) : new IOException(text);
    }

    private static void end(ConnectionContext context, String reason) {
        context.getConnection().serviceExceptionAsync(new IOException(reason));
    }

    private static String hint(@Nullable ActiveMQDestination named) {
        return named != null && named.isTopic()
                ? " (the collectives of a node: muster ca collectives)"
                : "";
    }

    private static String name(Member member) {
        return member.identity().brief();
    }
}
