package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.message.Identity;
import io.muster.message.RequestId;
import io.muster.message.RequestKey;
import io.muster.message.Role;
import io.muster.node.Withdrawals.Withdrawn;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;

class WithdrawalsTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final Instant TOMORROW = NOON.plus(Duration.ofDays(1));
    private static final Identity ALICE = operator("alice");

    private final Withdrawals withdrawals = new Withdrawals(_ -> false);

    private static Identity operator(String name) {
        return new Identity("test", Role.OPERATOR, name);
    }

    private void cancel(Identity who, int number) {
        var id = new RequestId("%032x".formatted(number));
        withdrawals.add(new Withdrawn(new RequestKey(id, who), who, TOMORROW));
    }

    private void cancelAll(Identity who) {
        for (int i = 0; withdrawals.roomFor(who, NOON); i++) {
            cancel(who, i);
        }
    }

    @Test
    void manyWhoCancelWhatNeverWasLeaveEverybodyElseRoomForSome() {
        for (int i = 0; i < 8; i++) {
            cancelAll(operator("mallory" + i));
        }
        assertThat(withdrawals.all()).hasSizeLessThan(SeenRequests.MOST + 8 * Withdrawals.SURE);
        cancelAll(ALICE);
        assertThat(withdrawals.all().stream().filter(w -> w.by().equals(ALICE)))
                .hasSize(Withdrawals.SURE);
        assertThat(withdrawals.roomFor(ALICE, TOMORROW.plusSeconds(1))).isTrue();
        assertThat(withdrawals.all()).isEmpty();
    }

    @Test
    void oneAloneTakesNoMoreThanAShare() {
        cancelAll(operator("mallory"));
        assertThat(withdrawals.all()).hasSize(Withdrawals.MOST_OF_A_CALLER);
        assertThat(withdrawals.roomFor(ALICE, NOON)).isTrue();
    }

    @Test
    void whatIsSaidAgainTakesNoMoreRoom() {
        for (int i = 0; i < Withdrawals.MOST_OF_A_CALLER; i++) {
            cancel(ALICE, 1);
        }
        assertThat(withdrawals.roomFor(ALICE, NOON)).isTrue();
        assertThat(withdrawals.all()).hasSize(1);
    }
}
