package io.muster.broker;

import static org.awaitility.Awaitility.await;

import io.muster.message.Collective;
import io.muster.message.Identity;
import io.muster.message.NodeId;
import io.muster.security.Credentials;
import io.muster.security.TestFleet;
import io.muster.security.Tls;
import io.muster.transport.jms.Backoff;
import io.muster.transport.jms.BrokerAddress;
import io.muster.transport.jms.JmsConnectionConfig;
import io.muster.transport.jms.JmsTransport;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;

/** A broker with certificates, the fleet that made them, and clients; all closed together. */
final class BrokerFixture implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(20);

    private final TestFleet fleet;
    private final UnaryOperator<BrokerConfig> settings;
    private final List<AutoCloseable> opened = new ArrayList<>();
    private EmbeddedBroker broker;

    BrokerFixture() {
        this(TestFleet.create(), UnaryOperator.identity());
    }

    BrokerFixture(TestFleet fleet, UnaryOperator<BrokerConfig> settings) {
        this.fleet = fleet;
        this.settings = settings;
        this.broker = EmbeddedBroker.start(config());
    }

    BrokerConfig config() {
        var trust = fleet.trust();
        return settings.apply(
                BrokerConfig.secure(
                                new BrokerAddress("127.0.0.1", 1),
                                Tls.mutual(fleet.broker()),
                                chain -> trust.identify(chain, Instant.now()),
                                BrokerFixture::collectives)
                        .withPort(0));
    }

    /** Every node is in the usual one, and those whose id says so in another. */
    private static Set<Collective> collectives(NodeId node) {
        return node.value().startsWith("dr-")
                ? Set.of(Collective.MAIN, new Collective("dr"))
                : Set.of(Collective.MAIN);
    }

    TestFleet fleet() {
        return fleet;
    }

    EmbeddedBroker broker() {
        return broker;
    }

    /** Stops the broker; its port stays reserved for a restart. */
    void stop() {
        broker.close();
    }

    /** A new broker on the old port. */
    void restart(int port) {
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(
                        () -> {
                            broker = EmbeddedBroker.start(config().withPort(port));
                            return true;
                        });
    }

    /** Settings of a client with these credentials. */
    JmsConnectionConfig client(Credentials who) {
        return JmsConnectionConfig.tls(
                        List.of(new BrokerAddress("localhost", broker.port())),
                        Tls.mutual(who),
                        clientId(who.identity()))
                .withBackoff(new Backoff(Duration.ofMillis(20), Duration.ofMillis(200)));
    }

    /** Connected. */
    JmsTransport connect(Credentials who) {
        return keep(JmsTransport.connect(client(who), PATIENCE));
    }

    <T extends AutoCloseable> T keep(T closed) {
        opened.add(closed);
        return closed;
    }

    @Override
    public void close() {
        for (var o : opened.reversed()) {
            try {
                o.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
        broker.close();
    }

    private static String clientId(Identity who) {
        return switch (who.role()) {
            case NODE, BROKER -> JmsConnectionConfig.clientId(who);
            case OPERATOR, HUB ->
                    JmsConnectionConfig.clientId(
                            who,
                            HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()));
        };
    }
}
