package io.muster.controller;

import static io.muster.controller.Village.HERE;
import static io.muster.controller.Village.target;
import static io.muster.controller.Village.targets;
import static io.muster.controller.Village.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.action.BuiltIn;
import io.muster.controller.discovery.Presence;
import io.muster.controller.discovery.Target;
import io.muster.controller.discovery.Targets;
import io.muster.controller.rollout.Halt;
import io.muster.controller.rollout.Ramp;
import io.muster.controller.rollout.Rollout;
import io.muster.controller.rollout.Words;
import io.muster.filter.Filter;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Reply.Answer;
import io.muster.message.Value.Fields;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

class RolloutTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final Village village = new Village();
    private final List<String> order = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        village.close();
    }

    private Target[] nodes(int count, Integer... failing) {
        var bad = List.of(failing);
        return IntStream.rangeClosed(1, count)
                .mapToObj(
                        i -> {
                            var id = "n-" + i;
                            village.node(
                                    id,
                                    "web" + i,
                                    _ -> {
                                        order.add(id);
                                        return bad.contains(i) ? Outcome.failed("x", "no") : HERE;
                                    });
                            return up(id, "web" + i);
                        })
                .toArray(Target[]::new);
    }

    private static Run ping(Duration timeout) {
        var spec = BuiltIn.NODE_PING;
        return new Run(
                spec.name(),
                spec.actionClass(),
                Fields.EMPTY,
                Filter.EVERYTHING,
                false,
                Duration.ofMinutes(1),
                timeout);
    }

    private Report run(Rollout rollout, Duration timeout, Target... nodes) {
        var run = ping(timeout);
        try (var caller = village.caller()) {
            return new Fleet(caller).run(run, targets(nodes), rollout, _ -> {});
        }
    }

    private static Rollout steps(String ramp) {
        return Rollout.ALL_AT_ONCE.stepping(Ramp.parse(ramp));
    }

    private static Rollout canary(String... ids) {
        return steps("100%").after(List.of(ids).stream().map(NodeId::new).toList());
    }

    private static Halt.Cause cause(Report report) {
        return report.halt().orElseThrow().by();
    }

    @Test
    void unlessTheCanaryEndsWellNobodyElseIsSentToWhateverTheBudgetIs() {
        var nodes = nodes(4, 3);
        var report = run(canary("n-3"), LONG, nodes);
        assertThat(order).containsExactly("n-3");
        assertThat(report.count(TargetState.NOT_SENT)).isEqualTo(3);
        assertThat(cause(report)).isEqualTo(Halt.Cause.CANARY);
        assertThat(report.halt().orElseThrow().why()).contains("web3 is failed");
        assertThat(ExitCode.of(report)).isEqualTo(ExitCode.FAILED);
        order.clear();
        var well = run(canary("n-4", "n-2"), LONG, nodes);
        assertThat(order.subList(0, 2)).containsExactlyInAnyOrder("n-4", "n-2");
        assertThat(well.halt()).isEmpty();
        assertThat(well.count(TargetState.OK)).isEqualTo(3);
    }

    @Test
    void aCanaryThatIsAwayOrSilentIsNotWell() {
        var nodes = new ArrayList<>(List.of(nodes(2)));
        nodes.add(target("n-8", "gone", Presence.DOWN));
        nodes.add(up("n-9", "mute"));
        var all = nodes.toArray(Target[]::new);
        var away = run(canary("n-8", "n-1"), LONG, all);
        assertThat(order).isEmpty();
        assertThat(away.halt().orElseThrow().why()).contains("gone is offline");
        var silent = run(canary("n-9"), Duration.ofMillis(200), all);
        assertThat(order).isEmpty();
        assertThat(silent.halt().orElseThrow().why()).contains("mute is no-reply");
        assertThat(ExitCode.of(silent)).isEqualTo(ExitCode.INCOMPLETE);
    }

    @Test
    void theNextIsSentToAsSoonAsOneEndsAndNeverMoreAreAtWork() {
        var third = new CountDownLatch(1);
        var atWork = new AtomicInteger();
        var most = new AtomicInteger();
        for (int i = 1; i <= 6; i++) {
            var number = i;
            village.node(
                    "n-" + i,
                    (call, node) ->
                            Thread.startVirtualThread(
                                    () -> {
                                        most.accumulateAndGet(atWork.incrementAndGet(), Math::max);
                                        if (number == 3) {
                                            third.countDown();
                                        }
                                        if (number == 1) {
                                            // batches of two would never get there
                                            await().atMost(LONG).until(() -> third.getCount() == 0);
                                        }
                                        atWork.decrementAndGet();
                                        call.reply(node, "web", 0, new Answer.Final(HERE));
                                    }));
        }
        var all =
                IntStream.rangeClosed(1, 6)
                        .mapToObj(i -> up("n-" + i, "web" + i))
                        .toArray(Target[]::new);
        var report = run(Rollout.ALL_AT_ONCE.paced(2, Duration.ZERO), LONG, all);
        assertThat(report.count(TargetState.OK)).isEqualTo(6);
        assertThat(most).hasValue(2);
    }

    @Test
    void aBudgetCountsInAWindowToo() {
        var one = Rollout.ALL_AT_ONCE.paced(1, Duration.ZERO).failing(Amount.parse("0"));
        var report = run(one, LONG, nodes(4, 2));
        assertThat(order).containsExactly("n-1", "n-2");
        assertThat(cause(report)).isEqualTo(Halt.Cause.MAX_FAILED);
        assertThat(report.halt().orElseThrow().why()).startsWith("1 of 4 targets failed");
        assertThat(report.count(TargetState.NOT_SENT)).isEqualTo(2);
    }

    @Test
    void whoDoesNotAnswerInAWindowGivesItsPlaceAwayAndCounts() {
        var nodes = new ArrayList<>(List.of(nodes(3)));
        nodes.add(up("n-0", "a-mute"));
        var window = Rollout.ALL_AT_ONCE.paced(1, Duration.ZERO);
        var all = nodes.toArray(Target[]::new);
        var report = run(window, Duration.ofMillis(150), all);
        assertThat(report.count(TargetState.OK)).isEqualTo(3);
        var strict = run(window.failing(Amount.parse("0")), Duration.ofMillis(150), all);
        assertThat(strict.count(TargetState.NOT_SENT)).isEqualTo(3);
    }

    @Test
    void reachingTheBudgetStopsAndNoneIsTheSameAsTheFirst() {
        for (var most : List.of("2", "50%")) {
            order.clear();
            var report = run(steps("1").failing(Amount.parse(most)), LONG, nodes(4, 1, 3));
            assertThat(order).as(most).containsExactly("n-1", "n-2", "n-3");
            assertThat(cause(report)).isEqualTo(Halt.Cause.MAX_FAILED);
        }
        for (var first : List.of("0", "1", "10%")) {
            order.clear();
            run(steps("1").failing(Amount.parse(first)), LONG, nodes(4, 1, 3));
            assertThat(order).as(first).containsExactly("n-1");
        }
    }

    @Test
    void whoIsAtWorkInAWindowCountsSoThatNoMoreCanFailThanMay() {
        var mute =
                IntStream.rangeClosed(1, 6)
                        .mapToObj(i -> up("n-" + i, "web" + i))
                        .toArray(Target[]::new);
        var wide = Rollout.ALL_AT_ONCE.paced(5, Duration.ZERO).failing(Amount.parse("2"));
        var report = run(wide, Duration.ofMillis(150), mute);
        assertThat(report.count(TargetState.NO_REPLY)).isEqualTo(2);
        assertThat(report.count(TargetState.NOT_SENT)).isEqualTo(4);
        assertThat(Words.of(wide, 6))
                .contains("at most 2 at work at a time, and not 5: all may fail");
    }

    @Test
    void neverAreMoreAtWorkThanMayStillFailWhateverTheStepsAre() {
        for (long seed = 1; seed <= 25; seed++) {
            var chance = new Random(seed);
            var most = 1 + chance.nextInt(5);
            var count = 3 + chance.nextInt(10);
            var atRisk = new AtomicInteger();
            var worst = new AtomicInteger();
            var nodes = new Target[count];
            for (int i = 0; i < count; i++) {
                var good = chance.nextInt(4) > 0;
                nodes[i] = up("s" + seed + "-" + i, "web" + i);
                village.node(
                        nodes[i].id().value(),
                        (call, node) ->
                                Thread.startVirtualThread(
                                        () -> {
                                            worst.accumulateAndGet(
                                                    atRisk.incrementAndGet(), Math::max);
                                            if (good) {
                                                atRisk.decrementAndGet();
                                            }
                                            var outcome = good ? HERE : Outcome.failed("x", "no");
                                            call.reply(node, "web", 0, new Answer.Final(outcome));
                                        }));
            }
            var rollout =
                    steps(List.of("100%", "4", "1,3,50%").get(chance.nextInt(3)))
                            .failing(new Amount(most, false))
                            .paced(chance.nextInt(3) * 3, Duration.ZERO);
            run(rollout, LONG, nodes);
            assertThat(worst.get()).as("seed %s: %s", seed, rollout).isLessThanOrEqualTo(most);
        }
    }

    @Test
    void aBatchCountsWhoIsAtWorkToo() {
        var mute =
                IntStream.rangeClosed(1, 6)
                        .mapToObj(i -> up("n-" + i, "web" + i))
                        .toArray(Target[]::new);
        var typed = steps("6").failing(Amount.parse("2"));
        var report = run(typed, Duration.ofMillis(150), mute);
        assertThat(report.count(TargetState.NO_REPLY)).isEqualTo(2);
        assertThat(report.count(TargetState.NOT_SENT)).isEqualTo(4);
        assertThat(Words.of(typed, 6))
                .contains("at most 2 at work at a time, and not 6: all may fail");
        var usual = run(steps("5").watched(), Duration.ofMillis(150), mute);
        assertThat(usual.count(TargetState.NO_REPLY)).isEqualTo(5);
        assertThat(usual.count(TargetState.NOT_SENT)).isEqualTo(1);
    }

    @Test
    void whenTooManyAreAwayNothingIsSent() {
        var nodes = new ArrayList<>(List.of(nodes(3)));
        nodes.add(target("n-8", "gone", Presence.DOWN));
        var all = nodes.toArray(Target[]::new);
        var strict = steps("1").missing(Amount.parse("0"));
        var report = run(strict, LONG, all);
        assertThat(order).isEmpty();
        assertThat(cause(report)).isEqualTo(Halt.Cause.MAX_OFFLINE);
        assertThat(report.halt().orElseThrow().why())
                .isEqualTo("1 of 4 targets are offline, and --max-offline is 0");
        assertThat(report.count(TargetState.NOT_SENT)).isEqualTo(3);
        assertThat(ExitCode.of(report)).isEqualTo(ExitCode.INCOMPLETE);
    }

    @Test
    void whoLeavesBeforeItsBatchIsOfflineAndCounts() {
        var nodes = nodes(4);
        village.hub(
                up("n-1", "web1"),
                up("n-2", "web2"),
                target("n-3", "web3", Presence.LEFT),
                target("n-4", "web4", Presence.DOWN));
        var one = run(steps("2").missing(Amount.parse("2")), LONG, nodes);
        assertThat(order).containsExactlyInAnyOrder("n-1", "n-2");
        assertThat(one.count(TargetState.OFFLINE)).isEqualTo(2);
        assertThat(one.halt()).isEmpty();
        order.clear();
        var two = run(steps("1,1,1").missing(Amount.parse("0")), LONG, nodes);
        assertThat(order).containsExactly("n-1", "n-2");
        assertThat(cause(two)).isEqualTo(Halt.Cause.MAX_OFFLINE);
        assertThat(two.count(TargetState.NOT_SENT)).isEqualTo(1);
    }

    @Test
    void whoSaidGoodbyeBeforeItsBatchCameIsNotSentToWhateverTheBudgetIs() {
        var nodes = nodes(3);
        village.hub(
                up("n-1", "web1"),
                target("n-2", "web2", Presence.LEFT),
                target("n-3", "web3", Presence.LEFT));
        var found = new Targets(List.of(nodes), List.of(), "presence", Duration.ZERO, List.of());
        try (var caller = village.caller()) {
            var report = new Fleet(caller).run(ping(LONG), found, steps("1"), _ -> {});
            assertThat(order).containsExactly("n-1");
            assertThat(report.count(TargetState.OFFLINE)).isEqualTo(2);
            assertThat(report.halt()).isEmpty();
        }
    }

    @Test
    void whatWasApprovedAndHasExpiredMeanwhileIsNotSentAnyMore() throws Exception {
        var nodes = nodes(2);
        var rollout = steps("1").paced(0, Duration.ofMillis(300));
        try (var caller = village.caller()) {
            var fleet = new Fleet(caller);
            var run = ping(LONG);
            var asked = fleet.propose(run, targets(nodes), rollout, 1, Duration.ofMillis(250));
            var past = Past.none(run.action(), run.actionClass(), LONG, rollout, targets(nodes));
            var report = fleet.run(past, Signing.signed(asked), Logbook.NONE, _ -> {});
            assertThat(order).containsExactly("n-1");
            assertThat(report.count(TargetState.NOT_SENT)).isEqualTo(1);
            assertThat(report.problem().orElseThrow()).startsWith("what was approved expired ");
            assertThat(ExitCode.of(report)).isEqualTo(ExitCode.UNABLE);
        }
    }

    @Test
    void betweenTwoBatchesItWaitsAsLongAsWasSaid() {
        var start = System.nanoTime();
        var report = run(steps("1").paced(0, Duration.ofMillis(120)), LONG, nodes(3));
        assertThat(report.count(TargetState.OK)).isEqualTo(3);
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isGreaterThan(Duration.ofMillis(240));
    }
}
