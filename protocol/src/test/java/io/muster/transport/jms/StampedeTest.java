package io.muster.transport.jms;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * A fleet that lost its broker, in virtual time: the broker makes so many handshakes a second, one
 * after the other, and lets go of whom it kept waiting for too long.
 */
class StampedeTest {
    private static final int NODES = 10_000;
    private static final int HANDSHAKES_PER_SECOND = 100;
    private static final long PATIENCE = Duration.ofSeconds(10).toMillis();

    private record Attempt(long at, int failures) {}

    private static final class Fleet {
        private final Random random;
        private final PriorityQueue<Attempt> attempts =
                new PriorityQueue<>(Comparator.comparingLong(Attempt::at));
        private final Deque<Attempt> door = new ArrayDeque<>();
        private final int[] perSecond = new int[600];
        private int back;
        private long last;

        Fleet(long seed) {
            random = new Random(seed);
            for (int i = 0; i < NODES; i++) {
                again(0, 0);
            }
        }

        private void again(long now, int failures) {
            var pause = Backoff.DEFAULT.pause(failures, random).toMillis();
            attempts.add(new Attempt(now + pause, failures + 1));
        }

        /** The broker is there again from that moment on. */
        void run(long returns) {
            var step = 1_000 / HANDSHAKES_PER_SECOND;
            for (long now = 0; back < NODES; now += step) {
                while (!attempts.isEmpty() && attempts.peek().at() <= now) {
                    var attempt = attempts.remove();
                    if (now < returns) {
                        again(now, attempt.failures());
                    } else {
                        perSecond[(int) ((now - returns) / 1_000)]++;
                        door.add(attempt);
                    }
                }
                while (!door.isEmpty() && now - door.peek().at() > PATIENCE) {
                    again(now, door.remove().failures());
                }
                if (!door.isEmpty()) {
                    door.remove();
                    back++;
                    last = now - returns;
                }
            }
        }
    }

    /** Nobody could do it in less than the 100 seconds that their handshakes take. */
    @Test
    void tenThousandWhoLostOneBrokerAreBackSoonAndDoNotComeAllAtOnce() {
        for (long seed = 1; seed <= 3; seed++) {
            for (var outage : new int[] {1, 20, 300}) {
                var fleet = new Fleet(seed);
                fleet.run(Duration.ofSeconds(outage).toMillis());
                var busiest = Arrays.stream(fleet.perSecond).max().orElseThrow();
                assertThat(fleet.last).as("back after %d s", outage).isLessThan(150_000);
                assertThat(busiest)
                        .as("in one second, after %d s", outage)
                        .isLessThan(outage < 10 ? NODES * 2 / 3 : NODES / 10);
            }
        }
    }

    @Test
    void theFirstAttemptAfterALossIsSpreadAsWell() {
        var tenths = new int[10];
        var random = new Random(1);
        for (int i = 0; i < NODES; i++) {
            tenths[(int) (Backoff.DEFAULT.pause(0, random).toMillis() / 100)]++;
        }
        for (var tenth : tenths) {
            assertThat(tenth).isBetween(NODES / 10 * 8 / 10, NODES / 10 * 12 / 10);
        }
    }
}
