package io.muster.transport.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Random;
import java.util.stream.IntStream;

class BackoffTest {
    private static final Backoff BACKOFF =
            new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(60));

    @Property
    void pauseIsNeverLongerThanTheDoubledLimitNorTheCap(
            @ForAll @IntRange(max = 10_000) int failures, @ForAll long seed) {
        var pause = BACKOFF.pause(failures, new Random(seed));

        var doubled = failures > 6 ? 60_000 : Math.min(60_000, 1_000 << failures);
        assertThat(pause).isBetween(Duration.ZERO, Duration.ofMillis(doubled));
    }

    @Test
    void pausesOfManyAreSpreadOverTheWholeRange() {
        var pauses =
                IntStream.range(0, 1_000)
                        .mapToLong(seed -> BACKOFF.pause(6, new Random(seed * 7919L)).toMillis())
                        .summaryStatistics();

        assertThat(pauses.getMin()).isLessThan(6_000);
        assertThat(pauses.getMax()).isGreaterThan(54_000);
        assertThat(pauses.getAverage()).isBetween(25_000.0, 35_000.0);
    }

    @Test
    void limitsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> new Backoff(Duration.ZERO, Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .hasMessage("not a back-off: from PT2S up to PT1S");
    }
}
