package io.muster.controller;

import static io.muster.controller.Village.HERE;
import static io.muster.controller.Village.targets;
import static io.muster.controller.Village.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.action.ActionClass;
import io.muster.action.BuiltIn;
import io.muster.controller.discovery.Target;
import io.muster.controller.rollout.Ramp;
import io.muster.controller.rollout.Rollout;
import io.muster.filter.Filter;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Request;
import io.muster.message.Value.Fields;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;

class BatchesTest {
    private final Village village = new Village();
    private final ConcurrentLinkedQueue<Request> seen = new ConcurrentLinkedQueue<>();

    @AfterEach
    void close() {
        village.close();
    }

    private Target[] nodes(int count, Set<Integer> failing) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(
                        i -> {
                            village.node(
                                    "n-" + i, "web" + i, request -> answer(request, i, failing));
                            return up("n-" + i, "web" + i);
                        })
                .toArray(Target[]::new);
    }

    private Outcome answer(Request request, int node, Set<Integer> failing) {
        seen.add(request);
        return failing.contains(node) ? Outcome.failed("broken", "no") : HERE;
    }

    private Report run(Rollout rollout, Duration timeout, Target... nodes) {
        var spec = BuiltIn.NODE_REBOOT;
        var run =
                new Run(
                        spec.name(),
                        spec.actionClass(),
                        Fields.EMPTY,
                        Filter.EVERYTHING,
                        false,
                        Duration.ofMinutes(1),
                        timeout);
        try (var caller = village.caller()) {
            return new Fleet(caller).run(run, targets(nodes), rollout, _ -> {});
        }
    }

    private List<List<NodeId>> asked() {
        return seen.stream().map(request -> request.targets().orElseThrow()).distinct().toList();
    }

    @Test
    void aTenthOrTenAreSentToAtATimeAndTheOthersAreNotEvenNamed() {
        assertThat(Rollout.CAREFUL.ramp().size(0, 5)).isEqualTo(1);
        assertThat(Rollout.CAREFUL.ramp().size(0, 40)).isEqualTo(4);
        assertThat(Rollout.CAREFUL.ramp().size(0, 5_000)).isEqualTo(10);
        assertThat(Rollout.usual(ActionClass.DESTRUCTIVE)).isEqualTo(Rollout.CAREFUL);
        assertThat(Rollout.usual(ActionClass.CHANGE)).isEqualTo(Rollout.ALL_AT_ONCE);
        var report = run(Rollout.CAREFUL, Duration.ofSeconds(20), nodes(4, Set.of()));
        assertThat(report.count(TargetState.OK)).isEqualTo(4);
        assertThat(asked()).hasSize(4).allSatisfy(targets -> assertThat(targets).hasSize(1));
    }

    @Test
    void afterASecondFailureTheRestIsNotSent() {
        var report = run(Rollout.CAREFUL, Duration.ofSeconds(20), nodes(6, Set.of(1, 3)));
        assertThat(report.count(TargetState.FAILED)).isEqualTo(2);
        assertThat(report.count(TargetState.OK)).isEqualTo(1);
        assertThat(report.count(TargetState.NOT_SENT)).isEqualTo(3);
        assertThat(seen).hasSize(3);
        assertThat(ExitCode.of(report)).isEqualTo(ExitCode.FAILED);
    }

    @Test
    void silenceIsAFailureToo() {
        var nodes = nodes(3, Set.of());
        var dead = new Target[] {up("n-8", "dead"), up("n-9", "gone"), nodes[0], nodes[1]};
        var report = run(Rollout.CAREFUL, Duration.ofMillis(300), dead);
        assertThat(report.count(TargetState.NO_REPLY)).isEqualTo(2);
        assertThat(report.count(TargetState.NOT_SENT)).isEqualTo(2);
        assertThat(seen).isEmpty();
        assertThat(ExitCode.of(report)).isEqualTo(ExitCode.INCOMPLETE);
    }

    @Test
    void shareAndLimitAreAsTyped() {
        var half = Rollout.CAREFUL.stepping(Ramp.parse("50%")).failing(Amount.parse("0"));
        var nodes = nodes(4, Set.of(1, 2));
        var report = run(half, Duration.ofSeconds(20), nodes);
        assertThat(asked()).hasSize(1);
        assertThat(report.count(TargetState.NOT_SENT)).isEqualTo(3);
        seen.clear();
        var whole = run(half.watched(), Duration.ofSeconds(20), nodes);
        assertThat(asked()).hasSize(1);
        assertThat(whole.count(TargetState.NOT_SENT)).isEqualTo(2);
        for (var bad : List.of("", "x", "-1", "101%", "1.5", "10 %", "99999999")) {
            assertThatThrownBy(() -> Amount.parse(bad)).as(bad).isNotNull();
        }
    }
}
