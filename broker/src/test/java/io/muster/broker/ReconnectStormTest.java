package io.muster.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.message.Bytes;
import io.muster.message.Collective;
import io.muster.message.NodeId;
import io.muster.transport.Destination;
import io.muster.transport.jms.Backoff;
import io.muster.transport.jms.ConnectionState;
import io.muster.transport.jms.JmsTransport;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Two hundred nodes lose one broker, with the pauses and the TLS of every day. */
class ReconnectStormTest {
    private static final int NODES = 200;
    private static final Duration STATED = Duration.ofSeconds(60);

    private final BrokerFixture bus = new BrokerFixture();
    private final AtomicInteger connected = new AtomicInteger();
    private final Queue<Duration> firstPauses = new ConcurrentLinkedQueue<>();
    private final AtomicInteger heard = new AtomicInteger();

    @AfterEach
    void stop() {
        bus.close();
    }

    private void state(ConnectionState state) {
        switch (state) {
            case ConnectionState.Connected _ -> connected.incrementAndGet();
            case ConnectionState.Lost(_, var pause) -> firstPauses.add(pause);
            case ConnectionState.Failed _ -> {}
        }
    }

    @Test
    void allAreBackWithinAMinuteWithTheirSubscriptionsAndDidNotComeTogether() {
        List<JmsTransport> nodes = new ArrayList<>();
        for (int i = 0; i < NODES; i++) {
            var id = "n-" + i;
            var config = bus.client(bus.fleet().node(id)).withBackoff(Backoff.DEFAULT);
            var node = bus.keep(JmsTransport.open(config, this::state));
            node.subscribe(new Destination.Node(new NodeId(id)), _ -> {});
            node.subscribe(new Destination.Requests(Collective.MAIN), _ -> heard.incrementAndGet());
            nodes.add(node);
        }
        await().atMost(STATED).until(() -> connected.get() == NODES);
        var port = bus.broker().port();

        bus.stop();
        await().atMost(STATED).until(() -> firstPauses.size() == NODES);
        bus.restart(port);
        var start = Instant.now();

        await().atMost(STATED).until(() -> connected.get() == 2 * NODES);
        assertThat(nodes).allMatch(JmsTransport::connected);
        assertThat(Duration.between(start, Instant.now())).isLessThan(STATED);
        var pauses = firstPauses.stream().map(Duration::toMillis).sorted().toList();
        for (int i = 0; i < NODES / 2; i++) {
            var half = pauses.get(i + NODES / 2) - pauses.get(i);
            assertThat(half).as("half of all within so many milliseconds").isGreaterThan(200);
        }

        var operator = bus.connect(bus.fleet().operator("alice"));
        operator.publish(
                new Destination.Requests(Collective.MAIN),
                Bytes.utf8("to all"),
                Instant.now().plusSeconds(60));
        await().atMost(BrokerFixture.PATIENCE).until(() -> heard.get() == NODES);
    }
}
