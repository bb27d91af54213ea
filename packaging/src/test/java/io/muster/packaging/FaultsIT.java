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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Whatever is killed, told to stop or frozen at whatever moment of a run: each node ends in one
 * state, nothing is done twice, what is reported is what happened, and nobody has to restart
 * anything else. One fleet is put through all of it.
 */
class FaultsIT {
    private static final Rounds ROUNDS = Rounds.of(FaultsIT.class, 1);
    private static final List<String> NAMES = List.of("n1", "n2", "n3");
    private static final int NODES = NAMES.size();

    /** The status of a node agent whose machine, that a directory plays, goes down. */
    private static final int REBOOT = 133;

    private static final int LONGEST_MILLIS = 500;
    private static final Duration LIMIT = Duration.ofMinutes(1);

    @TempDir private static Path home;

    private static MarkingFleet fleet;

    private final Random random = new Random(Rounds.SEED);

    @BeforeAll
    static void start() throws Exception {
        fleet = new MarkingFleet(home).with(NODES);
    }

    @AfterAll
    static void end() throws Exception {
        try {
            fleet.awaitAll();
            fleet.evidence().holds(fleet.settles(), "seed " + Rounds.SEED);
        } finally {
            fleet.close();
        }
    }

    @BeforeEach
    void allAreThere() throws Exception {
        fleet.awaitCalm();
    }

    @AfterEach
    void allIsAsItShouldBe() throws Exception {
        fleet.slow(false);
        fleet.evidence().holds(false, "seed " + Rounds.SEED);
    }

    @Test
    void aHubAndANodeKilledAtAnyMomentOfARunCostNoAnswerAndNoSecondDeed() throws Exception {
        for (int round = 0; round < ROUNDS.number(); round++) {
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
            var when = ROUNDS.name(round) + "\n";
            var status = fleet.status(run);
            if (Evidence.states(run).isEmpty()) {
                // The hub died before anything was sent, and that was said.
                assertThat(status).as(when + run.said()).isIn(1, 3);
            } else {
                told(run);
            }
            fleet.evidence().holds(false, when + run.said());
            fleet.awaitAll();
            ROUNDS.kept(round);
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
    void aControllerKilledInItsSecondBatchIsResumedAndEachNodeDoesItOnce() throws Exception {
        var before = fleet.evidence().deeds().size();
        fleet.slow(true, "n2", "n3");
        var cut = fleet.marking("--timeout 60s --canary n1 --batch 1", 2);
        cut.kill();
        fleet.slow(false, "n2", "n3");
        for (int i = 0; i < 2; i++) {
            var resumed = fleet.run("runs resume last --output jsonl");
            assertThat(fleet.status(resumed)).as(resumed.said()).isZero();
            told(resumed);
            assertThat(Evidence.states(resumed).values()).containsOnly("changed");
        }
        assertThat(fleet.evidence().deeds()).hasSize(before + NODES);
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
        // Whoever stops begins nothing any more: of this nobody knows who judges what was done.
        var late = fleet.unknown("run test.mark -I n1 -I n2 --yes --ttl 3s --timeout 4s");
        assertThat(fleet.status(first)).isEqualTo(143);
        assertThat(fleet.status(second)).isEqualTo(143);
        assertThat(fleet.status(late)).as(late.said()).isNotIn(0, 2);
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
        fleet.slow(true);
        var first = fleet.marking("--timeout 60s", NODES);
        var deeds = fleet.evidence().deeds();
        var second = fleet.run(MarkingFleet.MARK);
        assertThat(fleet.status(second)).as(second.said()).isEqualTo(4);
        told(second);
        assertThat(Evidence.states(second).values()).as(second.said()).containsOnly("refused");
        assertThat(second.said()).contains("\"reason\":\"busy\"");
        fleet.slow(false);
        assertThat(fleet.status(first)).as(first.said()).isZero();
        assertThat(Evidence.states(first).values()).hasSize(NODES).containsOnly("changed");
        assertThat(fleet.evidence().deeds()).isEqualTo(deeds);
    }

    @Test
    void aUserWhoIsMadeWhileAHubAndANodeDieIsMadeOnce() throws Exception {
        var words = "run user.ensure name=carol --all-nodes --yes --output jsonl --timeout 40s";
        var run = fleet.start(words);
        await().atMost(LIMIT).until(() -> found(run));
        TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_MILLIS));
        fleet.kill("hub");
        fleet.kill("n2");
        fleet.hub();
        fleet.agent("n2");
        fleet.status(run);
        var when = "seed " + Rounds.SEED + "\n" + run.said();
        if (Evidence.states(run).isEmpty()) {
            return; // The hub died before anything was sent.
        }
        for (var node : NAMES) {
            var users = Files.readAllLines(fleet.machine(node, "etc/passwd"));
            var made = users.stream().filter(user -> user.startsWith("carol:")).count();
            assertThat(made).as(when).isLessThanOrEqualTo(1);
            if (made == 1) {
                fleet.evidence().done(node);
            }
        }
        told(run);
        fleet.evidence().holds(false, when);
        fleet.settle();
    }

    @Test
    void aRebootThatIsAskedForAgainIsOneAndItsEndIsKnownEvenIfTheTimeIsOver() throws Exception {
        var boots = boots();
        var words = "run node.reboot delay=0s --all-nodes --batch 3 --yes --output jsonl";
        var run = fleet.start(words);
        for (var node : NAMES) {
            assertThat(fleet.status(fleet.of(node))).as(run.said()).isEqualTo(REBOOT);
            fleet.evidence().done(node);
        }
        // What was sent is sent again once the hub is back, and each node has it before it is up.
        fleet.kill("hub");
        fleet.hub();
        for (var node : NAMES) {
            fleet.agent(node);
        }
        assertThat(fleet.status(run)).as(run.said()).isZero();
        told(run);
        assertThat(Evidence.states(run).values()).as(run.said()).containsOnly("changed");
        fleet.awaitAll();
        assertThat(NAMES).allMatch(node -> fleet.of(node).process().isAlive());
        var after = boots();
        assertThat(after).doesNotContainAnyElementsOf(boots);
        assertThat(run.said()).contains(boots).contains(after);

        var late =
                fleet.run(
                        "run node.reboot delay=0s -I n1 --yes --output jsonl"
                                + " --ttl 8s --timeout 8s");
        assertThat(fleet.status(fleet.of("n1"))).as(late.said()).isEqualTo(REBOOT);
        assertThat(Evidence.states(late)).as(late.said()).containsEntry("n1", "no-reply");
        fleet.evidence().done("n1");
        fleet.evidence().told(late);
        fleet.agent("n1");
        await().atMost(LIMIT)
                .until(
                        () ->
                                Evidence.states(fleet.run("runs ask last --output jsonl"))
                                        .containsValue("changed"));
    }

    /** The boot ids of all machines. */
    private static List<String> boots() throws IOException {
        var boots = new ArrayList<String>();
        for (var node : NAMES) {
            var file = fleet.machine(node, "proc/sys/kernel/random/boot_id");
            boots.add(Files.readString(file).strip());
        }
        return boots;
    }
}
