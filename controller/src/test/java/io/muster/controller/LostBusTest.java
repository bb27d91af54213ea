package io.muster.controller;

import static io.muster.controller.Village.HERE;
import static io.muster.controller.Village.targets;
import static io.muster.controller.Village.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.action.BuiltIn;
import io.muster.controller.discovery.Target;
import io.muster.controller.rollout.Ramp;
import io.muster.controller.rollout.Rollout;
import io.muster.filter.Filter;
import io.muster.message.Bytes;
import io.muster.message.Outcome;
import io.muster.message.Request;
import io.muster.message.Value.Fields;
import io.muster.transport.Destination;
import io.muster.transport.Receiver;
import io.muster.transport.Transport;
import io.muster.transport.TransportException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** What was on its way when the bus went away is not lost. */
class LostBusTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final Village village = new Village();
    private final AtomicInteger done = new AtomicInteger();

    @AfterEach
    void close() {
        village.close();
    }

    /** A bus that is lost at one publication, and is there again at once as another connection. */
    private static final class Shaky implements Transport {
        private final Transport to;
        private final int lostAt;
        private final boolean told;
        private final AtomicInteger published = new AtomicInteger();

        /**
         * @param lostAt which publication is lost, from 1 on
         * @param told whether whoever published it hears of that
         */
        Shaky(Transport to, int lostAt, boolean told) {
            this.to = to;
            this.lostAt = lostAt;
            this.told = told;
        }

        @Override
        public OptionalLong connection() {
            return OptionalLong.of(published.get() < lostAt ? 1 : 2);
        }

        @Override
        public void publish(Destination destination, Bytes body, Instant expires) {
            if (published.incrementAndGet() != lostAt) {
                to.publish(destination, body, expires);
            } else if (told) {
                throw new TransportException("the connection was lost");
            }
        }

        @Override
        public void publishConfirmed(
                Destination destination, Bytes body, Instant expires, Duration limit) {
            publish(destination, body, expires);
        }

        @Override
        public Subscription subscribe(Destination destination, Receiver receiver) {
            return to.subscribe(destination, receiver);
        }

        @Override
        public void close() {
            to.close();
        }
    }

    private Report run(Shaky bus, Rollout rollout, Target... nodes) {
        var spec = BuiltIn.NODE_PING;
        var run =
                new Run(
                        spec.name(),
                        spec.actionClass(),
                        Fields.EMPTY,
                        Filter.EVERYTHING,
                        false,
                        Duration.ofMinutes(1),
                        TIMEOUT);
        try (var caller = village.caller(bus)) {
            return new Fleet(caller).run(run, targets(nodes), rollout, _ -> {});
        }
    }

    private Target[] three() {
        return IntStream.of(1, 2, 3)
                .mapToObj(
                        number -> {
                            village.node("n-" + number, "web0" + number, this::count);
                            return up("n-" + number, "web0" + number);
                        })
                .toArray(Target[]::new);
    }

    private Outcome count(Request request) {
        done.incrementAndGet();
        return HERE;
    }

    @Test
    void aRequestThatWasLostUnnoticedIsSentAgainWhenTheBusIsBack() {
        var report = run(new Shaky(village.bus().open(), 2, false), Rollout.ALL_AT_ONCE, three());
        assertThat(report.count(TargetState.OK)).isEqualTo(3);
        assertThat(report.took()).isLessThan(TIMEOUT);
    }

    @Test
    void aBatchThatCouldNotBeSentWaitsForTheBusAndIsSentThen() {
        var oneByOne = Rollout.ALL_AT_ONCE.stepping(Ramp.parse("1"));
        var report = run(new Shaky(village.bus().open(), 2, true), oneByOne, three());
        assertThat(report.problem()).isEmpty();
        assertThat(report.count(TargetState.OK)).isEqualTo(3);
        assertThat(done).hasValue(3);
    }

    @Test
    void whatCannotEvenBeBegunIsAnErrorAtOnce() {
        var bus = new Shaky(village.bus().open(), 1, true);
        var nodes = three();
        assertThatThrownBy(() -> run(bus, Rollout.ALL_AT_ONCE, nodes))
                .isInstanceOf(TransportException.class);
        assertThat(done).hasValue(0);
    }
}
