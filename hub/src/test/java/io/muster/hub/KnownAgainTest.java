package io.muster.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.hub.presence.Intake;
import io.muster.hub.presence.NodeState;
import io.muster.hub.presence.Presence;
import io.muster.hub.presence.PresenceService;
import io.muster.hub.presence.PresenceTimes;
import io.muster.hub.registry.redis.RedisServer;
import io.muster.message.Announcement;
import io.muster.message.Announcement.Kind;
import io.muster.message.Collective;
import io.muster.message.NodeId;
import io.muster.message.Value.Fields;
import io.muster.security.Credentials;
import io.muster.security.PayloadType;
import io.muster.security.TestFleet;
import io.muster.security.Verifier;
import io.muster.threads.Threads;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** A hub that starts again knows its fleet before it is asked anything, and hears nobody for it. */
class KnownAgainTest {
    private static final int MANY = 300;
    private static final String ROOM = "max-nodes = " + MANY;
    private static final Optional<NodeState> UP = Optional.of(NodeState.UP);
    private static final InstantSource CLOCK = InstantSource.system();

    @TempDir private Path temporary;
    private HubFixture fixture;
    private final TestFleet nodes = TestFleet.create();
    private int lives;

    @BeforeEach
    void start() {
        fixture = new HubFixture(temporary);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void fromItsOwnRegistry() {
        assertKnownAgain(fixture.config("state", ROOM));
    }

    @Test
    void fromRedis() throws IOException {
        var redis = fixture.keep(RedisServer.start(temporary.resolve("redis"), Optional.of(nodes)));
        var place = redis.place();
        assertKnownAgain(
                fixture.config(
                        "state",
                        ROOM,
                        "redis = " + place.server(),
                        "redis-password = " + place.password().orElseThrow(),
                        "redis-ca = " + place.authorities().orElseThrow()));
    }

    private Memory life(HubConfig config, Intake intake, Presence presence) {
        return Memory.restore(
                config, "test", "life" + ++lives, intake, presence, _ -> {}, CLOCK, Threads.REAL);
    }

    private void assertKnownAgain(HubConfig config) {
        var intake = new Intake(new Verifier(nodes.trust(), CLOCK), _ -> Set.of(Collective.MAIN));
        var before = new Presence(PresenceTimes.DEFAULT, MANY);
        try (var memory = life(config, intake, before)) {
            var service = new PresenceService(intake, before, _ -> {}, memory, CLOCK);
            IntStream.range(0, MANY).forEach(i -> announce(service, nodes.node("n-" + i)));
            assertThat(before.size()).isEqualTo(MANY);
        }
        var presence = new Presence(PresenceTimes.DEFAULT, MANY);
        try (var _ = life(config, intake, presence)) {
            assertThat(presence.size()).isEqualTo(MANY);
            assertThat(IntStream.range(0, MANY).mapToObj(i -> new NodeId("n-" + i)))
                    .allMatch(id -> presence.state(id, CLOCK.instant()).equals(UP))
                    .allMatch(presence::complete)
                    .allMatch(id -> presence.certificate(id).isPresent());
        }
    }

    private static void announce(PresenceService service, Credentials node) {
        var id = node.identity().name();
        var now = Instant.ofEpochMilli(System.currentTimeMillis());
        var said =
                new Announcement(
                        node.identity(),
                        id + ".example.org",
                        List.of(Collective.MAIN),
                        Kind.UP,
                        1,
                        now,
                        Duration.ofMinutes(10),
                        "boot-" + id,
                        "m-" + id,
                        "0.1.0",
                        List.of(),
                        List.of(),
                        Optional.of(Fields.EMPTY.with("called", id)));
        service.receive(node.signer().sign(PayloadType.ANNOUNCEMENT, said.encode()));
    }
}
