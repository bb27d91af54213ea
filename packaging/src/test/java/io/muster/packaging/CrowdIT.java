package io.muster.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Random;

/**
 * The hub is killed again and again while it carries requests to two hundred nodes. More rounds
 * with {@code -Dmuster.rounds=10}.
 */
class CrowdIT {
    private static final int ROUNDS = Integer.getInteger("muster.rounds", 1);
    private static final long SEED = Long.getLong("muster.seed", System.nanoTime());
    private static final int NODES = 200;

    @TempDir private Path home;

    private final Random random = new Random(SEED);

    @Test
    void whatWasSentIsDoneOrReportedWhatWasNotIsSaidToBeNotAndAllComeBack() throws Exception {
        try (var fleet = new MarkingFleet(home)) {
            var crowd = fleet.crowd(0, NODES);
            fleet.says(crowd, "ready " + NODES);
            fleet.awaitAll();
            for (int round = 0; round < ROUNDS; round++) {
                var begun = 1 + random.nextInt(NODES / 2);
                var run = fleet.marking("--concurrency 20 --max-failed 100% --timeout 90s", begun);
                fleet.kill("hub");
                fleet.hub();

                fleet.status(run);
                assertThat(Evidence.states(run)).as(run.said()).hasSize(NODES);
                fleet.evidence().told(run);
                fleet.evidence().holds(false, "seed " + SEED + "\n" + run.said());
                fleet.awaitAll();
                fleet.settle();
            }
            fleet.evidence().holds(true, "seed " + SEED);
            assertThat(crowd.process().isAlive()).isTrue();
        }
    }
}
