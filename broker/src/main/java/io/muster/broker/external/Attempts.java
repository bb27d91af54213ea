package io.muster.broker.external;

import io.muster.message.Identity;
import io.muster.message.ReplyAddress;
import io.muster.message.Role;
import io.muster.transport.Transport;

import jakarta.jms.Queue;
import jakarta.jms.Session;

import org.apache.activemq.command.ActiveMQDestination;
import org.apache.activemq.command.ActiveMQQueue;
import org.apache.activemq.command.ActiveMQTopic;
import org.apache.activemq.command.BrokerInfo;
import org.apache.activemq.command.ConnectionId;
import org.apache.activemq.command.DestinationInfo;
import org.apache.activemq.command.RemoveSubscriptionInfo;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What somebody with a good certificate tries. Nothing of it does harm where it succeeds: names are
 * made up, and messages mean nothing to anybody.
 */
final class Attempts {
    private static final ActiveMQDestination REQUESTS = topic("muster.requests.main");
    private static final ActiveMQDestination ANNOUNCEMENTS = queue("muster.announcements");
    private static final ActiveMQDestination HUB = queue("muster.hub");

    private final Identity self;
    private final String somebody;

    /**
     * As that node or operator.
     *
     * @param somebody the name of another one, made up
     */
    Attempts(Identity self, String somebody) {
        this.self = self;
        this.somebody = somebody;
    }

    /** All of them. */
    List<Attempt> all() {
        var own = self.role() == Role.NODE ? node() : operator();
        return Stream.of(own, names(), features(), administration()).flatMap(List::stream).toList();
    }

    private ActiveMQDestination own() {
        return self.role() == Role.NODE
                ? queue("muster.node." + self.name())
                : queue("muster.reply." + ReplyAddress.of(self, "c"));
    }

    /** Where it may write; for a node. */
    private ActiveMQDestination outlet() {
        return self.role() == Role.NODE ? ANNOUNCEMENTS : HUB;
    }

    private ActiveMQDestination others() {
        return queue("muster.node." + somebody);
    }

    private ActiveMQDestination othersReplies() {
        var other = new Identity(self.fleet(), Role.OPERATOR, somebody);
        return queue("muster.reply." + ReplyAddress.of(other, "c"));
    }

    private List<Attempt> node() {
        var all = new ArrayList<Attempt>();
        all.add(Attempt.allowed("read its own queue", p -> read(p, own())));
        all.add(Attempt.allowed("write announcements", p -> producer(p, ANNOUNCEMENTS)));
        all.add(Attempt.allowed("write its own queue", p -> producer(p, own())));
        for (var to : List.of(REQUESTS, others(), HUB, queue("check." + somebody))) {
            all.add(Attempt.refused("write " + name(to), p -> p.write(to)));
        }
        all.addAll(reading(others(), othersReplies(), ANNOUNCEMENTS, HUB));
        return all;
    }

    private List<Attempt> operator() {
        var all = new ArrayList<Attempt>();
        all.add(Attempt.allowed("read its own replies", p -> read(p, own())));
        all.add(Attempt.allowed("write requests", p -> producer(p, REQUESTS)));
        for (var to : List.of(othersReplies(), ANNOUNCEMENTS, queue("check." + somebody))) {
            all.add(Attempt.refused("write " + name(to), p -> p.write(to)));
        }
        all.addAll(reading(others(), othersReplies(), REQUESTS, ANNOUNCEMENTS, HUB));
        return all;
    }

    private List<Attempt> reading(ActiveMQDestination... places) {
        var all = new ArrayList<>(List.of(places));
        all.add(topic("muster.requests.check-" + somebody));
        all.add(queue("check." + somebody));
        all.add(queue("muster.>"));
        all.add(queue(">"));
        all.add(topic("muster.requests.*"));
        all.add(queue(own().getPhysicalName() + "," + others().getPhysicalName()));
        all.add(topic("ActiveMQ.Advisory.>"));
        return all.stream()
                .map(from -> Attempt.refused("read " + name(from), p -> read(p, from)))
                .toList();
    }

    private List<Attempt> names() {
        var me = self.brief();
        var other = self.role().word() + "/" + somebody;
        return List.of(
                Attempt.refused(
                        "connect under another's client id", p -> call(p, me + "/1", other)),
                Attempt.refused("connect without a client id", p -> call(p, me + "/1", "")),
                Attempt.refused("name its connection like another's", p -> call(p, other, me)),
                Attempt.refused(
                        "connect twice in one",
                        p -> {
                            call(p, me + "/1", me);
                            p.connect(me + "/2", me);
                        }));
    }

    private static void call(Probe probe, String connectionId, String clientId) throws Exception {
        probe.open();
        probe.connect(connectionId, clientId);
    }

    private List<Attempt> features() {
        return List.of(
                Attempt.refused(
                        "browse its own queue",
                        p -> p.session().createBrowser((Queue) own()).getEnumeration()),
                Attempt.refused(
                        "read with a selector", p -> p.session().createConsumer(own(), "x = 1")),
                Attempt.refused("pull", p -> read(p, queue(pulled()))),
                Attempt.refused("make a durable subscription", Attempts::subscribe),
                Attempt.refused("make a temporary queue", p -> p.session().createTemporaryQueue()),
                Attempt.refused("make a temporary topic", p -> p.session().createTemporaryTopic()),
                Attempt.refused("write in a transaction", this::transact),
                Attempt.refused(
                        "write text",
                        p -> {
                            var session = p.session();
                            Probe.send(session, outlet(), session.createTextMessage("check"));
                        }),
                Attempt.refused("write compressed bytes", this::compress),
                Attempt.refused("write too much at once", this::swell));
    }

    private String pulled() {
        return own().getPhysicalName() + "?consumer.prefetchSize=0";
    }

    private static void subscribe(Probe probe) throws Exception {
        var session = probe.session();
        session.createDurableSubscriber((ActiveMQTopic) REQUESTS, "check").close();
        session.unsubscribe("check");
    }

    private void transact(Probe probe) throws Exception {
        var session = probe.connection().createSession(true, Session.SESSION_TRANSACTED);
        var message = session.createBytesMessage();
        Probe.send(session, outlet(), message);
        session.rollback();
    }

    private void compress(Probe probe) throws Exception {
        var session =
                probe.connection(factory -> factory.setUseCompression(true))
                        .createSession(false, Session.AUTO_ACKNOWLEDGE);
        var message = session.createBytesMessage();
        message.writeBytes(new byte[10_000]);
        Probe.send(session, outlet(), message);
    }

    private void swell(Probe probe) throws Exception {
        var session = probe.session();
        var message = session.createBytesMessage();
        message.writeBytes(new byte[2 * Transport.MAX_BODY + 1]);
        Probe.send(session, outlet(), message);
    }

    private List<Attempt> administration() {
        var me = self.brief() + "/1";
        return List.of(
                Attempt.refused("make a queue", p -> order(p, DestinationInfo.ADD_OPERATION_TYPE)),
                Attempt.refused(
                        "remove a queue", p -> order(p, DestinationInfo.REMOVE_OPERATION_TYPE)),
                Attempt.refused(
                        "remove another's subscription",
                        p -> {
                            call(p, me, self.brief());
                            var durable = new RemoveSubscriptionInfo();
                            durable.setConnectionId(new ConnectionId(me));
                            durable.setClientId(self.role().word() + "/" + somebody);
                            durable.setSubscriptionName("check");
                            p.say(durable);
                        }),
                Attempt.refused(
                        "speak as a broker",
                        p -> {
                            call(p, me, self.brief());
                            p.say(new BrokerInfo());
                        }));
    }

    private void order(Probe probe, byte operation) throws Exception {
        var me = self.brief() + "/1";
        call(probe, me, self.brief());
        var info = new DestinationInfo();
        info.setConnectionId(new ConnectionId(me));
        info.setOperationType(operation);
        info.setDestination(queue("check." + somebody));
        probe.say(info);
    }

    private static void read(Probe probe, ActiveMQDestination from) throws Exception {
        probe.session().createConsumer(from).close();
    }

    private static void producer(Probe probe, ActiveMQDestination to) throws Exception {
        probe.session().createProducer(to).close();
    }

    private static String name(ActiveMQDestination destination) {
        return destination.getPhysicalName();
    }

    private static ActiveMQDestination queue(String name) {
        return new ActiveMQQueue(name);
    }

    private static ActiveMQDestination topic(String name) {
        return new ActiveMQTopic(name);
    }
}
