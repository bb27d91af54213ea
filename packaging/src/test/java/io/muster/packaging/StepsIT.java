package io.muster.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.packaging.Programs.Running;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Nodes whose power fails at each of the steps at which a request is written down, and the hub's
 * with them: the message comes again, and nothing marks it as one that does.
 */
class StepsIT {
    /** From the request's being noted to its end's being on the disk. */
    private static final int STEPS = 10;

    private static final Duration LIMIT = Duration.ofMinutes(2);

    @TempDir private Path home;

    @Test
    void whicheverStepANodeDiesAtTogetherWithTheHubItDoesNothingTwiceAndSaysHowItEnded()
            throws Exception {
        try (var fleet = new MarkingFleet(home)) {
            var nodes = new ArrayList<Running>();
            for (int number = 0; number <= STEPS; number++) {
                nodes.add(fleet.crowd(number, 1));
            }
            nodes.forEach(node -> fleet.says(node, "ready 1"));
            fleet.awaitAll();
            // The first is asked what that action is, and lives until the hub dies.
            for (int step = 1; step <= STEPS; step++) {
                nodes.get(step).tell("doom " + step);
            }
            nodes.subList(1, nodes.size()).forEach(node -> fleet.says(node, "doomed"));

            var run = fleet.start(MarkingFleet.MARK + "--timeout 90s");
            await().atMost(LIMIT).until(() -> dead(nodes) == STEPS || !run.process().isAlive());
            assertThat(dead(nodes)).as(run.said()).isEqualTo(STEPS);
            fleet.kill("hub");
            nodes.getFirst().kill();
            fleet.hub();
            var back = fleet.crowd(0, nodes.size());
            fleet.says(back, "ready " + nodes.size());

            fleet.status(run);
            assertThat(Evidence.states(run)).as(run.said()).hasSize(nodes.size());
            fleet.evidence().told(run);
            fleet.evidence().holds(false, run.said());
            fleet.awaitAll();
            fleet.settle();
            fleet.evidence().holds(true, run.said());
        }
    }

    private static long dead(List<Running> nodes) {
        return nodes.stream().filter(node -> !node.process().isAlive()).count();
    }
}
