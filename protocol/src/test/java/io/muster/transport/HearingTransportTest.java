package io.muster.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.message.Bytes;
import io.muster.message.NodeId;
import io.muster.threads.Threads;
import io.muster.transport.memory.InMemoryBus;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

class HearingTransportTest {
    private static final Destination OWN = new Destination.Node(new NodeId("n-1"));
    private static final Destination OTHER = new Destination.Announcements();
    private static final Duration SHORT = Duration.ofMillis(10);
    private static final InstantSource CLOCK = InstantSource.system();

    private final InMemoryBus bus = new InMemoryBus(CLOCK, Runnable::run);
    private final Line line = new Line(bus.open());
    private final Queue<Bytes> heard = new ConcurrentLinkedQueue<>();
    private final AtomicInteger anew = new AtomicInteger();
    private final List<String> deaf = new ArrayList<>();
    private HearingTransport transport = over(new EchoPace(SHORT, SHORT, 2));

    private HearingTransport over(EchoPace pace) {
        return new HearingTransport(
                line,
                Set.of(OWN),
                pace,
                this::reconnect,
                this::giveUp,
                CLOCK,
                new Random(1),
                Threads.REAL);
    }

    /** A transport that can have become deaf, or be kept from writing. */
    private static final class Line implements Transport {
        private final Transport transport;
        private final AtomicInteger echoes = new AtomicInteger();
        private volatile boolean deaf;
        private volatile boolean refused;
        private volatile boolean stuck;
        private final AtomicLong connection = new AtomicLong(1);

        Line(Transport transport) {
            this.transport = transport;
        }

        @Override
        public void publish(Destination destination, Bytes body, Instant expires) {
            transport.publish(destination, body, expires);
        }

        @Override
        public void publishConfirmed(
                Destination destination, Bytes body, Instant expires, Duration limit) {
            echoes.incrementAndGet();
            if (stuck) {
                hang();
            }
            if (refused) {
                throw new TransportException("may not write");
            }
            transport.publishConfirmed(destination, body, expires, limit);
        }

        @Override
        public Subscription subscribe(Destination destination, Receiver receiver) {
            return transport.subscribe(
                    destination,
                    body -> {
                        if (!deaf) {
                            receiver.receive(body);
                        }
                    });
        }

        @Override
        public OptionalLong connection() {
            return OptionalLong.of(connection.get());
        }

        @Override
        public void close() {
            transport.close();
        }
    }

    private static void hang() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterEach
    void close() {
        transport.close();
    }

    private void reconnect() {
        anew.incrementAndGet();
        line.connection.incrementAndGet();
    }

    private void giveUp(String problem) {
        synchronized (deaf) {
            deaf.add(problem);
        }
    }

    private List<String> givenUp() {
        synchronized (deaf) {
            return List.copyOf(deaf);
        }
    }

    @Test
    void itsEchoesComeBackAndAreForNobodyElse() {
        transport.subscribe(OWN, heard::add);
        transport.start();
        await().until(() -> line.echoes.get() > 3);
        transport.publish(OWN, Bytes.utf8("work"), CLOCK.instant().plusSeconds(60));
        await().until(() -> !heard.isEmpty());
        transport.publish(OWN, Echo.of("another's"), CLOCK.instant().plusSeconds(60));
        assertThat(heard).containsExactly(Bytes.utf8("work"));
    }

    @Test
    void whoHearsNothingAnyMoreConnectsAnewAndThenGivesUp() {
        line.deaf = true;
        transport.subscribe(OWN, heard::add);
        transport.start();
        await().until(() -> anew.get() > 0);
        await().until(() -> !givenUp().isEmpty());
        assertThat(givenUp().getFirst())
                .contains("nothing arrives that is sent to muster.node.n-1")
                .contains("a new connection did not help");
        assertThat(anew.get()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void whoCannotWriteIsNoticedAsWell() {
        line.stuck = true;
        transport.subscribe(OWN, heard::add);
        transport.start();
        await().until(() -> anew.get() > 0);
        await().until(() -> !givenUp().isEmpty());
    }

    @Test
    void whoMayNotWriteThereIsNotTakenForDeaf() {
        transport = over(new EchoPace(SHORT, Duration.ofMinutes(1), 2));
        line.deaf = true;
        line.refused = true;
        transport.subscribe(OWN, heard::add);
        transport.start();
        await().until(() -> line.echoes.get() > 0);
        line.connection.incrementAndGet();
        await().until(() -> line.echoes.get() > 1);
        assertThat(anew.get()).isZero();
    }

    @Test
    void whatIsNotItsOwnIsLeftAlone() {
        transport.subscribe(OTHER, heard::add);
        transport.start();
        transport.publish(OTHER, Bytes.utf8("here"), CLOCK.instant().plusSeconds(60));
        await().until(() -> !heard.isEmpty());
        assertThat(line.echoes.get()).isZero();
    }

    @Test
    void anEchoIsNothingElse() {
        assertThat(Echo.is(Echo.of("0123456789abcdef"))).isTrue();
        assertThat(Echo.is(Bytes.utf8("{}"))).isFalse();
        assertThat(Echo.is(Bytes.utf8("muster-ech"))).isFalse();
        assertThat(Echo.is(Bytes.utf8("muster-echo " + "x".repeat(60)))).isFalse();
    }
}
