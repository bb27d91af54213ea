package io.muster.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;

/** Processes of the distribution are killed as a power cut would, while a request is under way. */
class KilledIT {
    @TempDir private Path home;

    @Test
    void aNodeAgentKilledInTheMiddleSaysSoWhenItIsBackAndNeverBeginsAgain() throws Exception {
        try (var fleet = new SmallFleet(home)) {
            var agent = fleet.agent();
            var asked = fleet.markUnderWay();

            agent.kill();
            var second = fleet.agent();

            assertThat(fleet.status(asked)).isEqualTo(4);
            assertThat(asked.said()).contains("\"state\":\"interrupted\"");
            second.kill();
            fleet.agent();
            assertThat(fleet.marks()).hasSize(1);
            assertThat(fleet.audit()).containsOnlyOnce("ended as interrupted");

            aControllerKilledInTheMiddleIsResumedAndNothingIsDoneTwice(fleet);
        }
    }

    private static void aControllerKilledInTheMiddleIsResumedAndNothingIsDoneTwice(SmallFleet fleet)
            throws Exception {
        fleet.nodeIsFound();
        var cut = fleet.start("run test.mark --all-nodes --yes --timeout 60s");
        await().atMost(Duration.ofMinutes(1))
                .until(() -> fleet.marks().size() == 2 || !cut.process().isAlive());
        cut.kill();
        assertThat(fleet.said("runs")).contains("unfinished");
        fleet.letItGo();
        for (int i = 0; i < 2; i++) {
            var resumed = fleet.run("runs resume last --output jsonl");
            assertThat(fleet.status(resumed)).as(resumed.said()).isZero();
            assertThat(resumed.said()).contains("\"state\":\"changed\"", "marked");
        }
        assertThat(fleet.marks()).hasSize(2);
    }

    @Test
    void aHubKilledWhileAnActionRunsCostsNoAnswerAndNoSecondRun() throws Exception {
        try (var fleet = new SmallFleet(home)) {
            var agent = fleet.agent();
            var asked = fleet.markUnderWay();

            fleet.killHub();
            fleet.letItGo();
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> fleet.audit().contains("\"outcome\":\"changed\""));
            fleet.hub();
            fleet.says(agent, "connected to");

            // The answer was on its way when the hub died: the node says it again, the action does
            // not run again.
            assertThat(fleet.status(asked)).as(asked.said()).isZero();
            assertThat(asked.said()).contains("\"state\":\"changed\"", "marked");
            assertThat(fleet.marks()).hasSize(1);
        }
    }
}
