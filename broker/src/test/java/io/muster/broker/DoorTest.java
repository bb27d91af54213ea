package io.muster.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.muster.message.Collective;
import io.muster.security.TestFleet;
import io.muster.security.Tls;
import io.muster.transport.TransportException;
import io.muster.transport.jms.BrokerAddress;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/** Whatever goes wrong with one connection: the next gets in. */
class DoorTest {
    private static final Duration MOMENT = Duration.ofMillis(1);

    @Test
    void nothingThatGoesWrongEndsTheAccepting() {
        var problems =
                new ArrayDeque<Throwable>(
                        List.of(
                                new IOException("too many open files"),
                                new IllegalStateException("a defect"),
                                new StackOverflowError("a deep one")));
        var taken = new AtomicBoolean();
        var loop =
                new AcceptLoop(
                        taken::get,
                        () -> {
                            switch (problems.poll()) {
                                case IOException e -> throw e;
                                case RuntimeException e -> throw e;
                                case Error e -> throw e;
                                case null, default -> taken.set(true);
                            }
                        },
                        MOMENT,
                        MOMENT);
        loop.run();
        assertThat(problems).isEmpty();
        assertThat(taken).isTrue();
    }

    @Test
    void aStrangerWithWhomSomethingBreaksLeavesItsPlaceToTheNext() {
        var fleet = TestFleet.create();
        var trust = fleet.trust();
        var broken = new AtomicBoolean(true);
        var config =
                BrokerConfig.secure(
                                new BrokerAddress("127.0.0.1", 1),
                                Tls.mutual(fleet.broker()),
                                chain -> {
                                    if (broken.get()) {
                                        throw new StackOverflowError("of this test");
                                    }
                                    return trust.identify(chain, Instant.now());
                                },
                                _ -> Set.of(Collective.MAIN))
                        .withPort(0);
        var oneAtATime = config.withLimits(config.limits().withPerAddress(2, 1));
        try (var bus = new BrokerFixture(fleet, _ -> oneAtATime)) {
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> bus.connect(fleet.node("n-1")))
                        .isInstanceOf(TransportException.class);
            }
            broken.set(false);
            // Whoever was cut off knows it a moment before its place is free.
            await().atMost(Duration.ofSeconds(20))
                    .ignoreExceptionsInstanceOf(TransportException.class)
                    .until(() -> bus.connect(fleet.node("n-1")).connected());
        }
    }
}
