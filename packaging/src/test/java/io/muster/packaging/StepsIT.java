package io.muster.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/**
 * Nodes whose power fails at each of the steps at which a request is written down, alone and
 * together with the hub's: the message comes again, and nothing marks it as one that does.
 */
class StepsIT {
    private static final Rounds ROUNDS = Rounds.of(StepsIT.class, 5);

    /** From the request's being noted to its end's being on the disk. */
    private static final int STEPS = 10;

    /** The first of each process is asked what that action is, and lives until it is killed. */
    private static final int NODES = STEPS + 1;

    @TempDir private Path home;

    @Test
    void whicheverStepANodeDiesAtAloneOrWithTheHubItDoesNothingTwiceAndSaysHowItEnded()
            throws Exception {
        try (var fleet = new MarkingFleet(home)) {
            var alone = fleet.crowd(0, NODES);
            var together = fleet.crowd(NODES, NODES);
            fleet.says(alone, "ready " + NODES);
            fleet.says(together, "ready " + NODES);
            for (int round = 0; round < ROUNDS.number(); round++) {
                fleet.awaitAll();
                alone.tell("doom " + STEPS);
                together.tell("doom " + STEPS);
                fleet.says(alone, "doomed");
                fleet.says(together, "doomed");

                var run = fleet.start(MarkingFleet.MARK + "--timeout 2m");
                fleet.says(alone, "failed " + STEPS);
                fleet.says(together, "failed " + STEPS);
                alone.kill();
                alone = fleet.crowd(0, NODES);
                fleet.says(alone, "ready " + NODES);
                fleet.kill("hub");
                together.kill();
                fleet.hub();
                together = fleet.crowd(NODES, NODES);

                fleet.status(run);
                var when = ROUNDS.name(round) + "\n" + run.said();
                assertThat(Evidence.states(run)).as(when).hasSize(2 * NODES);
                fleet.evidence().told(run);
                fleet.evidence().holds(false, when);
                fleet.awaitAll();
                fleet.settle();
                fleet.evidence().holds(true, when);
                ROUNDS.kept(round);
            }
        }
    }
}
