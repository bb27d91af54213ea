package io.muster.controller.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.controller.Amount;
import io.muster.controller.Village;
import io.muster.controller.discovery.Target;
import io.muster.message.ActionName;
import io.muster.message.Budget;
import io.muster.message.MalformedException;
import io.muster.message.NodeId;
import io.muster.message.Value.Fields;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

class ScheduleTest {
    private static final Gate GATE =
            new Gate(
                    Optional.of(
                            new Gate.Question(
                                    new ActionName("web.check"),
                                    Fields.EMPTY.with("port", 80),
                                    Duration.ofSeconds(10))),
                    List.of("load < 2", "os=debian"),
                    Duration.ofMinutes(1),
                    Duration.ofMinutes(10));

    private static List<Target> nodes(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(i -> Village.up("n-%05d".formatted(i), "web%05d".formatted(i)))
                .toList();
    }

    private static List<Integer> sizes(Rollout rollout, int count) {
        return Schedule.of(rollout, nodes(count), count).batches().stream()
                .map(batch -> batch.nodes().size())
                .toList();
    }

    private static Rollout ramp(String steps) {
        return Rollout.ALL_AT_ONCE.stepping(Ramp.parse(steps));
    }

    @Test
    void theLastStepOfARampIsTakenAgainAndAgain() {
        assertThat(sizes(ramp("1,5,25%"), 40)).containsExactly(1, 5, 10, 10, 10, 4);
        assertThat(sizes(ramp("3"), 7)).containsExactly(3, 3, 1);
        assertThat(sizes(ramp("1%"), 3)).containsExactly(1, 1, 1);
        assertThat(sizes(Rollout.ALL_AT_ONCE, 40)).containsExactly(40);
        assertThat(sizes(Rollout.ALL_AT_ONCE, 0)).isEmpty();
    }

    @Test
    void theCanaryGoesFirstAndAlone() {
        var canary = List.of(new NodeId("n-00003"), new NodeId("n-00002"));
        var batches = Schedule.of(ramp("2").after(canary), nodes(5), 5).batches();
        assertThat(batches.getFirst().canary()).isTrue();
        assertThat(batches).extracting(Batch::words).startsWith("the canary", "batch 1", "batch 2");
        assertThat(batches.getFirst().nodes()).containsExactlyInAnyOrderElementsOf(canary);
        assertThat(batches.stream().skip(1).flatMap(batch -> batch.nodes().stream()))
                .doesNotContainAnyElementsOf(canary)
                .hasSize(3);
    }

    @Property(tries = 200)
    void everybodyIsInExactlyOneBatch(
            @ForAll @Size(min = 1, max = 5) List<@IntRange(min = 1, max = 100) Integer> steps,
            @ForAll @IntRange(max = 300) int count) {
        var ramp =
                new Ramp(
                        steps.stream().map(n -> new Amount(n, n % 2 == 0)).toList(),
                        Integer.MAX_VALUE);
        var schedule = Schedule.of(Rollout.ALL_AT_ONCE.stepping(ramp), nodes(count), count);
        var all = schedule.batches().stream().flatMap(batch -> batch.nodes().stream()).toList();
        assertThat(all).containsExactlyElementsOf(nodes(count).stream().map(Target::id).toList());
    }

    @Test
    void whatIsWrittenDownIsReadAgain() {
        var whole =
                ramp("1,5,25%")
                        .failing(Amount.parse("5%"))
                        .missing(Amount.parse("3"))
                        .paced(7, Duration.ofSeconds(90))
                        .after(List.of(new NodeId("n-1")))
                        .gated(GATE)
                        .pausing(Set.of(0, 12))
                        .spread(Optional.of("zone"), List.of(Floor.parse("role=80%")));
        for (var each : List.of(whole, Rollout.CAREFUL, Rollout.ALL_AT_ONCE)) {
            assertThat(Rollout.of(each.toValue())).isEqualTo(each);
        }
    }

    @Test
    void whatIsApprovedIsInNodesAndNothingOfItIsLeftOpen() {
        var whole =
                ramp("1,5,25%")
                        .failing(Amount.parse("5%"))
                        .missing(Amount.parse("10%"))
                        .paced(7, Duration.ofSeconds(90))
                        .after(List.of(new NodeId("n-1")))
                        .gated(GATE)
                        .pausing(Set.of(0, 12))
                        .spread(Optional.of("zone"), List.of(Floor.parse("role=80%")));
        var budget = whole.budget(40);
        assertThat(budget.batch()).isEqualTo(10);
        assertThat(budget.maxFailed()).isEqualTo(2);
        assertThat(budget.rollout().toString()).contains("1,5,10");
        var again = Rollout.of(budget);
        assertThat(again)
                .isEqualTo(
                        ramp("1,5,10")
                                .failing(Amount.parse("2"))
                                .missing(Amount.parse("4"))
                                .paced(7, Duration.ofSeconds(90))
                                .after(List.of(new NodeId("n-1")))
                                .gated(GATE)
                                .pausing(Set.of(0, 12))
                                .spread(Optional.of("zone"), List.of(Floor.parse("role=80%"))));
        assertThat(Rollout.CAREFUL.budget(40).rollout().members()).isEmpty();
    }

    @Test
    void whatANewerVersionAgreedOnIsNotSentByThisOne() {
        var newer = new Budget(1, 0, Fields.EMPTY.with("moon", "full"));
        assertThatThrownBy(() -> Rollout.of(newer))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("moon");
    }

    @Test
    void aStepOfNobodyIsNone() {
        for (var bad : List.of("", "0", "1,0", "1,,5", "1,5,", "1;5", "101%", "-1", "0%")) {
            assertThatThrownBy(() -> Ramp.parse(bad))
                    .as(bad)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
