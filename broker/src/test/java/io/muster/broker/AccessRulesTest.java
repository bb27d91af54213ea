package io.muster.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.message.Collective;
import io.muster.message.Identity;
import io.muster.message.NodeId;
import io.muster.message.ReplyAddress;
import io.muster.message.Role;
import io.muster.transport.Destination;

import org.apache.activemq.command.ActiveMQQueue;
import org.apache.activemq.command.ActiveMQTempQueue;
import org.apache.activemq.command.ActiveMQTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Stream;

class AccessRulesTest {
    private static final Identity ALICE = new Identity("test", Role.OPERATOR, "alice");
    private static final Identity BOB = new Identity("test", Role.OPERATOR, "bob");
    private static final Identity HUB = new Identity("test", Role.HUB, "hub");
    private static final Identity BROKER = new Identity("test", Role.BROKER, "broker");
    private static final Identity ONE = Identity.node("test", new NodeId("n-1"));
    private static final Identity TWO = Identity.node("test", new NodeId("n-2"));
    private static final List<Identity> EVERYBODY = List.of(ALICE, BOB, HUB, BROKER, ONE, TWO);

    private static final AccessRules RULES =
            new AccessRules(
                    node ->
                            node.equals(TWO.nodeId())
                                    ? Set.of(Collective.MAIN, new Collective("dr"))
                                    : Set.of(Collective.MAIN));

    private static final Destination REQUESTS = new Destination.Requests(Collective.MAIN);
    private static final Destination NODE_ONE = new Destination.Node(new NodeId("n-1"));
    private static final Destination ALICES = new Destination.Replies(ReplyAddress.of(ALICE, "0"));
    private static final Destination ANNOUNCEMENTS = new Destination.Announcements();
    private static final Destination QUESTIONS = new Destination.Hub();

    @Test
    void readersAreThese() {
        assertThat(who(RULES::mayRead, REQUESTS)).containsExactly(ONE, TWO);
        assertThat(who(RULES::mayRead, NODE_ONE)).containsExactly(ONE);
        assertThat(who(RULES::mayRead, ALICES)).containsExactly(ALICE);
        assertThat(who(RULES::mayRead, ANNOUNCEMENTS)).containsExactly(HUB);
        assertThat(who(RULES::mayRead, QUESTIONS)).containsExactly(HUB);
    }

    @Test
    void requestsAreReadByTheNodesOfTheCollective() {
        var dr = new Destination.Requests(new Collective("dr"));
        var invented = new Destination.Requests(new Collective("invented"));

        assertThat(who(RULES::mayRead, dr)).containsExactly(TWO);
        assertThat(who(RULES::mayRead, invented)).isEmpty();
    }

    @Test
    void writersAreThese() {
        assertThat(who(AccessRules::mayWrite, REQUESTS)).containsExactly(ALICE, BOB, HUB);
        assertThat(who(AccessRules::mayWrite, NODE_ONE)).containsExactly(ALICE, BOB, HUB, ONE);
        assertThat(who(AccessRules::mayWrite, ALICES)).containsExactly(HUB, ONE, TWO);
        assertThat(who(AccessRules::mayWrite, ANNOUNCEMENTS)).containsExactly(HUB, ONE, TWO);
        assertThat(who(AccessRules::mayWrite, QUESTIONS)).containsExactly(ALICE, BOB, HUB);
    }

    @Test
    void ourDestinationsAreRecognised() {
        Stream.of(REQUESTS, NODE_ONE, ALICES, ANNOUNCEMENTS, QUESTIONS)
                .forEach(
                        d ->
                                assertThat(
                                                AccessRules.destination(
                                                        d.broadcast()
                                                                ? new ActiveMQTopic(d.name())
                                                                : new ActiveMQQueue(d.name())))
                                        .contains(d));
    }

    @Test
    void queuesAndTopicsAreNotMixedUp() {
        assertThat(AccessRules.destination(new ActiveMQTopic("muster.node.n-1"))).isEmpty();
        assertThat(AccessRules.destination(new ActiveMQQueue("muster.requests.main"))).isEmpty();
        assertThat(AccessRules.destination(new ActiveMQTempQueue("muster.node.n-1"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ">",
                "*",
                "muster.>",
                "muster.node.*",
                "muster.node.n-1,muster.node.n-2",
                "muster.node.n-1,topic://muster.requests.main",
                "muster.node.",
                "muster.node",
                "muster.node.N-1",
                "muster.node.n-1.x",
                "muster.node. n-1",
                "Muster.node.n-1",
                "muster.node.n-1?consumer.selector=x",
                "muster.hub.x",
                "muster.reply.0123456789abcdef0123456789abcdef",
                "muster.reply.0123456789abcdef0123456789abcdef.",
                "muster.reply.0123456789abcdef0123456789abcdef.>",
                "ActiveMQ.Advisory.Connection",
                "ActiveMQ.DLQ",
                "VirtualTopic.muster",
                "other"
            })
    void nothingElseIsOurs(String name) {
        assertThat(AccessRules.destination(new ActiveMQQueue(name))).isEmpty();
        assertThat(AccessRules.destination(new ActiveMQTopic(name))).isEmpty();
    }

    private static List<Identity> who(
            BiPredicate<Identity, Destination> may, Destination destination) {
        return EVERYBODY.stream().filter(i -> may.test(i, destination)).toList();
    }
}
