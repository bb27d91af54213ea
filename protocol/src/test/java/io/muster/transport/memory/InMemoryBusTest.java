package io.muster.transport.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.message.Bytes;
import io.muster.message.NodeId;
import io.muster.transport.Destination;
import io.muster.transport.Receiver;
import io.muster.transport.TransportException;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

class InMemoryBusTest {
    private static final Destination QUEUE = new Destination.Node(new NodeId("mail"));

    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private Instant now = Instant.parse("2026-11-20T12:00:00Z");
    private final InMemoryBus bus = new InMemoryBus(() -> now, tasks::addLast);
    private final List<String> taken = new ArrayList<>();

    @Test
    void nothingIsDeliveredBeforeTheExecutorRunsIt() {
        var transport = bus.open();
        transport.subscribe(QUEUE, taken("first"));
        transport.subscribe(QUEUE, taken("second"));

        publish("a", "b", "c");

        assertThat(taken).isEmpty();
        run();
        assertThat(taken).containsExactly("first a", "second b", "first c");
    }

    @Test
    void expiryFollowsTheClockOfTheBus() {
        publish("a");
        now = now.plusSeconds(60);

        bus.open().subscribe(QUEUE, taken("late"));

        run();
        assertThat(taken).isEmpty();
    }

    @Test
    void stoppedBusRefusesMessagesAndDeliversWhatItHasOnceItIsBack() {
        var transport = bus.open();
        transport.subscribe(QUEUE, taken("first"));
        publish("a");
        bus.stop();
        run();
        assertThat(taken).isEmpty();
        assertThatThrownBy(() -> publish("lost"))
                .isInstanceOf(TransportException.class)
                .hasMessage("not connected: the bus is stopped");

        bus.start();

        run();
        assertThat(taken).containsExactly("first a");
    }

    @Test
    void receiverThatAlwaysThrowsIsGivenUpAfterSixAttempts() {
        bus.open()
                .subscribe(
                        QUEUE,
                        body -> {
                            taken.add("attempt");
                            throw new IllegalStateException("never");
                        });

        publish("a");

        run();
        assertThat(taken).hasSize(6);
    }

    private Receiver taken(String who) {
        return body -> taken.add(who + " " + new String(body.toArray(), StandardCharsets.UTF_8));
    }

    private void publish(String... texts) {
        var transport = bus.open();
        for (var text : texts) {
            transport.publish(QUEUE, Bytes.utf8(text), now.plusSeconds(60));
        }
    }

    private void run() {
        while (!tasks.isEmpty()) {
            tasks.removeFirst().run();
        }
    }
}
