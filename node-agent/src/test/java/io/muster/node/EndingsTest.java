package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.message.Identity;
import io.muster.message.LeftOut;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Reply;
import io.muster.message.Reply.Answer;
import io.muster.message.RequestId;
import io.muster.message.RequestKey;
import io.muster.message.Role;
import io.muster.message.Value.Fields;
import io.muster.node.Endings.Ended;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;

class EndingsTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final Identity ALICE = new Identity("test", Role.OPERATOR, "alice");
    private static final Identity BOB = new Identity("test", Role.OPERATOR, "bob");
    private static final Identity NODE = Identity.node("test", new NodeId("n1"));

    private final Endings endings = new Endings(1 << 20);

    private static Ended ended(int number, Identity caller, int size) {
        var data = Fields.EMPTY;
        for (int left = size; left > 0; left -= 10_000) {
            data = data.with("output" + left, "x".repeat(Math.min(left, 10_000)));
        }
        var reply =
                new Reply(
                        id(number),
                        "%064x".formatted(number),
                        NODE,
                        "web01",
                        0,
                        new Answer.Final(new Outcome.Changed("number " + number, data)),
                        NOON,
                        NOON,
                        "boot");
        return Ended.of(reply, caller, NOON.plus(Duration.ofDays(1)));
    }

    private static RequestId id(int number) {
        return new RequestId("%032x".formatted(number));
    }

    private static RequestKey key(int number, Identity caller) {
        return new RequestKey(id(number), caller);
    }

    private Outcome outcome(int number) {
        return outcome(number, ALICE);
    }

    private Outcome outcome(int number, Identity caller) {
        return ((Answer.Final) endings.find(key(number, caller)).orElseThrow().said().answer())
                .outcome();
    }

    @Test
    void whatIsTooLargeKeepsItsOutcomeAndSaysHowMuchIsMissing() {
        endings.add(ended(1, ALICE, 70_000), NOON);
        var outcome = outcome(1);
        assertThat(outcome.word()).isEqualTo("changed");
        assertThat(outcome.message()).isEqualTo("number 1");
        assertThat(LeftOut.in(outcome)).isTrue();
        assertThat(outcome.result().toString()).contains("bytes").contains("sha256");
        endings.add(ended(2, ALICE, 60_000), NOON);
        assertThat(LeftOut.in(outcome(2))).isFalse();
    }

    @Test
    void whereThereIsNoRoomTheOldestLoseTheirDataAndThenAreForgotten() {
        for (int i = 0; i < 10_000; i++) {
            endings.add(ended(i, ALICE, 30_000), NOON);
        }
        var kept = endings.all();
        assertThat(kept).hasSizeBetween(100, 1_000);
        assertThat(kept.stream().mapToLong(e -> e.reply().length()).sum()).isLessThan(1 << 19);
        assertThat(LeftOut.in(outcome(9_999))).isFalse();
        assertThat(LeftOut.in(outcome(9_900))).isTrue();
        assertThat(endings.find(key(0, ALICE))).isEmpty();
        assertThat(endings.forgotten()).isEqualTo(NOON.plus(Duration.ofDays(1)));
    }

    @Test
    void oneCallerDoesNotPushOutTheOthers() {
        endings.add(ended(1, BOB, 30_000), NOON);
        for (int i = 2; i < 3_000; i++) {
            endings.add(ended(i, ALICE, 1_000), NOON);
        }
        assertThat(LeftOut.in(outcome(1, BOB))).isFalse();
        assertThat(endings.find(key(2, ALICE))).isEmpty();
    }

    @Test
    void whatAnotherAskedUnderTheSameIdIsAnotherRequest() {
        endings.add(ended(1, ALICE, 10), NOON);
        endings.add(ended(1, BOB, 70_000), NOON);
        assertThat(LeftOut.in(outcome(1))).isFalse();
        assertThat(LeftOut.in(outcome(1, BOB))).isTrue();
    }

    @Test
    void whoseTimeIsUpIsForgotten() {
        endings.add(ended(1, ALICE, 10), NOON);
        endings.forget(NOON.plus(Duration.ofHours(24)));
        assertThat(endings.find(key(1, ALICE))).isPresent();
        endings.forget(NOON.plus(Duration.ofHours(25)));
        assertThat(endings.find(key(1, ALICE))).isEmpty();
    }
}
