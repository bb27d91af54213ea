package io.muster.hub.registry.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.hub.registry.Entry;
import io.muster.hub.registry.Registry;
import io.muster.hub.registry.RegistryContract;
import io.muster.hub.registry.RegistryException;
import io.muster.hub.registry.redis.RedisConnection.Command;
import io.muster.message.NodeId;
import io.muster.security.TestFleet;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A real Redis, with a password and TLS. */
class RedisRegistryTest extends RegistryContract {
    private static final TestFleet FLEET = TestFleet.create();

    @TempDir private static Path temporary;
    private static RedisServer server;
    private int hubs;

    @BeforeAll
    static void start() throws IOException {
        server = RedisServer.start(temporary.resolve("redis"), Optional.of(FLEET));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void empty() throws IOException {
        server.does("FLUSHALL");
    }

    @Override
    protected Registry open() {
        return over(server.place());
    }

    private Registry over(RedisPlace place) {
        return new RedisRegistry(place, "test", "hub-" + hubs++, 5_000, System::nanoTime);
    }

    private static Map<String, Entry> news(Registry registry) {
        var all = new TreeMap<String, Entry>();
        registry.news(entry -> all.put(entry.node().value(), entry));
        return all;
    }

    /** What no other hub learns: the time and number of an announcement are in its envelope. */
    @Override
    protected Entry read(Entry stored) {
        var moment = stored.moment();
        return new Entry(
                stored.node(),
                new Entry.Moment(moment.heard(), moment.since(), moment.heard(), 0),
                false,
                stored.last(),
                stored.facts());
    }

    @Test
    void whatOneHubHearsTheOthersLearnOnceAndInFull() {
        var one = opened();
        var two = opened();
        var three = opened();
        loaded(two);
        store(one, full("web01", 1, "one"), full("web02", 1, "two"));
        assertThat(news(two).values())
                .containsExactly(read(full("web01", 1, "one")), read(full("web02", 1, "two")));
        assertThat(news(two)).isEmpty();
        store(one, plain("web01", 2, "later"));
        assertThat(news(two).values()).containsExactly(read(plain("web01", 2, "later")));
        assertThat(news(three)).as("who never asked gets everything").hasSize(2);
        store(two, full("web03", 1, "three"));
        assertThat(news(one)).as("who only wrote so far").hasSize(3);
        assertThat(news(three)).containsOnlyKeys("web03");
        assertThat(news(two)).isEmpty();
    }

    @Test
    void manyAtOnceAreAllTold() {
        var one = opened();
        var two = opened();
        loaded(two);
        var many = new ArrayList<Entry>();
        for (int i = 0; i < 1_000; i++) {
            many.add(full("n-" + i, 1, "of " + i));
        }
        one.store(many, List.of());
        assertThat(news(two)).hasSize(1_000);
    }

    @Test
    void aHubThatWasCutOffPutsNothingOldInThePlaceOfWhatIsNewer() {
        var one = opened();
        var two = opened();
        store(one, full("web01", 5, "newer"));
        store(two, plain("web01", 3, "older"), full("web02", 3, "other"));
        var found = loaded(opened());
        assertThat(found).containsEntry("web01", read(full("web01", 5, "newer")));
        assertThat(found).containsOnlyKeys("web01", "web02");
        store(two, plain("web01", 6, "newest"));
        assertThat(loaded(opened()))
                .containsEntry("web01", read(entry("web01", 6, "newest", Optional.of("newer"))));
    }

    @Test
    void whenRedisIsAwayItSaysSoAndWhenItIsBackEverythingIsReadAgain() throws IOException {
        var one = opened();
        var two = opened();
        store(one, full("web01", 1, "one"));
        assertThat(news(two)).hasSize(1);
        server.stop();
        assertThatThrownBy(() -> store(one, full("web02", 1, "two")))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("redis localhost:");
        assertThatThrownBy(() -> news(two)).isInstanceOf(RegistryException.class);
        assertThatThrownBy(() -> news(two))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("refused");
        server.again();
        store(one, full("web02", 1, "two"));
        assertThat(news(two)).containsOnlyKeys("web02");
    }

    @Test
    void theWrongPasswordAndAServerThatNobodyVouchesForAreRefused() throws IOException {
        var wrong = temporary.resolve("wrong");
        Files.writeString(wrong, "sesame");
        Files.setPosixFilePermissions(wrong, PosixFilePermissions.fromString("rw-------"));
        var authorities = server.place().authorities().orElseThrow();
        assertThatThrownBy(() -> loaded(over(server.place(wrong, authorities))))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("WRONGPASS");
        var stranger = RedisServer.start(temporary.resolve("stranger"), Optional.of(FLEET));
        try (stranger) {
            var other = temporary.resolve("other.pem");
            var root = TestFleet.create().trust().root();
            Files.writeString(other, io.muster.security.Pem.certificate(root));
            var password = server.place().password().orElseThrow();
            assertThatThrownBy(() -> loaded(over(stranger.place(password, other))))
                    .isInstanceOf(RegistryException.class)
                    .hasMessageContaining("PKIX path");
        }
        Files.setPosixFilePermissions(wrong, PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> loaded(over(server.place(wrong, authorities))))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("chmod 600");
    }

    @Test
    void whatOthersWroteThereIsLeftOutAndBreaksNothing() throws IOException {
        var one = opened();
        var two = opened();
        store(one, full("web01", 1, "one"));
        loaded(two);
        server.does("HSET", "muster:test:nodes", "web02", "what is this?");
        server.does("HSET", "muster:test:nodes", "../../etc/passwd", "{}");
        server.does("HSET", "muster:test:nodes", "web03", "{\"heard\":-1,\"since\":0}\nx");
        server.does("HSET", "muster:test:nodes", "web04", "x".repeat(2_000_000));
        server.does("HSET", "muster:test:heard", "web01", "9999999999999999");
        server.does("XADD", "muster:test:news", "*", "a", "b");
        server.does("XADD", "muster:test:news", "*", "node", "web04", "hub", "evil", "facts", "1");
        server.does(
                "XADD", "muster:test:news", "*", "node", "???", "hub", "evil", "facts", "maybe");
        assertThat(news(two)).isEmpty();
        assertThat(loaded(opened())).containsOnlyKeys("web01");
        store(one, plain("web01", 7, "seven"));
        assertThat(loaded(opened()))
                .containsEntry("web01", read(entry("web01", 7, "seven", Optional.of("one"))));
    }

    @Test
    void keysOfAnotherKindAndTooManyNodesAreAProblemAndNoDisaster() throws IOException {
        server.does("SET", "muster:test:nodes", "a text");
        var one = opened();
        assertThatThrownBy(() -> loaded(one))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("WRONGTYPE");
        server.does("DEL", "muster:test:nodes");
        var commands = new ArrayList<Command>();
        for (int i = 0; i < 12_000; i++) {
            commands.add(
                    Command.of(
                            "HSET", "muster:test:nodes", "n-" + i, "{\"heard\":1,\"since\":1}\nx"));
        }
        server.does(commands);
        assertThat(loaded(one)).hasSizeBetween(10_000, 11_000);
    }

    @Test
    void fleetsAndPrefixesDoNotMeet() {
        store(opened(), full("web01", 1, "one"));
        var other = new RedisRegistry(server.place(), "other", "hub", 5_000, System::nanoTime);
        assertThat(loaded(other)).isEmpty();
        other.store(List.of(), List.of(new NodeId("web01")));
        other.close();
        assertThat(loaded(opened())).hasSize(1);
    }
}
