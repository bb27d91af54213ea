package io.muster.hub;

import io.muster.config.Settings;
import io.muster.enrolment.Applicant;
import io.muster.enrolment.JoinClient;
import io.muster.enrolment.Joined;
import io.muster.enrolment.Listener;
import io.muster.hub.enrolment.Authority;
import io.muster.hub.enrolment.AuthorityConfig;
import io.muster.hub.enrolment.Door;
import io.muster.hub.enrolment.Founding;
import io.muster.hub.enrolment.IdPattern;
import io.muster.hub.enrolment.Lifetimes;
import io.muster.hub.enrolment.Operators;
import io.muster.hub.presence.HubService;
import io.muster.message.Announcement;
import io.muster.message.Announcement.Kind;
import io.muster.message.Collective;
import io.muster.message.Endpoint;
import io.muster.message.NodeId;
import io.muster.message.Role;
import io.muster.message.Value.Fields;
import io.muster.security.Credentials;
import io.muster.security.Ed25519Key;
import io.muster.security.PayloadType;
import io.muster.security.Tls;
import io.muster.transport.Destination;
import io.muster.transport.Transport;
import io.muster.transport.jms.BrokerAddress;
import io.muster.transport.jms.JmsConnectionConfig;
import io.muster.transport.jms.JmsTransport;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * An authority, hubs on the loopback address with real connections of nodes and operators; all in
 * one directory, and closed together.
 */
final class HubFixture implements AutoCloseable {
    static final InstantSource CLOCK = InstantSource.system();
    static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Endpoint USUAL = Endpoint.parse("localhost:61617");

    private final Path directory;
    private final SecureRandom random = new SecureRandom();
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    /** Founds the authority there. */
    HubFixture(Path directory) {
        this.directory = directory;
        var config =
                new AuthorityConfig(
                        Endpoint.parse("localhost:61618"),
                        USUAL,
                        List.of("localhost", "127.0.0.1"),
                        Lifetimes.DEFAULT);
        new Founding(random, CLOCK).found(ca(), "test", config);
    }

    Path ca() {
        return directory.resolve("ca");
    }

    SecureRandom random() {
        return random;
    }

    /**
     * The settings of a hub.
     *
     * @param state the name of its directory
     * @param more lines of its file, beside the usual ones or in their place
     */
    HubConfig config(String state, String... more) {
        var usual =
                List.of(
                        "ca = " + ca(),
                        "state = " + directory.resolve(state),
                        "listen = 127.0.0.1:0",
                        "enrol = 127.0.0.1:0",
                        "max-nodes = 100");
        var lines = new TreeMap<String, String>();
        Stream.concat(usual.stream(), Stream.of(more))
                .forEach(line -> lines.put(line.substring(0, line.indexOf(' ')), line));
        return HubConfig.of(Settings.parse("hub.conf", String.join("\n", lines.values())));
    }

    /** Starts one; nothing if one runs there. */
    Optional<Hub> start(HubConfig config) {
        var self = new HubService.Self("hub.example.org", "b");
        var hub = Hub.start(config, self, random, CLOCK);
        hub.ifPresent(opened::push);
        return hub;
    }

    /** What is closed with the rest. */
    <T extends AutoCloseable> T keep(T closed) {
        opened.push(closed);
        return closed;
    }

    Authority authority() {
        return Authority.open(ca(), random, CLOCK);
    }

    Door door() {
        return new Door(authority().files(), random, CLOCK);
    }

    Operators operators() {
        return Operators.open(ca(), random, CLOCK);
    }

    Credentials operator(String name) {
        return operators().issue(name, Duration.ofDays(1), directory.resolve(name), USUAL);
    }

    /** A machine that joins as that node, by a token. */
    Joined join(Hub hub, String id) throws InterruptedException {
        var listener =
                new Listener(
                        new Endpoint("localhost", hub.enrolmentPort()),
                        authority().rootFingerprint());
        var token = door().token(listener, 1, Duration.ofMinutes(5), IdPattern.ANY);
        var applicant = new Applicant(Optional.of(new NodeId(id)), id + ".example.org", "m-" + id);
        return new JoinClient(CLOCK, random, LIMIT, (_, _) -> {}, Thread::sleep)
                .join(token, Ed25519Key.generate(random), applicant);
    }

    /** The broker of that hub. */
    static BrokerAddress broker(Hub hub) {
        return new BrokerAddress("localhost", hub.brokerPort().orElseThrow());
    }

    /** How somebody connects there; operators may do it several times. */
    JmsConnectionConfig client(Credentials who, BrokerAddress broker) {
        return JmsConnectionConfig.tls(
                List.of(broker),
                Tls.mutual(who),
                who.identity().role() == Role.NODE
                        ? JmsConnectionConfig.clientId(who.identity())
                        : JmsConnectionConfig.clientId(
                                who.identity(), HexFormat.of().toHexDigits(random.nextLong())));
    }

    JmsTransport connect(Credentials who, BrokerAddress broker) {
        return keep(JmsTransport.connect(client(who, broker), LIMIT));
    }

    /** Says that a node is there, once a minute. */
    static void announce(
            Transport transport,
            Credentials node,
            Kind kind,
            long sequence,
            Optional<Fields> facts) {
        var id = node.identity().name();
        var said =
                new Announcement(
                        node.identity(),
                        id + ".example.org",
                        List.of(Collective.MAIN),
                        kind,
                        sequence,
                        CLOCK.instant(),
                        Duration.ofMinutes(1),
                        "boot-" + id,
                        "m-" + id,
                        "0.1.0",
                        List.of(),
                        List.of(),
                        facts);
        transport.publishConfirmed(
                new Destination.Announcements(),
                node.signer().sign(PayloadType.ANNOUNCEMENT, said.encode()),
                CLOCK.instant().plusSeconds(60),
                LIMIT);
    }

    @Override
    public void close() {
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
