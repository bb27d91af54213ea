package io.muster.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.action.ActionClass;
import io.muster.filter.Filter;
import io.muster.hub.presence.NodeState;
import io.muster.message.ActionName;
import io.muster.message.Announcement;
import io.muster.message.Announcement.Kind;
import io.muster.message.Bounds;
import io.muster.message.Bytes;
import io.muster.message.Collective;
import io.muster.message.ListNumbers;
import io.muster.message.NodeId;
import io.muster.message.ReplyAddress;
import io.muster.message.Request;
import io.muster.message.RequestId;
import io.muster.message.SealedArguments;
import io.muster.message.Value.Fields;
import io.muster.security.Credentials;
import io.muster.security.PayloadType;
import io.muster.security.Tls;
import io.muster.transport.Destination;
import io.muster.transport.Transport;
import io.muster.transport.jms.JmsConnectionConfig;
import io.muster.transport.jms.JmsTransport;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Two machines with one key at the hub's own broker, and an operator who never asks the hub. */
class FrozenNodeTest {
    private static final InstantSource CLOCK = HubFixture.CLOCK;
    private static final Duration LIMIT = HubFixture.LIMIT;
    private static final NodeId ID = new NodeId("web01");
    private static final Destination ALL = new Destination.Requests(Collective.MAIN);
    private static final Destination QUEUE = new Destination.Node(ID);

    private static final Bytes NO_ENVELOPE = Bytes.utf8("no envelope");
    private static final Bytes ECHO = Bytes.utf8("muster-echo 0a");

    @TempDir private Path temporary;
    private HubFixture fleet;
    private Hub hub;
    private Credentials alice;

    @BeforeEach
    void start() {
        fleet = new HubFixture(temporary);
        hub = hub();
        alice = fleet.operator("alice");
    }

    @AfterEach
    void stop() {
        fleet.close();
    }

    private Hub hub() {
        return fleet.start(fleet.config("state")).orElseThrow();
    }

    private Credentials join() throws InterruptedException {
        return fleet.join(hub, "web01").credentials();
    }

    /** A machine that is connected as that node, and what it is given. */
    private final class Machine {
        private final Credentials key;
        private final Transport bus;
        private final Queue<Bytes> given = new ConcurrentLinkedQueue<>();

        Machine(Credentials key, String name) {
            this.key = key;
            this.bus = connect(key, JmsConnectionConfig.clientId(key.identity()));
            bus.subscribe(ALL, given::add);
            bus.subscribe(QUEUE, given::add);
            announce(name);
        }

        private void announce(String name) {
            var said =
                    new Announcement(
                            key.identity(),
                            "web01",
                            List.of(Collective.MAIN),
                            Kind.UP,
                            1,
                            CLOCK.instant(),
                            Duration.ofMinutes(1),
                            "boot-" + name,
                            "m-" + name,
                            "1",
                            List.of(),
                            List.of(),
                            Optional.empty());
            bus.publishConfirmed(
                    new Destination.Announcements(),
                    key.signer().sign(PayloadType.ANNOUNCEMENT, said.encode()),
                    CLOCK.instant().plusSeconds(60),
                    LIMIT);
        }
    }

    private Transport connect(Credentials who, String clientId) {
        var broker = List.of(HubFixture.broker(hub));
        var config = JmsConnectionConfig.tls(broker, Tls.mutual(who), clientId);
        return fleet.keep(JmsTransport.connect(config, LIMIT));
    }

    private Bytes request(ActionClass actionClass, SealedArguments sealed) {
        var now = CLOCK.instant();
        var request =
                new Request(
                        RequestId.random(fleet.random()),
                        "test",
                        Collective.MAIN,
                        alice.identity(),
                        new ActionName("test.any"),
                        Fields.EMPTY,
                        Filter.EVERYTHING,
                        Optional.of(List.of(ID)),
                        ReplyAddress.of(alice.identity(), "0a"),
                        now,
                        now.plusSeconds(60),
                        actionClass,
                        false,
                        Map.of(),
                        List.of(),
                        Map.of(),
                        Bounds.NONE,
                        ListNumbers.NONE,
                        sealed);
        return alice.signer().sign(PayloadType.REQUEST, request.encode());
    }

    private Bytes request(ActionClass actionClass) {
        return request(actionClass, SealedArguments.NONE);
    }

    private Bytes secretly() {
        var part = new TreeMap<>(Map.of(ID, Bytes.wrap(new byte[64])));
        return request(ActionClass.READ, new SealedArguments(new TreeMap<>(Map.of("word", part))));
    }

    private static void send(Transport bus, Destination destination, Bytes... messages) {
        for (var message : messages) {
            bus.publishConfirmed(destination, message, CLOCK.instant().plusSeconds(60), LIMIT);
        }
    }

    private void awaitState(NodeState state) {
        await().atMost(LIMIT)
                .until(
                        () ->
                                hub.presence()
                                        .state(ID, Instant.now())
                                        .filter(state::equals)
                                        .isPresent());
    }

    private static void awaitGiven(Machine machine, Bytes message) {
        await().atMost(LIMIT).until(() -> machine.given.contains(message));
    }

    @Test
    void twoMachinesWithOneKeyAreGivenQuestionsAndNothingToDoUntilTheIdIsCleaned()
            throws Exception {
        var key = join();
        var first = new Machine(key, "first");
        var bus = connect(alice, JmsConnectionConfig.clientId(alice.identity(), "0a"));
        var one = request(ActionClass.CHANGE);
        send(bus, QUEUE, one);
        awaitGiven(first, one);

        first.bus.close();
        var second = new Machine(key, "second");
        awaitState(NodeState.CLONE);
        var secret = secretly();
        var document = alice.signer().sign(PayloadType.LOCK, Bytes.utf8("{}"));
        for (var destination : List.of(ALL, QUEUE)) {
            var change = request(ActionClass.CHANGE);
            var destructive = request(ActionClass.DESTRUCTIVE);
            var question = request(ActionClass.READ);
            send(bus, destination, change, destructive, secret, NO_ENVELOPE, ECHO, document);
            send(bus, destination, question);
            awaitGiven(second, question);
            assertThat(second.given)
                    .contains(document, ECHO)
                    .doesNotContain(change, destructive, secret, NO_ENVELOPE);
            second.given.clear();
        }

        stop();
        hub = hub();
        var after = new Machine(key, "first");
        var again = connect(alice, JmsConnectionConfig.clientId(alice.identity(), "0a"));
        var question = request(ActionClass.READ);
        var change = request(ActionClass.CHANGE);
        send(again, ALL, change, question);
        awaitGiven(after, question);
        assertThat(after.given).doesNotContain(change);

        fleet.door().end(ID, true, "a person");
        await().atMost(LIMIT).until(() -> hub.presence().state(ID, Instant.now()).isEmpty());
        var anew = new Machine(join(), "first");
        var destructive = request(ActionClass.DESTRUCTIVE);
        send(again, ALL, change);
        send(again, QUEUE, destructive);
        awaitGiven(anew, change);
        awaitGiven(anew, destructive);
    }
}
