package io.muster.broker;

import static java.lang.System.Logger.Level.ERROR;

import io.muster.documents.LockOperators;
import io.muster.message.Collective;
import io.muster.message.NodeId;
import io.muster.security.Credentials;
import io.muster.security.Tls;
import io.muster.transport.jms.BrokerAddress;

import org.apache.activemq.broker.Broker;
import org.apache.activemq.broker.BrokerPlugin;
import org.apache.activemq.broker.BrokerService;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes an ActiveMQ that somebody runs by himself as strict as our own broker: named in its {@code
 * activemq.xml} as a plug-in, it opens the one door that such a broker may have, and stands behind
 * it with the same rights, limits and care. {@code muster broker external} prints how.
 *
 * <p>A broker that has another door, or is set to do more than carry messages, does not start: what
 * weakens it is named.
 */
public final class MusterPlugin implements BrokerPlugin {
    static {
        EmbeddedBroker.prepareProcess();
    }

    private static final System.Logger LOG = System.getLogger(MusterPlugin.class.getName());

    private BrokerAddress listen = new BrokerAddress("0.0.0.0", BrokerAddress.DEFAULT_PORT);
    private Path credentials = Path.of("/etc/muster/broker");
    private Set<Collective> collectives = Set.of(Collective.MAIN);
    private Optional<Path> memberships = Optional.empty();
    private Optional<Path> documents = Optional.empty();
    private LockOperators mayLock = new LockOperators(List.of());

    /** Where to listen, {@code host:port}. */
    public void setListen(String where) {
        listen = BrokerAddress.parse(where);
    }

    /** The directory of {@code broker.key}, {@code broker.crt} and {@code trust.pem}. */
    public void setCredentials(String directory) {
        credentials = Path.of(directory);
    }

    /** The collectives, with commas between, of every node that the next file does not name. */
    public void setCollectives(String names) {
        collectives = each(names).map(Collective::new).collect(Collectors.toUnmodifiableSet());
    }

    private static Stream<String> each(String names) {
        return Stream.of(names.split(",", -1)).map(String::strip);
    }

    /** A file with a line for each node that is in others: {@code NODE COLLECTIVE COLLECTIVE}. */
    public void setMemberships(String file) {
        memberships = Optional.of(Path.of(file));
    }

    /**
     * The directory of revocation lists, locks and the trust set, as the hub keeps one; {@code
     * documents} in that of the credentials unless told otherwise. There is no broker without.
     */
    public void setDocuments(String directory) {
        documents = Optional.of(Path.of(directory));
    }

    /**
     * Whose locks count, {@code operator/NAME} with commas between; every operator's if not set.
     */
    public void setLockOperators(String names) {
        mayLock = new LockOperators(each(names).toList());
    }

    @Override
    public Broker installPlugin(Broker next) throws Exception {
        var service = next.getBrokerService();
        refuse(weaknesses(service));
        var clock = InstantSource.system();
        var own = Credentials.load(credentials, "broker");
        var known =
                new DocumentDirectory(
                        documents.orElseGet(() -> credentials.resolve("documents")),
                        own.trust(),
                        mayLock,
                        clock);
        var config = BrokerConfig.secure(listen, Tls.mutual(own), known::identify, collectives());
        ServiceAssembly.limit(service, config);
        var refusals = new Refusals();
        var rights =
                new CertificateAuthorizer(
                        new MessageCare(next, config, clock, refusals),
                        config,
                        (Access.Certificates) config.access(),
                        refusals);
        service.addConnector(EmbeddedBroker.door(config, refusals));
        Thread.ofPlatform()
                .daemon()
                .name("muster-recheck")
                .start(() -> watch(service, known, rights, config.times().recheck()));
        return rights;
    }

    private Function<NodeId, Set<Collective>> collectives() {
        return memberships
                .<Function<NodeId, Set<Collective>>>map(
                        file -> new MembershipFile(file, collectives)::of)
                .orElse(_ -> collectives);
    }

    private static void refuse(List<String> weaknesses) {
        if (!weaknesses.isEmpty()) {
            throw new BrokerException(
                    "this broker must not carry a fleet: " + String.join("; ", weaknesses));
        }
    }

    private static List<String> weaknesses(BrokerService service) {
        var weak = new ArrayList<String>();
        add(weak, !service.getTransportConnectors().isEmpty(), "it has <transportConnectors>");
        add(weak, !service.getNetworkConnectors().isEmpty(), "it has <networkConnectors>");
        add(weak, !service.getProxyConnectors().isEmpty(), "it has <proxyConnectors>");
        // a store brings queues back that nobody who is connected has a right to make
        add(weak, service.isPersistent(), "persistent is not \"false\"");
        add(weak, service.isUseJmx(), "useJmx is not \"false\"");
        add(weak, service.isAdvisorySupport(), "advisorySupport is not \"false\"");
        add(weak, service.isSchedulerSupport(), "schedulerSupport is not \"false\"");
        add(weak, service.isUseVirtualTopics(), "useVirtualTopics is not \"false\"");
        return weak;
    }

    private static void add(List<String> weak, boolean is, String weakness) {
        if (is) {
            weak.add(weakness);
        }
    }

    /** Each second: what is new and what has expired; now and then everybody who is connected. */
    private static void watch(
            BrokerService service,
            DocumentDirectory documents,
            CertificateAuthorizer rights,
            Duration recheck) {
        var rounds = recheck.toSeconds();
        try {
            for (long round = 1; !service.isStopped(); round++) {
                TimeUnit.SECONDS.sleep(1);
                round(documents, rights, round % rounds == 0);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void round(
            DocumentDirectory documents, CertificateAuthorizer rights, boolean everybody) {
        attempt(() -> rights.expire(Instant.now()));
        attempt(
                () -> {
                    if (documents.refresh()) {
                        rights.recheck();
                    }
                });
        if (everybody) {
            attempt(rights::recheck);
        }
    }

    /** Whatever goes wrong once must not be silent, nor end it. */
    private static void attempt(Runnable deed) {
        try {
            deed.run();
        } catch (RuntimeException e) {
            LOG.log(ERROR, "the certificates of those connected cannot be checked", e);
        }
    }
}
