package io.muster.broker;

import io.muster.message.Collective;
import io.muster.message.Identity;
import io.muster.message.NodeId;
import io.muster.security.TestFleet;
import io.muster.transport.Transport;
import io.muster.transport.TransportContract;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

import java.util.Set;

/** The contract over JMS, on our own broker, with TLS and rights. */
class EmbeddedBrokerContractTest extends TransportContract {
    private static final int TOKEN = 12;
    private static BrokerFixture bus;

    @BeforeAll
    static void start() {
        bus = new BrokerFixture(TestFleet.create(), EmbeddedBrokerContractTest::open);
    }

    /** Every node is in the collective of its test, whose names end alike. */
    private static BrokerConfig open(BrokerConfig config) {
        var certificates = (Access.Certificates) config.access();
        return new BrokerConfig(
                config.host(),
                config.port(),
                new Access.Certificates(
                        certificates.context(),
                        certificates.identify(),
                        node -> Set.of(collective(node))),
                config.storage(),
                config.limits(),
                config.times());
    }

    private static Collective collective(NodeId node) {
        return new Collective("c" + node.value().substring(node.value().length() - TOKEN));
    }

    @AfterAll
    static void stop() {
        bus.close();
    }

    @Override
    protected Transport open(Identity who) {
        return bus.connect(
                switch (who.role()) {
                    case NODE -> bus.fleet().node(who.name());
                    case OPERATOR -> bus.fleet().operator(who.name());
                    case HUB, BROKER -> bus.fleet().hub();
                });
    }
}
