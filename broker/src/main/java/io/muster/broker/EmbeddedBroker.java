package io.muster.broker;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.ERROR;

import io.muster.transport.Destination;
import io.muster.transport.jms.ActiveMqDefaults;

import org.apache.activemq.broker.Broker;
import org.apache.activemq.broker.BrokerPlugin;
import org.apache.activemq.broker.BrokerService;
import org.apache.activemq.broker.TransportConnector;
import org.apache.activemq.broker.region.Queue;
import org.apache.activemq.broker.region.RegionBroker;
import org.apache.activemq.command.ActiveMQDestination;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The message bus: ActiveMQ inside this process, behind one door of our own. It is trusted with
 * nothing but carrying messages, and keeps its clients apart from each other.
 */
public final class EmbeddedBroker implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(EmbeddedBroker.class.getName());
    private static final String TICKETS = "jdk.tls.server.newSessionTicketCount";

    /** No ticket lives that long (RFC 8446, section 4.6.1), so Java hands out none. */
    private static final int LONGER_THAN_TICKETS_SECONDS = 7 * 24 * 3_600 + 1;

    static {
        prepareProcess();
    }

    private final BrokerService service;
    private final BusListener listener;
    private final TransportConnector connector;
    private final Refusals refusals;
    private final List<CertificateAuthorizer> authorizers;
    private final CountDownLatch closed = new CountDownLatch(1);

    private EmbeddedBroker(
            BrokerService service,
            BusListener listener,
            TransportConnector connector,
            Refusals refusals,
            List<CertificateAuthorizer> authorizers) {
        this.service = service;
        this.listener = listener;
        this.connector = connector;
        this.refusals = refusals;
        this.authorizers = authorizers;
    }

    /**
     * Sets the system properties that ActiveMQ and TLS read when their classes load: call it first
     * in a program that runs a broker.
     */
    public static void prepareProcess() {
        ActiveMqDefaults.apply();
        if (System.getProperty(TICKETS) == null) {
            System.setProperty(TICKETS, "0");
        }
    }

    /**
     * Starts a broker and returns when it accepts connections.
     *
     * @throws BrokerException if it cannot listen there, or must not
     */
    public static EmbeddedBroker start(BrokerConfig config) {
        return start(config, InstantSource.system());
    }

    /** As {@link #start(BrokerConfig)}, with a clock to compute expiries by. */
    public static EmbeddedBroker start(BrokerConfig config, InstantSource clock) {
        checkExposure(config);
        var refusals = new Refusals();
        var listener = listen(config, refusals);
        try {
            var broker = assemble(config, clock, listener, refusals);
            broker.run(config, clock);
            return broker;
        } catch (Exception e) {
            throw failed(listener, e);
        }
    }

    /** The port it listens on. */
    public int port() {
        return listener.port();
    }

    /** How many clients are connected. */
    public int connections() {
        return connector.getConnections().size();
    }

    /** What was refused since the start: how often each kind. */
    public Map<String, Long> refusals() {
        return refusals.counts();
    }

    /** The names of all queues and topics. */
    public Set<String> destinations() {
        return service.getRegionBroker() instanceof RegionBroker region
                ? region.getDestinationMap().keySet().stream()
                        .map(ActiveMQDestination::getPhysicalName)
                        .collect(Collectors.toCollection(TreeSet::new))
                : Set.of();
    }

    /**
     * Throws away what waits in that queue, if there is such a queue.
     *
     * @throws BrokerException if the broker cannot
     */
    public void purge(Destination destination) {
        var name = destination.name();
        if (!(service.getRegionBroker() instanceof RegionBroker region)) {
            return;
        }
        try {
            for (var each : region.getDestinationMap().entrySet()) {
                if (each.getKey().getPhysicalName().equals(name)
                        && each.getValue() instanceof Queue queue) {
                    queue.purge();
                }
            }
        } catch (Exception e) {
            throw new BrokerException(name + " cannot be emptied: " + e.getMessage(), e);
        }
    }

    /** Looks at the certificates of those connected now, and closes what is not good any more. */
    public void recheck() {
        authorizers.forEach(CertificateAuthorizer::recheck);
    }

    /** Closes all connections; idempotent. */
    @Override
    public void close() {
        closed.countDown();
        try {
            service.stop();
            service.waitUntilStopped();
        } catch (Exception e) {
            LOG.log(DEBUG, "stopping the broker", e);
        }
    }

    private void run(BrokerConfig config, InstantSource clock) throws Exception {
        service.start();
        service.waitUntilStarted();
        Thread.ofVirtual().name("muster-broker-expiry").start(() -> expireInTime(clock));
        Thread.ofVirtual()
                .name("muster-broker-recheck")
                .start(() -> recheckEvery(config.times().recheck()));
    }

    private void expireInTime(InstantSource clock) {
        try {
            while (!closed.await(1, TimeUnit.SECONDS)) {
                authorizers.forEach(authorizer -> authorizer.expire(clock.instant()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void recheckEvery(Duration period) {
        try {
            while (!closed.await(period.toMillis(), TimeUnit.MILLISECONDS)) {
                recheckOnce();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void recheckOnce() {
        try {
            recheck();
        } catch (RuntimeException e) {
            LOG.log(ERROR, "the certificates of those connected cannot be checked", e);
        }
    }

    private static EmbeddedBroker assemble(
            BrokerConfig config, InstantSource clock, BusListener listener, Refusals refusals)
            throws Exception {
        var service = ServiceAssembly.assemble(config, "muster-" + listener.port());
        var connector = connector(listener, config.limits());
        service.addConnector(connector);
        var authorizers = new CopyOnWriteArrayList<CertificateAuthorizer>();
        BrokerPlugin care = next -> new MessageCare(next, config, clock, refusals);
        BrokerPlugin rights = next -> rights(next, config, refusals, authorizers);
        service.setPlugins(new BrokerPlugin[] {care, rights});
        return new EmbeddedBroker(service, listener, connector, refusals, authorizers);
    }

    private static TransportConnector connector(BusListener listener, BrokerLimits limits) {
        var connector = new TransportConnector(listener);
        connector.setName("bus");
        connector.setMaximumConsumersAllowedPerConnection(limits.perConnection());
        connector.setMaximumProducersAllowedPerConnection(limits.perConnection());
        return connector;
    }

    /**
     * The one door of a broker that is not ours: bound, and not accepting yet.
     *
     * @throws BrokerException if it cannot listen there
     */
    static TransportConnector door(BrokerConfig config, Refusals refusals) {
        return connector(listen(config, refusals), config.limits());
    }

    private static Broker rights(
            Broker next,
            BrokerConfig config,
            Refusals refusals,
            List<CertificateAuthorizer> authorizers) {
        return switch (config.access()) {
            case Access.Anyone() -> next;
            case Access.Certificates certificates -> {
                var rights = new CertificateAuthorizer(next, config, certificates, refusals);
                authorizers.add(rights);
                yield rights;
            }
        };
    }

    private static void checkExposure(BrokerConfig config) {
        if (config.access() instanceof Access.Anyone && !loopback(config.host())) {
            throw new BrokerException(
                    "a broker without certificates listens on a loopback address only, not on "
                            + config.host());
        }
    }

    private static boolean loopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** Java asks nobody whether a certificate is still good when a client resumes a session. */
    private static void withoutResumption(Access access) {
        if (access instanceof Access.Certificates certificates) {
            certificates
                    .context()
                    .getServerSessionContext()
                    .setSessionTimeout(LONGER_THAN_TICKETS_SECONDS);
        }
    }

    private static BusListener listen(BrokerConfig config, Refusals refusals) {
        withoutResumption(config.access());
        var where = config.host() + ":" + config.port();
        try {
            return new BusListener(config, refusals);
        } catch (BindException e) {
            throw new BrokerException(
                    "cannot listen on "
                            + where
                            + ": "
                            + e.getMessage()
                            + "; is a broker running there?",
                    e);
        } catch (IOException e) {
            throw new BrokerException("cannot listen on " + where + ": " + e.getMessage(), e);
        }
    }

    private static BrokerException failed(BusListener listener, Exception failure) {
        try {
            listener.stop();
        } catch (Exception e) {
            failure.addSuppressed(e);
        }
        return new BrokerException("the broker does not start: " + failure.getMessage(), failure);
    }
}
