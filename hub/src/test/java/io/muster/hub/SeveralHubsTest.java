package io.muster.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.hub.presence.NodeState;
import io.muster.hub.registry.redis.RedisServer;
import io.muster.message.Announcement.Kind;
import io.muster.message.Collective;
import io.muster.message.NodeId;
import io.muster.message.Value.Fields;
import io.muster.security.Credentials;
import io.muster.security.TestFleet;
import io.muster.transport.Transport;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Several hubs on one broker, and a real Redis between them. */
class SeveralHubsTest {
    private static final Duration LIMIT = HubFixture.LIMIT;
    private static final int NODES = 6;

    @TempDir private Path temporary;
    private final Map<String, Credentials> nodes = new LinkedHashMap<>();
    private final Map<String, Transport> lines = new LinkedHashMap<>();
    private HubFixture fleet;
    private RedisServer redis;
    private Hub first;
    private long sequence;
    private long said;

    @BeforeEach
    void start() throws Exception {
        fleet = new HubFixture(temporary);
        redis =
                fleet.keep(
                        RedisServer.start(
                                temporary.resolve("redis"), Optional.of(TestFleet.create())));
        first = hub("first");
    }

    @AfterEach
    void stop() {
        fleet.close();
    }

    private Hub hub(String name, String... more) {
        var place = redis.place();
        var lines =
                Stream.concat(
                        Stream.of(
                                "redis = " + place.server(),
                                "redis-password = " + place.password().orElseThrow(),
                                "redis-ca = " + place.authorities().orElseThrow()),
                        Stream.of(more));
        return fleet.start(fleet.config(name, lines.toArray(String[]::new))).orElseThrow();
    }

    private String besides() {
        return "broker = " + HubFixture.broker(first);
    }

    private void join(String id) throws InterruptedException {
        var node = fleet.join(first, id).credentials();
        nodes.put(id, node);
        lines.put(id, fleet.connect(node, HubFixture.broker(first)));
    }

    private void allAnnounce(Kind kind, Optional<String> role) {
        sequence++;
        nodes.forEach(
                (id, node) ->
                        HubFixture.announce(
                                Objects.requireNonNull(lines.get(id)),
                                node,
                                kind,
                                sequence,
                                role.map(text -> Fields.EMPTY.with("role", text))));
        said += nodes.size();
    }

    private static long heard(Hub... hubs) {
        return Stream.of(hubs).mapToLong(Hub::heard).sum();
    }

    private Map<String, String> allInRole(String role) {
        var all = new TreeMap<String, String>();
        nodes.keySet().forEach(id -> all.put(id, role));
        return all;
    }

    /** Of several questions each hub gets some; whichever answers knows everything at once. */
    private static boolean foundByEach(QueueingOperator alice, Map<String, String> all)
            throws InterruptedException {
        for (int i = 0; i < 6; i++) {
            if (!alice.up().equals(all)) {
                return false;
            }
        }
        return true;
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
        var second = hub("second", besides());
        for (int i = 0; i < NODES; i++) {
            join("n-" + i);
        }
        allAnnounce(Kind.UP, Optional.of("web"));
        allAnnounce(Kind.UP, Optional.empty());
        await().atMost(LIMIT).until(() -> states(first).equals(all(NodeState.UP)));
        await().atMost(LIMIT).until(() -> states(second).equals(all(NodeState.UP)));
        await().atMost(LIMIT).until(() -> heard(first, second) >= said);
        await().atMost(LIMIT).until(() -> stored() >= NODES);
        assertThat(List.of(first, second)).allMatch(hub -> hub.heard() > 0);
        assertThat(new TreeSet<>(redis.hubsInNews("test"))).hasSize(2);

        var third = hub("third", besides());
        assertThat(states(third)).as("who starts knows all").isEqualTo(all(NodeState.UP));
        assertThat(third.presence().collectives()).containsExactly(Collective.MAIN);
        var alice =
                fleet.keep(new QueueingOperator(fleet.operator("alice"), HubFixture.broker(first)));
        assertThat(foundByEach(alice, allInRole("web"))).isTrue();

        redis.stop();
        allAnnounce(Kind.UP, Optional.of("db"));
        await().atMost(LIMIT)
                .until(
                        () ->
                                List.of(first, second, third).stream()
                                        .allMatch(hub -> hub.memoryTrouble().isPresent()));
        for (int i = 0; i < 6; i++) {
            assertThat(alice.up().keySet()).as("found with Redis away").isEqualTo(nodes.keySet());
        }
        redis.again();
        for (var hub : List.of(first, second, third)) {
            await().atMost(LIMIT).until(() -> hub.memoryTrouble().isEmpty());
        }
        await().atMost(LIMIT).until(() -> foundByEach(alice, allInRole("db")));

        redis.stop();
        allAnnounce(Kind.LEAVING, Optional.empty());
        await().atMost(LIMIT).until(() -> heard(first, second, third) >= said);
        for (var id : nodes.keySet()) {
            // One hub has heard it, with Redis away.
            await().atMost(LIMIT)
                    .until(
                            () ->
                                    Stream.of(first, second, third)
                                            .map(hub -> hub.presence().state(new NodeId(id), now()))
                                            .anyMatch(Optional.of(NodeState.LEFT)::equals));
        }
        redis.again();
        for (var hub : List.of(first, second, third)) {
            await().atMost(LIMIT).until(() -> states(hub).equals(all(NodeState.LEFT)));
            await().atMost(LIMIT).until(() -> hub.memoryTrouble().isEmpty());
        }
        assertThat(heard(first, second, third)).as("each by one of them").isEqualTo(said);
    }

    private int stored() throws java.io.IOException {
        return redis.hubsInNews("test").size();
    }
}
