package io.muster.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.action.ActionClass;
import io.muster.filter.Filter;
import io.muster.hub.presence.Intake;
import io.muster.hub.presence.Presence;
import io.muster.hub.presence.PresenceService;
import io.muster.hub.presence.PresenceTimes;
import io.muster.hub.presence.RollCalls;
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
import io.muster.security.PayloadType;
import io.muster.security.Verifier;
import io.muster.transport.Destination;
import io.muster.transport.Receiver;
import io.muster.transport.jms.BrokerAddress;
import io.muster.transport.jms.JmsConnectionConfig;
import io.muster.transport.jms.JmsTransport;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** A hub and a node agent on one bus, of whom the hub knows nothing. */
class UnknownNodeTest {
    private static final NodeId NODE = new NodeId("n1");

    @TempDir private Path temporary;
    private Stage stage;

    @BeforeEach
    void open() {
        stage = new Stage(temporary);
    }

    @AfterEach
    void close() {
        stage.close();
    }

    private JmsTransport line(String name) {
        var address = new BrokerAddress("127.0.0.1", stage.broker().port());
        var client = JmsConnectionConfig.clientId(stage.fleet().hub().identity(), name);
        return JmsTransport.connect(
                JmsConnectionConfig.plain(List.of(address), client), Stage.PATIENCE);
    }

    private void heardBySomebodyElse() throws IOException {
        var heard = new CopyOnWriteArrayList<Bytes>();
        try (var other = line("other")) {
            Receiver receiver = heard::add;
            other.subscribe(new Destination.Announcements(), receiver);
            var _ = stage.node(NODE.value());
            await().atMost(Stage.PATIENCE).until(() -> !heard.isEmpty());
        }
    }

    /** Who asks knows newer lists than the node, which says so to the hub, and nothing else. */
    private Bytes whatHasTheNodeSpeakUp() {
        var alice = stage.alice();
        var now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        var request =
                new Request(
                        RequestId.random(new SecureRandom()),
                        alice.identity().fleet(),
                        Collective.MAIN,
                        alice.identity(),
                        Victim.LOOK,
                        Fields.EMPTY,
                        Filter.EVERYTHING,
                        Optional.of(List.of(NODE)),
                        ReplyAddress.of(alice.identity(), "f"),
                        now,
                        now.plusSeconds(60),
                        ActionClass.READ,
                        false,
                        Map.of(),
                        List.of(),
                        Map.of(),
                        Bounds.NONE,
                        new ListNumbers(7, 0, 0),
                        SealedArguments.NONE);
        return alice.signer().sign(PayloadType.REQUEST, request.encode());
    }

    @Test
    void whomItHearsAndDoesNotKnowItAsksAndKnowsThen() throws IOException {
        heardBySomebodyElse();
        var presence = new Presence(PresenceTimes.DEFAULT, 10);
        var full = new CopyOnWriteArrayList<Boolean>();
        try (var hub = line("hub")) {
            var verifier = new Verifier(stage.fleet().trust(), InstantSource.system());
            var calls =
                    new RollCalls(
                            stage.fleet().hub().signer(), hub, presence, InstantSource.system());
            hub.subscribe(
                    new Destination.Announcements(),
                    new PresenceService(
                            new Intake(verifier, _ -> Set.of(Collective.MAIN)),
                            presence,
                            said -> {
                                full.add(said.facts().isPresent());
                                calls.heard(said);
                            },
                            PresenceService.Notes.NONE,
                            InstantSource.system()));
            hub.publish(
                    new Destination.Node(NODE),
                    whatHasTheNodeSpeakUp(),
                    Instant.now().plusSeconds(60));
            await().atMost(Stage.PATIENCE).until(() -> full.contains(true));
            assertThat(full).containsExactly(false, true);
            assertThat(presence.complete(NODE)).isTrue();
        }
    }
}
