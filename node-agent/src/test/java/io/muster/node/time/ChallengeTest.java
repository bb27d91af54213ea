package io.muster.node.time;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.action.ActionClass;
import io.muster.filter.Filter;
import io.muster.message.ActionName;
import io.muster.message.Bounds;
import io.muster.message.Collective;
import io.muster.message.Identity;
import io.muster.message.ListNumbers;
import io.muster.message.NodeId;
import io.muster.message.ReplyAddress;
import io.muster.message.Request;
import io.muster.message.RequestId;
import io.muster.message.SealedArguments;
import io.muster.message.Value.Fields;
import io.muster.node.time.Challenge.Quote;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

class ChallengeTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final NodeId SELF = new NodeId("n1");
    private static final Identity ALICE = Identity.parse("muster://test/operator/alice");

    private final AtomicLong nanos = new AtomicLong(5);
    private final AtomicInteger used = new AtomicInteger();
    private final Challenge challenge =
            Challenge.with(new Random(1), nanos::get, Duration.ofMinutes(1), used::incrementAndGet);

    private static Request quoting(String nonce) {
        return quoting(nonce, ActionClass.CHANGE);
    }

    private static Request quoting(String nonce, ActionClass actionClass) {
        return new Request(
                new RequestId("0".repeat(32)),
                "test",
                Collective.MAIN,
                ALICE,
                new ActionName("test.change"),
                Fields.EMPTY,
                Filter.EVERYTHING,
                Optional.of(List.of(SELF)),
                ReplyAddress.of(ALICE, "1"),
                NOON,
                NOON.plusSeconds(60),
                actionClass,
                false,
                Map.of(),
                List.of(),
                Map.of(SELF, nonce),
                Bounds.NONE,
                ListNumbers.NONE,
                SealedArguments.NONE);
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void aNonceEndsAnIntervalAfterTheValidityOfWhoQuotesIt() {
        var first = challenge.announce().orElseThrow();
        var second = challenge.announce().orElseThrow();
        pass(Duration.ofMinutes(2));
        assertThat(challenge.take(quoting(first), SELF)).isEqualTo(Quote.GOOD);
        pass(Duration.ofSeconds(1));
        assertThat(challenge.take(quoting(second), SELF)).isEqualTo(Quote.BAD);
    }

    @Test
    void everyNonceIsAnother() {
        assertThat(challenge.announce()).isNotEqualTo(challenge.announce());
        assertThat(challenge.announce().orElseThrow()).matches("[0-9a-f]{32}");
    }

    @Test
    void whatItWasUsedForIsToldAndWhatIsWrongIsNot() {
        var nonce = challenge.announce().orElseThrow();
        challenge.take(quoting("f".repeat(32)), SELF);
        assertThat(used).hasValue(0);
        challenge.take(quoting(nonce), SELF);
        assertThat(used).hasValue(1);
        assertThat(challenge.take(quoting(nonce), SELF)).isEqualTo(Quote.BAD);
    }

    @Test
    void lookingDoesNotUseItUp() {
        var nonce = challenge.announce().orElseThrow();
        assertThat(challenge.take(quoting(nonce, ActionClass.READ), SELF)).isEqualTo(Quote.GOOD);
        assertThat(challenge.take(quoting(nonce, ActionClass.READ), SELF)).isEqualTo(Quote.GOOD);
        assertThat(challenge.take(quoting(nonce), SELF)).isEqualTo(Quote.GOOD);
        assertThat(challenge.take(quoting(nonce), SELF)).isEqualTo(Quote.BAD);
        assertThat(used).hasValue(1);
    }

    @Test
    void theNodeItselfMustBeNamed() {
        var nonce = challenge.announce().orElseThrow();
        assertThat(challenge.take(quoting(nonce), new NodeId("n2"))).isEqualTo(Quote.NONE);
    }
}
