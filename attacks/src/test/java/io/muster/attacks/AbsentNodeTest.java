package io.muster.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.action.ActionClass;
import io.muster.controller.Fleet;
import io.muster.controller.Past;
import io.muster.controller.Report;
import io.muster.controller.Run;
import io.muster.controller.Signing;
import io.muster.controller.TargetState;
import io.muster.controller.ask.Asked;
import io.muster.controller.discovery.Presence;
import io.muster.controller.discovery.Target;
import io.muster.controller.discovery.Targets;
import io.muster.controller.rollout.Rollout;
import io.muster.filter.Filter;
import io.muster.hub.audit.Checkpoints;
import io.muster.hub.presence.HubService;
import io.muster.hub.presence.Intake;
import io.muster.hub.presence.PresenceService;
import io.muster.hub.presence.PresenceTimes;
import io.muster.hub.queue.Delivery;
import io.muster.hub.queue.QueueAnswers;
import io.muster.hub.queue.QueueTerms;
import io.muster.hub.queue.RequestQueue;
import io.muster.message.Collective;
import io.muster.message.ListNumbers;
import io.muster.message.NodeId;
import io.muster.message.Value.Fields;
import io.muster.security.Verifier;
import io.muster.transport.Destination;
import io.muster.transport.jms.BrokerAddress;
import io.muster.transport.jms.JmsConnectionConfig;
import io.muster.transport.jms.JmsTransport;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** A run, the hub's queue and a node agent on one bus: what an absent node is asked is done. */
class AbsentNodeTest {
    private static final NodeId NODE = new NodeId("n1");

    @TempDir private Path temporary;
    private Stage stage;
    private volatile Duration ahead = Duration.ZERO;
    private int lives;

    /** The ids of what was left, in its order. */
    private final List<String> left = new ArrayList<>();

    @BeforeEach
    void open() {
        stage = new Stage(temporary);
    }

    @AfterEach
    void close() throws IOException {
        stage.close();
        stage.holds();
    }

    /** One life of a hub, on the same disk. */
    private final class Hub implements AutoCloseable {
        private final JmsTransport transport;
        final Delivery delivery;

        Hub() {
            var credentials = stage.fleet().hub();
            var address = new BrokerAddress("127.0.0.1", stage.broker().port());
            var client = JmsConnectionConfig.clientId(credentials.identity(), "hub" + ++lives);
            transport =
                    JmsTransport.connect(
                            JmsConnectionConfig.plain(List.of(address), client), Stage.PATIENCE);
            var verifier = new Verifier(stage.fleet().trust(), InstantSource.system());
            var presence = new io.muster.hub.presence.Presence(PresenceTimes.DEFAULT, 10);
            InstantSource clock = () -> Instant.now().plus(ahead);
            var queue = new RequestQueue(temporary.resolve("queue"), QueueTerms.DEFAULT, clock);
            delivery =
                    new Delivery(queue, transport, _ -> true, Duration.ZERO, clock, new Random(1));
            transport.subscribe(
                    new Destination.Announcements(),
                    new PresenceService(
                            new Intake(verifier, _ -> Set.of(Collective.MAIN)),
                            presence,
                            delivery::heard,
                            PresenceService.Notes.NONE,
                            InstantSource.system()));
            transport.subscribe(
                    new Destination.Hub(),
                    new HubService(
                            verifier,
                            credentials.signer(),
                            transport,
                            presence,
                            new Checkpoints(temporary.resolve("checkpoints")),
                            new HubService.Self("hub", "boot"),
                            () -> ListNumbers.NONE,
                            new QueueAnswers(queue, QueueTerms.DEFAULT, verifier, clock)
                                    .questions(),
                            InstantSource.system()));
        }

        @Override
        public void close() {
            transport.close();
        }
    }

    private Report run() {
        return run(Duration.ofHours(24));
    }

    private Report run(Duration ttl) {
        var caller = stage.caller(stage.alice());
        var run =
                new Run(
                        Victim.MARK,
                        ActionClass.CHANGE,
                        Fields.EMPTY,
                        Filter.EVERYTHING,
                        false,
                        Duration.ofMinutes(1),
                        Duration.ofSeconds(10));
        var away = new Target(NODE, "n1", Presence.DOWN, Optional.empty());
        var targets = new Targets(List.of(away), List.of(), "test", Duration.ZERO, List.of());
        var fleet = new Fleet(caller);
        var signing = fleet.signing(run, targets).queueing(caller, run, 1, ttl);
        var making = signing.queued().orElseThrow();
        var noting =
                new Signing(
                        signing.requests(),
                        false,
                        Optional.of(target -> noted(making.apply(target))),
                        signing.waits());
        var past =
                Past.none(
                        run.action(),
                        run.actionClass(),
                        run.timeout(),
                        Rollout.ALL_AT_ONCE,
                        targets);
        return stage.recorded(caller, run, past, noting, _ -> {});
    }

    private Asked noted(Asked asked) {
        left.add(asked.id().value());
        return asked;
    }

    private static void delivered(Hub hub, Victim node, int marks) {
        await().atMost(Stage.PATIENCE)
                .until(
                        () -> {
                            hub.delivery.deliver();
                            return node.marked().size() == marks;
                        });
    }

    @Test
    void whatANodeWasAskedWhileItWasAwayItDoesOnceWhenItIsThere() throws IOException {
        try (var _ = new Hub()) {
            assertThat(run().count(TargetState.QUEUED)).isEqualTo(1);
        }
        try (var hub = new Hub()) {
            var node = stage.node("n1");
            delivered(hub, node, 1);
            // What is handed out again, hours later and to another life of it, is not done again.
            ahead = Duration.ofHours(2);
            node.restart();
            assertThat(run().count(TargetState.QUEUED)).isEqualTo(1);
            node.restart();
            delivered(hub, node, 2);
            assertThat(node.marked()).doesNotHaveDuplicates();
        }
    }

    @Test
    void manyAreDoneInTheirOrderAndWhatExpiredMeanwhileIsNot() throws IOException {
        var expired = new ArrayList<String>();
        try (var _ = new Hub()) {
            for (int i = 0; i < 40; i++) {
                var late = i % 4 == 3;
                run(late ? Duration.ofMinutes(5) : Duration.ofHours(24));
                if (late) {
                    expired.add(left.removeLast());
                }
            }
        }
        ahead = Duration.ofMinutes(6);
        try (var hub = new Hub()) {
            var node = stage.node("n1");
            delivered(hub, node, left.size());
            assertThat(node.marked()).isEqualTo(left).doesNotContainAnyElementsOf(expired);
        }
    }
}
