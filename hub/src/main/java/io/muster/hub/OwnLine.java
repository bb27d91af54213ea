package io.muster.hub;

import io.muster.security.Credentials;
import io.muster.security.Tls;
import io.muster.threads.Threads;
import io.muster.transport.Destination;
import io.muster.transport.EchoPace;
import io.muster.transport.HearingTransport;
import io.muster.transport.Transport;
import io.muster.transport.jms.BrokerAddress;
import io.muster.transport.jms.JmsConnectionConfig;
import io.muster.transport.jms.JmsTransport;

import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** The hub's own connection to the bus, and whether it still hears there. */
final class OwnLine implements AutoCloseable {
    private final Credentials credentials;
    private final JmsTransport line;
    private final HearingTransport transport;

    private OwnLine(Credentials credentials, JmsTransport line, HearingTransport transport) {
        this.credentials = credentials;
        this.line = line;
        this.transport = transport;
    }

    /**
     * Connects, in the background. Other hubs may read the same queues.
     *
     * @param echo after how long without a message it sends itself one
     * @param deaf told that nothing arrives, over a new connection neither
     */
    static OwnLine open(
            BrokerAddress address,
            Credentials credentials,
            BusWatch watch,
            Duration echo,
            Consumer<String> deaf,
            InstantSource clock,
            RandomGenerator random,
            Threads threads) {
        var process = HexFormat.of().toHexDigits(random.nextLong());
        var tls =
                JmsConnectionConfig.tls(
                        List.of(address),
                        Tls.mutual(credentials),
                        JmsConnectionConfig.clientId(credentials.identity(), process));
        var line = JmsTransport.open(tls, watch);
        var transport =
                new HearingTransport(
                        line,
                        Set.of(new Destination.Hub(), new Destination.Announcements()),
                        EchoPace.SHARED.withQuiet(echo),
                        line::cut,
                        deaf,
                        clock,
                        random,
                        threads);
        transport.start();
        return new OwnLine(credentials, line, transport);
    }

    Transport transport() {
        return transport;
    }

    /** A connection shows the certificate that it was made with for as long as it lasts. */
    void renewed(Credentials those) {
        if (those.equals(credentials)) {
            line.reconnect();
        }
    }

    @Override
    public void close() {
        transport.close();
    }
}
