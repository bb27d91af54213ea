package io.muster.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.packaging.Programs.Running;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What can be done about a run, typed as people type it, at nodes that are really there: to stop
 * it, to watch it, to wait for it, to hold it up and to leave it for later. One fleet for all of
 * it: {@code n1} and {@code n2} are in one zone, {@code n3} and {@code n4} in another.
 */
class VerbsIT {
    private static final int NODES = 4;
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Pattern LOCK = Pattern.compile("\"id\":\"([0-9a-f]{32})\"");
    private static final Pattern NODE = Pattern.compile("\"node\":\"(n[0-9])\"");

    @TempDir private static Path home;

    private static MarkingFleet fleet;

    @BeforeAll
    static void start() throws Exception {
        fleet = new MarkingFleet(home).with(NODES);
    }

    @AfterAll
    static void end() {
        fleet.close();
    }

    @AfterEach
    void nobodyIsSlow() throws Exception {
        fleet.slow(false);
    }

    private static int deeds() throws IOException {
        return fleet.evidence().deeds().size();
    }

    private static Running ends(int status, Running run) throws Exception {
        assertThat(fleet.status(run)).as(run.said()).isEqualTo(status);
        return run;
    }

    private static Running did(int status, String words) throws Exception {
        return ends(status, fleet.run(words));
    }

    /** Who ended so, and nobody else was meant. */
    private static void all(Running run, String state) throws IOException {
        var states = Evidence.states(run);
        assertThat(states).as(run.said()).hasSize(NODES);
        assertThat(states.values()).as(run.said()).containsOnly(state);
    }

    @Test
    void whatIsUnderWayIsShownAndExplainedAndStoppedAndNothingOfItIsLeft() throws Exception {
        var before = deeds();
        fleet.slow(true);
        var run = fleet.marking("--follow", NODES);
        var id = fleet.evidence().newest();
        for (int number = 1; number <= NODES; number++) {
            fleet.says(run, "\"line\":\"n" + number + " begins\"");
        }
        assertThat(fleet.doers()).hasSize(NODES);
        assertThat(did(4, "explain test.mark n1 n2").said())
                .contains("busy", "operator/alice is at test.mark since");
        var second = did(4, MarkingFleet.MARK);
        all(second, "refused");
        assertThat(second.said())
                .contains("\"reason\":\"busy\"", "operator/alice is at test.mark since");

        var told = did(0, "runs cancel " + id + " --output jsonl");
        assertThat(told.said().split("\"result\":\"cancelled\"", -1)).hasSize(NODES + 1);
        all(ends(5, run), "cancelled");
        await().atMost(LIMIT).until(() -> fleet.doers().isEmpty());
        assertThat(deeds()).isEqualTo(before + NODES);
        assertThat(did(3, "runs cancel " + id).said()).contains("nothing of that is under way");
    }

    @Test
    void whoIsAtAnotherChangeIsWaitedFor() throws Exception {
        var before = deeds();
        fleet.slow(true);
        var first = fleet.marking("", NODES);
        var waiting = fleet.start(MarkingFleet.MARK + "--wait 2m");
        fleet.says(waiting, "is busy");
        fleet.slow(false);
        all(ends(0, first), "changed");
        all(ends(0, waiting), "changed");
        assertThat(deeds()).isEqualTo(before + 2 * NODES);
    }

    @Test
    void theRedSwitchStopsARolloutAndItGoesOnWhenThatIsOver() throws Exception {
        var before = deeds();
        fleet.slow(true);
        var run = fleet.marking("--batch 1", 1);
        var locked = did(0, "lock --all --cancel --reason enough --output jsonl");
        assertThat(locked.said()).contains("\"stopped\":1");
        try {
            assertThat(Evidence.states(ends(5, run)))
                    .as(run.said())
                    .containsEntry("n1", "cancelled")
                    .containsEntry("n2", "not-sent")
                    .containsEntry("n4", "not-sent");
            assertThat(run.said()).contains("\"by\":\"locked\"");
            assertThat(did(1, "runs resume last").said()).contains("is still locked", "enough");
            assertThat(deeds()).isEqualTo(before + 1);
        } finally {
            var lock = LOCK.matcher(locked.said());
            assertThat(lock.find()).as(locked.said()).isTrue();
            did(0, "unlock " + lock.group(1));
            fleet.slow(false);
        }
        var resumed = did(5, "runs resume last --output jsonl");
        assertThat(Evidence.states(resumed))
                .as(resumed.said())
                .isEqualTo(
                        Map.of(
                                "n1",
                                "cancelled",
                                "n2",
                                "changed",
                                "n3",
                                "changed",
                                "n4",
                                "changed"));
        assertThat(deeds()).isEqualTo(before + NODES);
    }

    @Test
    void aRolloutWaitsForAGateAndForPeopleAndLeavesEnoughUp() throws Exception {
        var before = deeds();
        var run =
                fleet.start(
                        MarkingFleet.MARK
                                + "--canary n1 --pause-after canary --batch 2 --spread zone"
                                + " --floor zone=1 --gate-action node.ping --gate-fact role=web");
        fleet.says(run, "waits after the canary");
        assertThat(deeds()).isEqualTo(before + 1);
        did(0, "runs pause last");
        did(0, "runs promote last");
        assertThat(did(0, "runs").said()).contains("paused");
        assertThat(deeds()).isEqualTo(before + 1);
        did(0, "runs resume last");
        all(ends(0, run), "changed");

        var order = fleet.evidence().deeds().stream().skip(before).map(VerbsIT::node).toList();
        assertThat(order).hasSize(NODES).startsWith("n1").doesNotHaveDuplicates();
        assertThat(order.subList(1, 3)).as("a batch of both zones").contains("n2");
    }

    private static String node(String deed) {
        var node = NODE.matcher(deed);
        assertThat(node.find()).as(deed).isTrue();
        return node.group(1);
    }

    @Test
    void whatIsLeftForWhoIsAwayOutlivesTheHubAndIsDoneOnce() throws Exception {
        var before = deeds();
        fleet.of("n4").signal("TERM");
        fleet.status(fleet.of("n4"));
        // Whoever said goodbye is meant only by name.
        var run = did(5, "run test.mark -I n1 -I n4 --yes --output jsonl --queue 1h");
        assertThat(Evidence.states(run))
                .as(run.said())
                .isEqualTo(Map.of("n1", "changed", "n4", "queued"));
        assertThat(deeds()).isEqualTo(before + 1);
        assertThat(did(0, "queue").said()).contains("n4  waiting  test.mark");
        fleet.kill("hub");
        fleet.hub();
        fleet.agent("n4");
        await().atMost(LIMIT).until(() -> deeds() == before + 2);
        await().atMost(LIMIT)
                .until(
                        () ->
                                Evidence.states(fleet.run("runs ask last --output jsonl"))
                                        .equals(Map.of("n1", "changed", "n4", "changed")));
        assertThat(did(0, "queue --state waiting").said()).contains("nothing waits at the hub");
        fleet.awaitAll();
        assertThat(deeds()).isEqualTo(before + 2);
    }

    @Test
    void whoAnsweredOneRunIsMeantByTheNextAndOneCanBeChosen() throws Exception {
        var muster = Programs.LAUNCHER + " ";
        var chained =
                fleet.script(
                        muster
                                + "run node.ping -F zone=b --output json | "
                                + muster
                                + "run test.mark --nodes - --yes --output jsonl");
        assertThat(Evidence.states(ends(0, chained)))
                .as(chained.said())
                .isEqualTo(Map.of("n3", "changed", "n4", "changed"));
        var one = did(0, MarkingFleet.MARK + "--one least:rank");
        assertThat(Evidence.states(one)).as(one.said()).isEqualTo(Map.of("n1", "changed"));
    }

    @Test
    void allThatAProgramSaidCanBeHad() throws Exception {
        fleet.puppet("n2", "seq 1 20000");
        var run = did(0, "run puppet.run -I n2 --yes --output jsonl");
        assertThat(run.said()).contains("\"kept\":108894");
        var all = did(0, "runs output last n2").said();
        assertThat(all.lines().toList()).hasSize(20000).startsWith("1").endsWith("20000");
        assertThat(did(3, "runs output last n3").said()).contains("no target of that run");
    }
}
