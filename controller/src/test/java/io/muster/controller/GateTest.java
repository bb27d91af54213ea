package io.muster.controller;

import static io.muster.controller.Village.HERE;
import static io.muster.controller.Village.targets;
import static io.muster.controller.Village.up;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.action.BuiltIn;
import io.muster.controller.discovery.Target;
import io.muster.controller.rollout.Gate;
import io.muster.controller.rollout.Halt;
import io.muster.controller.rollout.Ramp;
import io.muster.controller.rollout.Rollout;
import io.muster.filter.Filter;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Request;
import io.muster.message.Value.Fields;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

class GateTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Gate.Question STATUS =
            new Gate.Question(BuiltIn.TRUST_STATUS.name(), Fields.EMPTY, LONG);

    private final Village village = new Village();
    private final List<String> events = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        village.close();
    }

    /** Nodes that do what they are asked to change, and answer what only looks as is said. */
    private Target[] nodes(int count, BiFunction<Integer, Request, Outcome> looking) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(
                        i -> {
                            village.node("n-" + i, "web" + i, r -> answer(i, r, looking));
                            return up("n-" + i, "web" + i);
                        })
                .toArray(Target[]::new);
    }

    private Outcome answer(int i, Request request, BiFunction<Integer, Request, Outcome> looking) {
        var deed = request.action().equals(BuiltIn.USER_ENSURE.name());
        events.add((deed ? "do " : "look ") + i);
        return deed ? new Outcome.Changed("made", Fields.EMPTY) : looking.apply(i, request);
    }

    private static Gate question(Duration limit) {
        return new Gate(Optional.of(STATUS), List.of(), limit, Duration.ZERO);
    }

    private static Gate fact(Duration limit) {
        return new Gate(Optional.empty(), List.of("load < 2"), limit, Duration.ZERO);
    }

    private Report run(Gate gate, Target... nodes) {
        var spec = BuiltIn.USER_ENSURE;
        var run =
                new Run(
                        spec.name(),
                        spec.actionClass(),
                        Fields.EMPTY,
                        Filter.EVERYTHING,
                        false,
                        Duration.ofMinutes(1),
                        LONG);
        var rollout = Rollout.ALL_AT_ONCE.stepping(Ramp.parse("1")).gated(gate);
        try (var caller = village.caller()) {
            return new Fleet(caller).run(run, targets(nodes), rollout, _ -> {});
        }
    }

    private static String why(Report report) {
        assertThat(report.halt().orElseThrow().by()).isEqualTo(Halt.Cause.GATE);
        assertThat(ExitCode.of(report)).isEqualTo(ExitCode.FAILED);
        return report.halt().orElseThrow().why();
    }

    @Test
    void nobodyElseIsSentToUntilTheBatchIsWell() {
        var report = run(question(Duration.ZERO), nodes(3, (_, _) -> HERE));
        assertThat(events).containsExactly("do 1", "look 1", "do 2", "look 2", "do 3", "look 3");
        assertThat(report.halt()).isEmpty();
        assertThat(ExitCode.of(report)).isEqualTo(ExitCode.DONE);
    }

    @Test
    void aGateThatDoesNotHoldStopsTheRunAndSaysWhereAndWhy() {
        var nodes =
                nodes(3, (i, _) -> i == 2 ? Outcome.failed("down", "nginx is not running") : HERE);
        var report = run(question(Duration.ZERO), nodes);
        assertThat(events).containsExactly("do 1", "look 1", "do 2", "look 2");
        assertThat(why(report))
                .isEqualTo("gate of batch 2: web2: trust.status: failed (nginx is not running)");
        assertThat(report.count(TargetState.NOT_SENT)).isEqualTo(1);
        assertThat(report.count(TargetState.CHANGED)).isEqualTo(2);
    }

    @Test
    void whatChangedSomethingIsNotOk() {
        var changed = new Outcome.Changed("well, now it is", Fields.EMPTY);
        assertThat(why(run(question(Duration.ZERO), nodes(2, (_, _) -> changed))))
                .contains("web1: trust.status: changed");
    }

    @Test
    void theLastBatchMustBeWellToo() {
        var report = run(question(Duration.ZERO), nodes(1, (_, _) -> Outcome.failed("x", "no")));
        assertThat(why(report)).contains("gate of batch 1");
        assertThat(report.count(TargetState.NOT_SENT)).isZero();
    }

    @Test
    void aFactHasTimeToBecomeTrue() {
        var asked = new AtomicInteger();
        var nodes =
                nodes(
                        2,
                        (i, request) -> {
                            assertThat(request.filter().facts()).containsExactly("load < 2");
                            var yet = i == 1 && asked.incrementAndGet() < 3;
                            return yet
                                    ? new Outcome.Refused(Reason.FILTER_MISMATCH, "not yet")
                                    : HERE;
                        });
        var report = run(fact(LONG), nodes);
        assertThat(report.halt()).isEmpty();
        assertThat(events).containsExactly("do 1", "look 1", "look 1", "look 1", "do 2", "look 2");
    }

    @Test
    void aFactThatDoesNotBecomeTrueInTimeStopsTheRun() {
        var mismatch = new Outcome.Refused(Reason.FILTER_MISMATCH, "does not match");
        var report = run(fact(Duration.ofMillis(300)), nodes(2, (_, _) -> mismatch));
        assertThat(why(report)).contains("web1: load < 2: refused (does not match)");
        assertThat(events).containsExactly("do 1", "look 1", "look 1");
    }

    @Test
    void afterTheSoakAllMustHoldOnceMore() {
        var asked = new AtomicInteger();
        var gate = new Gate(Optional.of(STATUS), List.of(), Duration.ZERO, Duration.ofMillis(30));
        var nodes =
                nodes(
                        2,
                        (_, request) ->
                                request.action().equals(STATUS.action())
                                                && asked.incrementAndGet() == 2
                                        ? Outcome.failed("leak", "out of memory")
                                        : HERE);
        assertThat(why(run(gate, nodes))).contains("batch 1, after 30ms: web1").contains("memory");
        assertThat(events).containsExactly("do 1", "look 1", "look 1", "look 1");
    }

    @Test
    void aSoakAloneWantsTheNodesToBeThere() {
        var soak = new Gate(Optional.empty(), List.of(), Duration.ZERO, Duration.ofMillis(30));
        var gone = new Outcome.Refused(Reason.BUSY, "going down");
        var report = run(soak, nodes(2, (i, _) -> i == 1 ? HERE : gone));
        assertThat(why(report)).contains("batch 2, after 30ms: web2: still there?: refused");
    }
}
