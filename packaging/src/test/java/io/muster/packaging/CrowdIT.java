package io.muster.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Random;

/**
 * The hub is killed again and again while it carries requests to a crowd of nodes: of more with
 * {@code -Dmuster.nodes=200}.
 */
class CrowdIT {
    private static final Rounds ROUNDS = Rounds.of(CrowdIT.class, 10);
    private static final int NODES = Integer.getInteger("muster.nodes", 60);

    @TempDir private Path home;

    private final Random random = new Random(Rounds.SEED);

    @Test
    void whatWasSentIsDoneOrReportedWhatWasNotIsSaidToBeNotAndAllComeBack() throws Exception {
        try (var fleet = new MarkingFleet(home)) {
            var crowd = fleet.crowd(0, NODES);
            fleet.says(crowd, "ready " + NODES);
            fleet.awaitAll();
            for (int round = 0; round < ROUNDS.number(); round++) {
                var begun = 1 + random.nextInt(NODES / 2);
                var some = Math.max(2, NODES / 10);
                var words = "--concurrency %d --max-failed 100%% --timeout 90s".formatted(some);
                var run = fleet.marking(words, begun);
                fleet.kill("hub");
                fleet.hub();

                fleet.status(run);
                assertThat(Evidence.states(run)).as(run.said()).hasSize(NODES);
                fleet.evidence().told(run);
                fleet.evidence().holds(false, ROUNDS.name(round) + "\n" + run.said());
                fleet.awaitAll();
                fleet.settle();
                ROUNDS.kept(round);
            }
            fleet.evidence().holds(true, "seed " + Rounds.SEED);
            assertThat(crowd.process().isAlive()).isTrue();
        }
    }
}
