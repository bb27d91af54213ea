package io.muster.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.enrolment.Applicant;
import io.muster.enrolment.JoinClient;
import io.muster.enrolment.Listener;
import io.muster.hub.enrolment.Authority;
import io.muster.hub.enrolment.AuthorityConfig;
import io.muster.hub.enrolment.Door;
import io.muster.hub.enrolment.Founding;
import io.muster.hub.enrolment.IdPattern;
import io.muster.hub.enrolment.Lifetimes;
import io.muster.hub.presence.HubService;
import io.muster.hub.presence.NodeState;
import io.muster.hub.presence.PresenceTimes;
import io.muster.hub.registry.redis.RedisServer;
import io.muster.message.Announcement;
import io.muster.message.Announcement.Kind;
import io.muster.message.Collective;
import io.muster.message.Endpoint;
import io.muster.message.NodeId;
import io.muster.message.Value.Fields;
import io.muster.security.Credentials;
import io.muster.security.Ed25519Key;
import io.muster.security.PayloadType;
import io.muster.security.TestFleet;
import io.muster.security.Tls;
import io.muster.transport.Destination;
import io.muster.transport.Transport;
import io.muster.transport.jms.BrokerAddress;
import io.muster.transport.jms.JmsConnectionConfig;
import io.muster.transport.jms.JmsTransport;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Several hubs on one broker, and a real Redis between them. */
class SeveralHubsTest {
    private static final InstantSource CLOCK = InstantSource.system();
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration SOON = Duration.ofSeconds(4);
    private static final int NODES = 6;

    @TempDir private Path temporary;
    private final SecureRandom random = new SecureRandom();
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final Map<String, Credentials> nodes = new LinkedHashMap<>();
    private final Map<String, Transport> lines = new LinkedHashMap<>();
    private RedisServer redis;
    private Hub first;
    private long sequence;

    @BeforeEach
    void start() throws Exception {
        redis = RedisServer.start(temporary.resolve("redis"), Optional.of(TestFleet.create()));
        opened.push(redis);
        var config =
                new AuthorityConfig(
                        Endpoint.parse("localhost:61618"),
                        Endpoint.parse("localhost:61617"),
                        List.of("localhost", "127.0.0.1"),
                        Lifetimes.DEFAULT);
        new Founding(random, CLOCK).found(ca(), "test", config);
        first = hub("first", Optional.empty());
    }

    @AfterEach
    void stop() throws Exception {
        for (var each : opened) {
            each.close();
        }
    }

    private Path ca() {
        return temporary.resolve("ca");
    }

    private Hub hub(String name, Optional<BrokerAddress> broker) {
        var config =
                new HubConfig(
                        ca(),
                        temporary.resolve(name),
                        ListenAddress.parse("127.0.0.1:0"),
                        ListenAddress.parse("127.0.0.1:0"),
                        broker,
                        Optional.empty(),
                        List.of(Collective.MAIN),
                        100,
                        List.of(),
                        PresenceTimes.DEFAULT,
                        Optional.of(redis.place()));
        var self = new HubService.Self(name, "b");
        var hub = Hub.start(config, self, random, CLOCK).orElseThrow();
        opened.push(hub);
        return hub;
    }

    private Optional<BrokerAddress> broker() {
        return Optional.of(new BrokerAddress("localhost", first.brokerPort().orElseThrow()));
    }

    private void join(String id) throws InterruptedException {
        var authority = Authority.open(ca(), random, CLOCK);
        var listener =
                new Listener(
                        new Endpoint("localhost", first.enrolmentPort()),
                        authority.rootFingerprint());
        var token =
                new Door(authority.files(), random, CLOCK)
                        .token(listener, 1, Duration.ofMinutes(5), IdPattern.ANY);
        var applicant = new Applicant(Optional.of(new NodeId(id)), id + ".example.org", "m-" + id);
        var node =
                new JoinClient(CLOCK, random, LIMIT, (_, _) -> {}, Thread::sleep)
                        .join(token, Ed25519Key.generate(random), applicant)
                        .credentials();
        nodes.put(id, node);
        var config =
                JmsConnectionConfig.tls(
                        List.of(broker().orElseThrow()),
                        Tls.mutual(node),
                        JmsConnectionConfig.clientId(node.identity()));
        var line = JmsTransport.connect(config, LIMIT);
        opened.push(line);
        lines.put(id, line);
    }

    private void allAnnounce(Kind kind, boolean facts) {
        sequence++;
        nodes.forEach(
                (id, node) -> announce(Objects.requireNonNull(lines.get(id)), node, kind, facts));
    }

    private void announce(Transport line, Credentials node, Kind kind, boolean facts) {
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
                        facts ? Optional.of(Fields.EMPTY.with("role", "web")) : Optional.empty());
        line.publishConfirmed(
                new Destination.Announcements(),
                node.signer().sign(PayloadType.ANNOUNCEMENT, said.encode()),
                CLOCK.instant().plusSeconds(60),
                LIMIT);
    }

    private Set<Optional<NodeState>> states(Hub hub) {
        var states = new java.util.HashSet<Optional<NodeState>>();
        nodes.keySet().forEach(id -> states.add(hub.presence().state(new NodeId(id), now())));
        return states;
    }

    private static Instant now() {
        return Instant.now();
    }

    private static Set<Optional<NodeState>> all(NodeState state) {
        return Set.of(Optional.of(state));
    }

    @Test
    void eachAnnouncementIsTakenByOneHubAndKnownToAll() throws Exception {
        var second = hub("second", broker());
        for (int i = 0; i < NODES; i++) {
            join("n-" + i);
        }
        allAnnounce(Kind.UP, true);
        allAnnounce(Kind.UP, false);
        await().atMost(SOON).until(() -> states(first).equals(all(NodeState.UP)));
        await().atMost(SOON).until(() -> states(second).equals(all(NodeState.UP)));
        await().atMost(SOON).until(() -> stored() >= NODES);
        assertThat(new TreeSet<>(redis.hubsInNews("test"))).hasSize(2);
        assertThat(redis.hubsInNews("test")).hasSizeBetween(NODES, 2 * NODES);

        var third = hub("third", broker());
        assertThat(states(third)).as("who starts knows all").isEqualTo(all(NodeState.UP));
        assertThat(third.presence().collectives()).containsExactly(Collective.MAIN);

        redis.stop();
        allAnnounce(Kind.LEAVING, false);
        await().atMost(LIMIT)
                .until(
                        () ->
                                List.of(first, second, third).stream()
                                        .allMatch(hub -> hub.memoryTrouble().isPresent()));
        for (var id : nodes.keySet()) {
            assertThat(List.of(first, second, third))
                    .as("one hub heard it, with Redis away")
                    .anyMatch(
                            hub ->
                                    hub.presence()
                                            .state(new NodeId(id), now())
                                            .equals(Optional.of(NodeState.LEFT)));
        }
        redis.again();
        for (var hub : List.of(first, second, third)) {
            await().atMost(LIMIT).until(() -> states(hub).equals(all(NodeState.LEFT)));
            await().atMost(LIMIT).until(() -> hub.memoryTrouble().isEmpty());
        }
    }

    private int stored() throws java.io.IOException {
        return redis.hubsInNews("test").size();
    }
}
