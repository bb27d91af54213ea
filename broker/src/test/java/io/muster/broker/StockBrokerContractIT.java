package io.muster.broker;

import io.muster.message.Identity;
import io.muster.message.Role;
import io.muster.security.Credentials;
import io.muster.security.TestFleet;
import io.muster.security.Tls;
import io.muster.transport.Transport;
import io.muster.transport.TransportContract;
import io.muster.transport.jms.BrokerAddress;
import io.muster.transport.jms.JmsConnectionConfig;
import io.muster.transport.jms.JmsTransport;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** The contract over JMS and mutual TLS, on an ActiveMQ of another process that is not ours. */
class StockBrokerContractIT extends TransportContract {
    private static final TestFleet AUTHORITY = TestFleet.create();
    private static StockBrokerProcess broker;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        broker = StockBrokerProcess.start(AUTHORITY.broker(), directory);
    }

    @AfterAll
    static void stop() throws Exception {
        broker.close();
    }

    @Override
    protected Transport open(Identity who) {
        var config =
                JmsConnectionConfig.tls(
                        List.of(new BrokerAddress("localhost", broker.port())),
                        Tls.mutual(credentials(who)),
                        JmsConnectionConfig.clientId(
                                who, UUID.randomUUID().toString().substring(0, 8)));
        return JmsTransport.connect(config, Duration.ofSeconds(10));
    }

    private static Credentials credentials(Identity who) {
        return who.role() == Role.OPERATOR
                ? AUTHORITY.operator(who.name())
                : who.role() == Role.HUB ? AUTHORITY.hub() : AUTHORITY.node(who.name());
    }
}
