package io.muster.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.packaging.Programs.Running;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Whatever is killed, told to stop or frozen at whatever moment of a run: each node ends in one
 * state, nothing is done twice, what is reported is what happened, and nobody has to restart
 * anything else. One fleet is put through all of it. More rounds with {@code -Dmuster.rounds=100},
 * the same moments again with {@code -Dmuster.seed}.
 */
class FaultsIT {
    private static final int ROUNDS = Integer.getInteger("muster.rounds", 1);
    private static final long SEED = Long.getLong("muster.seed", System.nanoTime());
    private static final int NODES = 3;
    private static final int LONGEST_MILLIS = 500;
    private static final Duration LIMIT = Duration.ofMinutes(1);

    @TempDir private static Path home;

    private static MarkingFleet fleet;

    private final Random random = new Random(SEED);

    @BeforeAll
    static void start() throws Exception {
        fleet = new MarkingFleet(home).with(NODES);
    }

    @AfterAll
    static void end() throws Exception {
        try {
            fleet.awaitAll();
            fleet.settle();
            fleet.evidence().holds(true, "seed " + SEED);
        } finally {
            fleet.close();
        }
    }

    @BeforeEach
    void allAreThere() throws Exception {
        fleet.awaitAll();
    }

    @AfterEach
    void allIsAsItShouldBe() throws Exception {
        fleet.slow(false);
        fleet.evidence().holds(false, "seed " + SEED);
    }

    @Test
    void aHubAndANodeKilledAtAnyMomentOfARunCostNoAnswerAndNoSecondDeed() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            var node = round % 2 == 0 ? "n" + (1 + random.nextInt(NODES)) : "";
            var run = fleet.start(MarkingFleet.MARK + "--timeout 40s");
            await().atMost(LIMIT).until(() -> found(run));
            TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_MILLIS));
            fleet.kill("hub");
            if (!node.isEmpty()) {
                fleet.kill(node);
            }
            fleet.hub();
            if (!node.isEmpty()) {
                fleet.agent(node);
            }
            var when = "seed " + SEED + ", round " + round + "\n";
            var status = fleet.status(run);
            if (Evidence.states(run).isEmpty()) {
                // The hub died before anything was sent, and that was said.
                assertThat(status).as(when + run.said()).isIn(1, 3);
            } else {
                told(run);
            }
            fleet.evidence().holds(false, when + run.said());
            fleet.awaitAll();
        }
        fleet.settle();
    }

    /** From here on something may be sent at any moment. */
    private static boolean found(Running run) throws IOException {
        return run.said().contains("discovered") || !run.process().isAlive();
    }

    private static void told(Running run) throws IOException {
        assertThat(Evidence.states(run)).as(run.said()).hasSize(NODES);
        fleet.evidence().told(run);
    }

    @Test
    void aNodeAgentKilledInTheMiddleSaysSoWhenItIsBackAndNeverBeginsAgain() throws Exception {
        fleet.slow(true);
        var run = fleet.marking("--timeout 60s", NODES);
        fleet.kill("n1");
        fleet.agent("n1");
        await().atMost(LIMIT).until(() -> Evidence.states(run).containsKey("n1"));
        fleet.kill("n1");
        fleet.agent("n1");
        fleet.slow(false);
        assertThat(fleet.status(run)).as(run.said()).isEqualTo(4);
        told(run);
        assertThat(Evidence.states(run))
                .as(run.said())
                .containsEntry("n1", "interrupted")
                .containsEntry("n2", "changed")
                .containsEntry("n3", "changed");
    }

    @Test
    void aControllerKilledInTheMiddleIsResumedAndNothingIsDoneTwice() throws Exception {
        fleet.slow(true);
        var cut = fleet.marking("--timeout 60s", NODES);
        var deeds = fleet.evidence().deeds().size();
        cut.kill();
        assertThat(fleet.run("runs").said()).contains("unfinished");
        fleet.slow(false);
        for (int i = 0; i < 2; i++) {
            var resumed = fleet.run("runs resume last --output jsonl");
            assertThat(fleet.status(resumed)).as(resumed.said()).isZero();
            told(resumed);
            assertThat(Evidence.states(resumed).values()).containsOnly("changed");
        }
        assertThat(fleet.evidence().deeds()).hasSize(deeds);
    }

    @Test
    void aHubKilledWhileAnActionRunsCostsNoAnswerAndNoSecondRun() throws Exception {
        fleet.slow(true);
        var run = fleet.marking("--timeout 90s", NODES);
        var deeds = fleet.evidence().deeds().size();
        fleet.kill("hub");
        fleet.slow(false);
        fleet.hub();
        // The answers were on their way when the hub died: the nodes say them again.
        assertThat(fleet.status(run)).as(run.said()).isZero();
        told(run);
        assertThat(fleet.evidence().deeds()).hasSize(deeds);
    }

    @Test
    void aNodeAgentToldToStopOnceEndsInGoodOrderAndToldTwiceAtOnce() throws Exception {
        fleet.slow(true);
        var run = fleet.marking("--timeout 60s", NODES);
        var first = fleet.of("n1");
        var second = fleet.of("n2");
        for (var told : List.of(first, second, second)) {
            told.signal("TERM");
        }
        assertThat(fleet.status(first)).isEqualTo(143);
        assertThat(fleet.status(second)).isEqualTo(143);
        // Whoever is stopped in good order says how it ended; whoever is not, when it is back.
        await().atMost(LIMIT).until(() -> Evidence.states(run).containsKey("n1"));
        fleet.slow(false);
        fleet.agent("n1");
        fleet.agent("n2");

        assertThat(fleet.status(run)).as(run.said()).isEqualTo(4);
        told(run);
        assertThat(Evidence.states(run))
                .as(run.said())
                .containsEntry("n1", "interrupted")
                .containsEntry("n2", "interrupted")
                .containsEntry("n3", "changed");
    }

    @Test
    void aRunThatIsStoppedByCtrlCOrAClosedTerminalIsGoneOnWith() throws Exception {
        for (var signal : List.of("INT", "HUP")) {
            fleet.slow(true);
            var run = fleet.marking("--timeout 60s", NODES);
            run.signal(signal);
            assertThat(fleet.status(run)).as(run.said()).isEqualTo(130);
            fleet.evidence().told(run);
            fleet.slow(false);
            var resumed = fleet.run("runs resume last --output jsonl");
            assertThat(fleet.status(resumed)).as(resumed.said()).isZero();
            told(resumed);
            assertThat(Evidence.states(resumed).values()).containsOnly("changed");
        }
    }

    @Test
    void whoStopsReadingWhatARunSaysDoesNotStopIt() throws Exception {
        var before = fleet.evidence().deeds().size();
        var words = Programs.LAUNCHER + " " + MarkingFleet.MARK;
        var run = fleet.script(words + " | head -n 1; exit ${PIPESTATUS[0]}");
        assertThat(fleet.status(run)).as(run.said()).isZero();
        assertThat(run.said().lines()).hasSize(1);
        assertThat(fleet.evidence().deeds()).hasSize(before + NODES);
    }

    @Test
    void aControllerThatWasFrozenHoldsNobodyUpAndTellsAllAfterwards() throws Exception {
        fleet.slow(true);
        var run = fleet.marking("--timeout 60s", NODES);
        run.signal("STOP");
        fleet.slow(false);
        fleet.awaitAll();
        run.signal("CONT");
        assertThat(fleet.status(run)).as(run.said()).isZero();
        told(run);
    }

    @Test
    void ofTwoWhoAskForTheSameAtTheSameTimeEachIsToldTheTruth() throws Exception {
        var before = fleet.evidence().deeds().size();
        var one = fleet.start(MarkingFleet.MARK);
        var other = fleet.start(MarkingFleet.MARK);
        var done = 0;
        for (var started : List.of(one, other)) {
            var run = fleet.ended(started, MarkingFleet.MARK);
            assertThat(fleet.status(run)).as(run.said()).isIn(0, 4);
            var states = Evidence.states(run);
            assertThat(states).as(run.said()).hasSize(NODES);
            assertThat(states.values()).isSubsetOf("changed", "refused");
            if (states.containsValue("refused")) {
                assertThat(run.said()).contains("\"reason\":\"busy\"");
            }
            done += (int) states.values().stream().filter("changed"::equals).count();
        }
        assertThat(fleet.evidence().deeds()).hasSize(before + done);
        assertThat(done).isGreaterThanOrEqualTo(NODES);
    }
}
