package io.muster.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.message.Role;

import org.junit.jupiter.api.Test;

import java.time.Duration;

class TokenBucketTest {
    private static final BrokerLimits.Rate RATE =
            new BrokerLimits.Rate(10, Duration.ofSeconds(1), 3);
    private static final long START = -5_000_000_000L;

    private final TokenBucket bucket = new TokenBucket(RATE, START);

    @Test
    void burstIsFreeAndWhatFollowsWaitsItsTurn() {
        for (var i = 0; i < 3; i++) {
            assertThat(bucket.take(1, START)).isEqualTo(Duration.ZERO);
        }
        assertThat(bucket.take(1, START)).isEqualTo(Duration.ofMillis(100));
        assertThat(bucket.take(1, START)).isEqualTo(Duration.ofMillis(200));
    }

    @Test
    void restFillsItUpToTheBurstAndNotMore() {
        for (var i = 0; i < 3; i++) {
            bucket.take(1, START);
        }
        var later = START + Duration.ofHours(1).toNanos();

        for (var i = 0; i < 3; i++) {
            assertThat(bucket.take(1, later)).isEqualTo(Duration.ZERO);
        }
        assertThat(bucket.take(1, later)).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void severalAtOnceWaitForAllOfThem() {
        assertThat(bucket.take(4, START)).isEqualTo(Duration.ofMillis(100));
        assertThat(bucket.take(1, START)).isEqualTo(Duration.ofMillis(200));
    }

    @Test
    void clockThatGoesBackGivesNothing() {
        for (var i = 0; i < 3; i++) {
            bucket.take(1, START);
        }

        assertThat(bucket.take(1, START - 1_000_000_000L)).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void operatorsWriteToThousandsAndNodesDoNot() {
        var each = BrokerLimits.usual().each();
        var node = new TokenBucket(each.rate(Role.NODE), START);
        var operator = new TokenBucket(each.rate(Role.OPERATOR), START);

        assertThat(operator.take(20_000, START)).isEqualTo(Duration.ZERO);
        assertThat(node.take(20_000, START)).isEqualTo(Duration.ofSeconds(5));
    }
}
