package io.muster.hub;

import io.muster.broker.BrokerTimes;
import io.muster.config.ConfigException;
import io.muster.config.Settings;
import io.muster.documents.LockOperators;
import io.muster.hub.enrolment.EnrolmentService;
import io.muster.hub.presence.PresenceTimes;
import io.muster.hub.queue.QueueTerms;
import io.muster.hub.registry.redis.RedisPlace;
import io.muster.message.Collective;
import io.muster.message.Endpoint;
import io.muster.message.Spans;
import io.muster.transport.EchoPace;
import io.muster.transport.jms.BrokerAddress;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Everything that can be set of a hub.
 *
 * @param ca the authority's directory
 * @param state the hub's own directory
 * @param listen where the broker listens, if it is the hub's own
 * @param enrol where machines ask to join
 * @param broker an external broker instead of the hub's own
 * @param copy where signed documents are kept besides, for an external broker
 * @param collectives which a new node is in
 * @param maxNodes the most nodes to know
 * @param lockOperators whose locks close connections here; empty for every operator's
 * @param times how patient presence is
 * @param redis the registry of several hubs; without it the hub keeps its own
 * @param queue what is kept for nodes that are away
 * @param echo after how long without a message it sends itself one, to see whether it still hears
 * @param lost after how long without a sign of life its own broker gives a connection up
 */
public record HubConfig(
        Path ca,
        Path state,
        ListenAddress listen,
        ListenAddress enrol,
        Optional<BrokerAddress> broker,
        Optional<Path> copy,
        List<Collective> collectives,
        int maxNodes,
        List<String> lockOperators,
        PresenceTimes times,
        Optional<RedisPlace> redis,
        QueueTerms queue,
        Duration echo,
        Duration lost) {
    /** Where the authority is unless told otherwise. */
    public static final Path CA = Path.of("/var/lib/muster/ca");

    /** Where the settings are unless told otherwise. */
    public static final Path FILE = Path.of("/etc/muster/hub.conf");

    private static final Path STATE = Path.of("/var/lib/muster/hub");
    private static final String EVERYWHERE = "0.0.0.0";
    private static final int MAX_NODES = 20_000;
    private static final Duration LONGEST_SPREAD = Duration.ofHours(1);
    private static final Duration SOONEST_LOST = Duration.ofSeconds(2);

    public HubConfig {
        collectives = List.copyOf(collectives);
        lockOperators = List.copyOf(lockOperators);
        if (collectives.isEmpty()) {
            throw new IllegalArgumentException("a node is in one collective at least");
        }
        if (maxNodes < 1) {
            throw new IllegalArgumentException("max-nodes from 1");
        }
    }

    /**
     * Reads a file's settings.
     *
     * @throws io.muster.config.ConfigException with every problem at once
     */
    public static HubConfig of(Settings settings) {
        var usual = PresenceTimes.DEFAULT;
        var config =
                new HubConfig(
                        settings.get("ca", CA, Path::of),
                        settings.get("state", STATE, Path::of),
                        settings.get(
                                "listen",
                                new ListenAddress(EVERYWHERE, BrokerAddress.DEFAULT_PORT),
                                ListenAddress::parse),
                        settings.get(
                                "enrol",
                                new ListenAddress(EVERYWHERE, EnrolmentService.DEFAULT_PORT),
                                ListenAddress::parse),
                        settings.optional("broker", HubConfig::broker),
                        settings.optional("documents", Path::of),
                        settings.list("collectives", List.of(Collective.MAIN), Collective::new),
                        settings.get("max-nodes", MAX_NODES, HubConfig::count),
                        settings.list("lock-operators", List.of(), LockOperators::name),
                        new PresenceTimes(
                                settings.get("join-limit", usual.join(), Spans::parse),
                                settings.get("reboot-limit", usual.reboot(), Spans::parse),
                                usual.skew(),
                                settings.get("forget-after", usual.forget(), Spans::parse),
                                settings.get("down-after", usual.down(), HubConfig::missing)),
                        redis(settings),
                        queue(settings),
                        settings.get("echo-after", EchoPace.SHARED.quiet(), EchoPace::quiet),
                        settings.get(
                                "lost-after", BrokerTimes.usual().inactivity(), HubConfig::lost));
        settings.check();
        if (config.redis().isEmpty()) {
            needRedis(settings);
        }
        return config;
    }

    private static QueueTerms queue(Settings settings) {
        var usual = QueueTerms.DEFAULT;
        return new QueueTerms(
                settings.get("queue-spread", usual.spread(), HubConfig::spread),
                settings.get("queue-share", usual.share(), HubConfig::share),
                settings.list("queue-operators", List.of(), LockOperators::name));
    }

    private static Optional<RedisPlace> redis(Settings settings) {
        var user = settings.optional("redis-user", RedisPlace::name);
        var password = settings.optional("redis-password", Path::of);
        var authorities = settings.optional("redis-ca", Path::of);
        var prefix = settings.get("redis-prefix", RedisPlace.PREFIX, RedisPlace::name);
        return settings.optional(
                "redis",
                text ->
                        new RedisPlace(
                                Endpoint.parse(text, RedisPlace.PORT),
                                user,
                                password,
                                authorities,
                                prefix));
    }

    private static void needRedis(Settings settings) {
        for (var key : List.of("redis-user", "redis-password", "redis-ca", "redis-prefix")) {
            if (settings.optional(key, text -> text).isPresent()) {
                throw new ConfigException(key + " means nothing without redis = HOST:PORT");
            }
        }
    }

    /** Where signed documents are kept: for the hub's own next start, and for others. */
    public List<Path> documents() {
        return Stream.concat(Stream.of(state.resolve("documents")), copy.stream()).toList();
    }

    /** Reads {@code ssl://host:port} or {@code host:port}. */
    public static BrokerAddress broker(String text) {
        var scheme = "ssl://";
        return BrokerAddress.parse(
                text.startsWith(scheme) ? text.substring(scheme.length()) : text);
    }

    /** The same with what the command line says. */
    public HubConfig with(
            Optional<Path> otherCa,
            Optional<Path> otherState,
            Optional<ListenAddress> otherListen,
            Optional<ListenAddress> otherEnrol,
            Optional<BrokerAddress> otherBroker) {
        return new HubConfig(
                otherCa.orElse(ca),
                otherState.orElse(state),
                otherListen.orElse(listen),
                otherEnrol.orElse(enrol),
                otherBroker.or(() -> broker),
                copy,
                collectives,
                maxNodes,
                lockOperators,
                times,
                redis,
                queue,
                echo,
                lost);
    }

    private static Duration spread(String text) {
        var span = Spans.parse(text);
        if (span.compareTo(LONGEST_SPREAD) > 0) {
            throw new IllegalArgumentException("at most " + Spans.print(LONGEST_SPREAD));
        }
        return span;
    }

    /** Whoever connects allows no more than the usual, and of two the shorter one holds. */
    private static Duration lost(String text) {
        var span = Spans.parse(text);
        var most = BrokerTimes.usual().inactivity();
        if (span.compareTo(SOONEST_LOST) < 0 || span.compareTo(most) > 0) {
            throw new IllegalArgumentException(
                    "from " + Spans.print(SOONEST_LOST) + " to " + Spans.print(most));
        }
        return span;
    }

    private static int share(String text) {
        var number = text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : 0;
        if (number < 1 || number > QueueTerms.MOST) {
            throw new IllegalArgumentException("not a number from 1 to " + QueueTerms.MOST);
        }
        return number;
    }

    private static int missing(String text) {
        var number = text.matches("[0-9]{1,4}") ? Integer.parseInt(text) : 0;
        if (number < PresenceTimes.FEWEST || number > PresenceTimes.MOST) {
            throw new IllegalArgumentException(
                    "not a number of announcements from "
                            + PresenceTimes.FEWEST
                            + " to "
                            + PresenceTimes.MOST
                            + ": each node says how often it announces itself, and with fewer of"
                            + " those a node that is only late would be taken for one that is"
                            + " gone");
        }
        return number;
    }

    private static int count(String text) {
        if (!text.matches("[1-9][0-9]{0,6}")) {
            throw new IllegalArgumentException("not a number from 1 to 9999999");
        }
        return Integer.parseInt(text);
    }
}
