package io.muster.broker;

import io.muster.message.Collective;
import io.muster.message.Identity;
import io.muster.message.NodeId;
import io.muster.transport.jms.BrokerAddress;

import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

import javax.net.ssl.SSLContext;

/**
 * Everything that can be set of a broker.
 *
 * @param host the address to listen on, or a name of it; {@code 0.0.0.0} for all
 * @param port the port to listen on; 0 for any free one
 */
public record BrokerConfig(
        String host,
        int port,
        Access access,
        Storage storage,
        BrokerLimits limits,
        BrokerTimes times) {

    public BrokerConfig {
        if (host.isBlank() || port < 0 || port > 65_535) {
            throw new IllegalArgumentException("nothing to listen on: " + host + ":" + port);
        }
    }

    /** The usual broker: certificates, memory. */
    public static BrokerConfig secure(
            BrokerAddress listen,
            SSLContext context,
            Function<X509Certificate[], Optional<Identity>> identify,
            Function<NodeId, Set<Collective>> collectives) {
        return secure(listen, new Access.Certificates(context, identify, collectives));
    }

    /** The same, for whom that says. */
    public static BrokerConfig secure(BrokerAddress listen, Access.Certificates access) {
        return new BrokerConfig(
                listen.host(),
                listen.port(),
                access,
                new Storage.Memory(),
                BrokerLimits.usual(),
                BrokerTimes.usual());
    }

    /**
     * Without TLS and rights, for tests and measurements: any free port of the loopback address.
     */
    public static BrokerConfig plain() {
        return new BrokerConfig(
                "127.0.0.1",
                0,
                new Access.Anyone(),
                new Storage.Memory(),
                BrokerLimits.usual(),
                BrokerTimes.usual());
    }

    /** The same on another port; 0 for any free one. */
    public BrokerConfig withPort(int other) {
        return new BrokerConfig(host, other, access, storage, limits, times);
    }

    /** The same with another place for messages. */
    public BrokerConfig withStorage(Storage other) {
        return new BrokerConfig(host, port, access, other, limits, times);
    }

    /** The same with other limits. */
    public BrokerConfig withLimits(BrokerLimits other) {
        return new BrokerConfig(host, port, access, storage, other, times);
    }

    /** The same with other times. */
    public BrokerConfig withTimes(BrokerTimes other) {
        return new BrokerConfig(host, port, access, storage, limits, other);
    }
}
