package io.muster.broker;

import io.muster.message.Identity;
import io.muster.transport.Transport;
import io.muster.transport.TransportContract;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract over JMS, on our own broker, with TLS and rights. */
class EmbeddedBrokerContractTest extends TransportContract {
    private static BrokerFixture bus;

    @BeforeAll
    static void start() {
        bus = new BrokerFixture();
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
