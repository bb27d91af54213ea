package io.muster.transport.jms;

import io.muster.message.Escape;
import io.muster.message.Identity;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

import javax.net.ssl.SSLContext;

/**
 * How to reach the bus. Nothing else of ActiveMQ can be set: its URLs have options that weaken it.
 *
 * @param brokers tried in random order; the first that answers is taken
 * @param clientId what the broker knows the connection by, see {@link #clientId}; a second
 *     connection with the same one takes over from the first
 * @param inactivity after how long without a sign of life the connection counts as lost; noticed
 *     within twice that
 * @param connectLimit how long one attempt at one broker may take
 * @param backoff pauses between attempts
 */
public record JmsConnectionConfig(
        List<BrokerAddress> brokers,
        Wire wire,
        String clientId,
        Duration inactivity,
        Duration connectLimit,
        Backoff backoff) {

    private static final Pattern CLIENT_ID =
            Pattern.compile("[a-z]{1,10}/[a-z0-9._-]{1,63}(/[A-Za-z0-9-]{1,32})?");

    public JmsConnectionConfig {
        if (brokers.isEmpty()) {
            throw new IllegalArgumentException("no broker to connect to");
        }
        if (!CLIENT_ID.matcher(clientId).matches()) {
            throw new IllegalArgumentException("not a client id: " + Escape.quoted(clientId));
        }
        if (inactivity.toMillis() < 10 || connectLimit.toMillis() < 1) {
            throw new IllegalArgumentException(
                    "too short: inactivity " + inactivity + ", connect limit " + connectLimit);
        }
        brokers = List.copyOf(brokers);
    }

    /** The usual settings, over TLS. */
    public static JmsConnectionConfig tls(
            List<BrokerAddress> brokers, SSLContext context, String clientId) {
        return usual(brokers, new Wire.Tls(context), clientId);
    }

    /** The usual settings without TLS: only for tests and measurements on one machine. */
    public static JmsConnectionConfig plain(List<BrokerAddress> brokers, String clientId) {
        return usual(brokers, new Wire.Plain(), clientId);
    }

    /** The client id of somebody who has one connection at a time, as a node has. */
    public static String clientId(Identity who) {
        return who.brief();
    }

    /**
     * The client id of one of several processes of an operator or hub.
     *
     * @param process letters, digits and hyphens, at most 32, random
     */
    public static String clientId(Identity who, String process) {
        return who.brief() + "/" + process;
    }

    /** The same with another time limit for each attempt. */
    public JmsConnectionConfig withConnectLimit(Duration limit) {
        return new JmsConnectionConfig(brokers, wire, clientId, inactivity, limit, backoff);
    }

    /** The same with other pauses. */
    public JmsConnectionConfig withBackoff(Backoff other) {
        return new JmsConnectionConfig(brokers, wire, clientId, inactivity, connectLimit, other);
    }

    /** The same with another limit for silence. */
    public JmsConnectionConfig withInactivity(Duration limit) {
        return new JmsConnectionConfig(brokers, wire, clientId, limit, connectLimit, backoff);
    }

    private static JmsConnectionConfig usual(
            List<BrokerAddress> brokers, Wire wire, String clientId) {
        return new JmsConnectionConfig(
                brokers,
                wire,
                clientId,
                Duration.ofSeconds(15),
                Duration.ofSeconds(30),
                Backoff.DEFAULT);
    }
}
