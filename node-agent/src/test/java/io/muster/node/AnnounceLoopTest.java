package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.message.Announcement;
import io.muster.message.Collective;
import io.muster.message.Standing;
import io.muster.message.Value.Fields;
import io.muster.node.time.Challenge;
import io.muster.security.Credentials;
import io.muster.security.Envelope;
import io.muster.security.TestFleet;
import io.muster.threads.SupervisedThreads;
import io.muster.threads.Threads;
import io.muster.transport.Destination;
import io.muster.transport.memory.InMemoryBus;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

class AnnounceLoopTest {
    private static final int NODES = 40;
    private static final InstantSource CLOCK = InstantSource.system();
    private static final TestFleet FLEET = TestFleet.create();

    private final InMemoryBus bus = new InMemoryBus(CLOCK, Runnable::run);
    private final Queue<Announcement> heard = new ConcurrentLinkedQueue<>();
    private final AtomicInteger flushed = new AtomicInteger();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final List<AnnounceLoop> loops = new ArrayList<>();

    @AfterEach
    void stop() {
        closing.countDown();
        loops.forEach(AnnounceLoop::stop);
    }

    private AnnounceLoop loop(Credentials node, Semaphore connected, Duration interval, int seed) {
        return loop(node, connected, interval, seed, flushed::incrementAndGet, Threads.REAL);
    }

    private AnnounceLoop loop(
            Credentials node,
            Semaphore connected,
            Duration interval,
            int seed,
            Runnable flush,
            Threads threads) {
        var random = new Random(seed);
        var loop =
                new AnnounceLoop(
                        announcer(node, interval, random),
                        connected,
                        Announcing.every(interval).spread(),
                        random,
                        flush,
                        () -> {},
                        closing,
                        threads,
                        System.getLogger("test"));
        loops.add(loop);
        return loop;
    }

    private Announcer announcer(Credentials node, Duration interval, RandomGenerator random) {
        return new Announcer(
                bus.open(),
                node.signer(),
                "boot",
                "machine",
                CLOCK,
                random,
                List.of(Collective.MAIN),
                interval,
                () ->
                        new Announcer.View(
                                "n",
                                Fields.EMPTY.with("role", "web"),
                                "digest",
                                Set.of(),
                                Set.of()),
                () -> Standing.NONE,
                "0.1.0",
                Challenge.none());
    }

    private void listen() {
        bus.open()
                .subscribe(
                        new Destination.Announcements(),
                        body -> heard.add(Announcement.decode(Envelope.decode(body).payload())));
    }

    @Test
    void theFirstConnectionIsAnnouncedAtOnceAndLaterOnesAreSpread() {
        listen();
        var interval = Duration.ofSeconds(6);
        var node = FLEET.node("n1");
        var connections = new ArrayList<Semaphore>();
        for (int i = 0; i < NODES; i++) {
            var connected = new Semaphore(1);
            connections.add(connected);
            loop(node, connected, interval, i).start();
        }
        await().until(() -> heard.size() == NODES);
        heard.clear();
        flushed.set(0);
        var before = Instant.now();
        connections.forEach(Semaphore::release);

        await().until(() -> flushed.get() >= NODES);
        await().until(() -> heard.size() == NODES);
        assertThat(heard).allMatch(said -> said.facts().isPresent());
        var moments = heard.stream().map(Announcement::sent).sorted().toList();
        assertThat(moments.get(NODES / 2)).isAfter(before.plusMillis(150));
        assertThat(Duration.between(moments.getFirst(), moments.getLast()))
                .isGreaterThan(Duration.ofMillis(400));
    }

    @Test
    void theSpreadIsASixthOfTheIntervalAndTenSecondsAtMost() {
        assertThat(Announcing.spread(Duration.ofSeconds(6))).isEqualTo(Duration.ofSeconds(1));
        assertThat(Announcing.spread(Duration.ofMinutes(1))).isEqualTo(Duration.ofSeconds(10));
        assertThat(Announcing.spread(Duration.ofDays(1))).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void whateverBreaksItItBeginsAnew() {
        listen();
        var reasons = new ConcurrentLinkedQueue<String>();
        Runnable broken =
                () -> {
                    if (flushed.incrementAndGet() == 1) {
                        throw new StackOverflowError("once");
                    }
                };
        var threads = new SupervisedThreads(Threads.REAL, Duration.ofMillis(1), reasons::add);
        var connected = new Semaphore(1);
        loop(FLEET.node("n1"), connected, Duration.ofMinutes(1), 1, broken, threads).start();
        await().until(() -> flushed.get() == 1);
        connected.release();
        await().until(() -> heard.size() == 2);
        assertThat(reasons).isEmpty();
    }

    @Test
    void whoIsAskedAnnouncesItselfInFullUnlessItIsAboutToStop() {
        listen();
        var loop = loop(FLEET.node("n1"), new Semaphore(0), Duration.ofMinutes(1), 1);
        loop.introduceAfter(Duration.ofMillis(1));
        await().until(() -> heard.size() == 1);
        assertThat(heard).allMatch(said -> said.facts().isPresent());
        closing.countDown();
        loop.introduceAfter(Duration.ZERO);
        loop.soon();
        await().until(() -> heard.size() == 2);
        assertThat(heard).anyMatch(said -> said.facts().isEmpty());
    }
}
