package io.muster.node;

import io.muster.config.ConfigException;
import io.muster.config.FileGuard;
import io.muster.config.Settings;
import io.muster.message.Announcement;
import io.muster.message.Collective;
import io.muster.message.Endpoint;
import io.muster.message.Spans;
import io.muster.node.audit.AuditLimits;
import io.muster.node.output.OutputLimits;
import io.muster.node.trust.TrustRules;
import io.muster.transport.EchoPace;
import io.muster.transport.jms.BrokerAddress;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The node agent's settings, with all their defaults; the file is {@code /etc/muster/agent.conf}.
 *
 * @param brokers host and port of each broker; what joining wrote down, unless given
 * @param door where the hub renews certificates; what joining wrote down, unless given
 * @param state where key, certificate, journal and audit log are
 * @param collectives the collectives this node is in; what joining wrote down, unless given
 * @param policy who may do what here
 * @param facts a directory of more facts
 * @param actions a directory of more actions
 * @param facter the facter program, if its facts are wanted
 * @param puppet the puppet program, if it is not at a usual place
 * @param userGroups the privileged groups, such as sudo, that {@code user.ensure} may give
 * @param announcing how often to say "I am here"
 * @param challenge whether the machine's clock is not to be trusted: requests are to quote nonces
 * @param limits what the node puts up with
 * @param helper the socket of the root helper, if this process is not to be root
 * @param helperState the helper's directory: whom this node trusts, and the helper's own records
 * @param user whom the node agent runs as, if there is a helper
 * @param lists how fresh the authority's word must be
 * @param echo after how long without a message it sends itself one, to see whether it still hears
 * @param sandbox a directory that plays the machine, for demonstrations; never the real one then
 */
public record AgentConfig(
        List<BrokerAddress> brokers,
        Optional<Endpoint> door,
        Path state,
        List<Collective> collectives,
        Path policy,
        Path facts,
        Path actions,
        Optional<String> facter,
        Optional<String> puppet,
        List<String> userGroups,
        Announcing announcing,
        boolean challenge,
        NodeLimits limits,
        Optional<Path> helper,
        Path helperState,
        String user,
        TrustRules lists,
        Optional<Path> sandbox,
        Duration echo) {

    private static final long MEBI = 1 << 20;

    /** Where the settings are unless told otherwise. */
    public static final Path FILE = Path.of("/etc/muster/agent.conf");

    /** Where its state is unless told otherwise. */
    static final Path STATE = Path.of("/var/lib/muster/agent");

    /** Where the root helper's is. */
    static final Path HELPER_STATE = Path.of("/var/lib/muster/helper");

    /**
     * The name of the file, beside those whom the node trusts, in which joining writes down where
     * the bus is.
     */
    static final String JOINED = "joined.conf";

    /**
     * Reads the settings; a file that is not there has none.
     *
     * @throws ConfigException naming every bad value and every unknown key, or who else could have
     *     written the file
     */
    public static AgentConfig read(Path file) {
        var settings = trusted(file);
        var state = settings.get("state", STATE, Path::of);
        var brokers = settings.list("hub", List.of(), BrokerAddress::parse);
        var collectives = settings.list("collectives", List.of(), Collective::new);
        var config =
                new AgentConfig(
                        brokers,
                        settings.optional("enrol", Endpoint::parse),
                        state,
                        collectives,
                        settings.get("policy", Path.of("/etc/muster/policy.json"), Path::of),
                        settings.get("facts", Path.of("/etc/muster/facts.d"), Path::of),
                        settings.get("actions", Path.of("/etc/muster/actions.d"), Path::of),
                        settings.optional("facter", text -> text),
                        settings.optional("puppet", text -> text),
                        settings.list("user-groups", List.of(), text -> text),
                        announcing(settings),
                        settings.get("clock", false, AgentConfig::challenge),
                        new NodeLimits(
                                settings.get("skew", Duration.ofSeconds(30), Spans::parse),
                                settings.get("requests-per-minute", 600, numberTo(1_000_000)),
                                settings.get("running", 32, numberTo(10_000)),
                                new AuditLimits(
                                        settings.get("audit-size", 32, numberTo(1_024)) * MEBI,
                                        settings.get(
                                                "audit-age", Duration.ofDays(30), Spans::parse),
                                        settings.get("audit-files", 12, numberTo(10_000))),
                                settings.get("destructive-per-minute", 5, numberTo(10_000)),
                                settings.get(
                                        "keep-outcomes",
                                        NodeLimits.RETENTION,
                                        AgentConfig::retention),
                                output(settings),
                                settings.get("changes-at-once", 1, numberTo(10_000)),
                                settings.get(
                                        "longest-queue", NodeLimits.QUEUE, AgentConfig::retention)),
                        settings.optional("helper", Path::of),
                        settings.get("helper-state", HELPER_STATE, Path::of),
                        settings.get("user", "muster", text -> text),
                        new TrustRules(
                                settings.get(
                                        "list-age", TrustRules.DEFAULT.listAge(), Spans::parse),
                                settings.get("list-needed", false, AgentConfig::yesOrNo)),
                        settings.optional("sandbox", Path::of),
                        settings.get("echo-after", EchoPace.ALONE.quiet(), EchoPace::quiet));
        settings.check();
        return config.joined(trusted(config.trust().resolve(JOINED)));
    }

    private static Announcing announcing(Settings settings) {
        var every = settings.get("announce-every", Duration.ofMinutes(1), AgentConfig::interval);
        var spread = settings.optional("announce-spread", text -> spread(text, every));
        return new Announcing(every, spread.orElseGet(() -> Announcing.spread(every)));
    }

    private static Duration spread(String text, Duration every) {
        var spread = Spans.parse(text);
        if (spread.compareTo(every) > 0) {
            throw new IllegalArgumentException("at most announce-every, " + Spans.print(every));
        }
        return spread;
    }

    private static OutputLimits output(Settings settings) {
        return new OutputLimits(
                settings.get("output-size", 8, numberTo(1_024)) * MEBI,
                settings.get("output-total", 64, numberTo(65_536)) * MEBI,
                settings.get("keep-output", OutputLimits.DEFAULT.keep(), AgentConfig::retention));
    }

    /** Where it is written down whom this node trusts: not where the node agent may write. */
    Path trust() {
        return helper.isPresent() ? helperState : state;
    }

    private static Settings trusted(Path file) {
        if (Files.exists(file)) {
            FileGuard.forThisProcess().trusted(file);
        }
        return Settings.readIfThere(file);
    }

    private static Duration interval(String text) {
        var interval = Spans.parse(text);
        if (interval.compareTo(Announcement.SHORTEST) < 0
                || interval.compareTo(Announcement.LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "from "
                            + Spans.print(Announcement.SHORTEST)
                            + " to "
                            + Spans.print(Announcement.LONGEST));
        }
        return interval;
    }

    private static Duration retention(String text) {
        var span = Spans.parse(text);
        if (span.compareTo(Duration.ofDays(7)) > 0) {
            throw new IllegalArgumentException("at most 7d");
        }
        return span;
    }

    private static boolean challenge(String word) {
        return switch (word) {
            case "own" -> false;
            case "challenge" -> true;
            default -> throw new IllegalArgumentException("own or challenge");
        };
    }

    private static boolean yesOrNo(String text) {
        return switch (text) {
            case "yes" -> true;
            case "no" -> false;
            default -> throw new IllegalArgumentException("not yes or no");
        };
    }

    private static Function<String, Integer> numberTo(int most) {
        return text -> {
            var number = text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : 0;
            if (number < 1 || number > most) {
                throw new IllegalArgumentException("not a whole number from 1 to " + most);
            }
            return number;
        };
    }

    /** The same, completed with what joining wrote down. */
    private AgentConfig joined(Settings joined) {
        var knownBrokers = joined.list("hub", List.<BrokerAddress>of(), BrokerAddress::parse);
        var knownCollectives =
                joined.list("collectives", List.of(Collective.MAIN), Collective::new);
        var knownDoor = joined.optional("enrol", Endpoint::parse);
        joined.check();
        return new AgentConfig(
                brokers.isEmpty() ? knownBrokers : brokers,
                door.or(() -> knownDoor),
                state,
                collectives.isEmpty() ? knownCollectives : collectives,
                policy,
                facts,
                actions,
                facter,
                puppet,
                userGroups,
                announcing,
                challenge,
                limits,
                helper,
                helperState,
                user,
                lists,
                sandbox,
                echo);
    }
}
