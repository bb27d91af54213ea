package io.muster.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;

/** The authority is changed under programs that run. */
class AuthorityChangeIT {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    @TempDir private Path home;

    @Test
    void theFleetLivesThroughAChangeOfItsAuthority() throws Exception {
        try (var fleet = new SmallFleet(home)) {
            fleet.announcedEachSecond();
            var agent = fleet.agent();
            fleet.nodeIsFound();
            fleet.keepOperator();
            assertThat(fleet.authority("change begin --no-new-passphrase"))
                    .contains("trust set 1: the new authority is trusted");
            assertThat(fleet.authority("change drop")).contains("the next step is muster ca");
            assertThat(fleet.authority("change use")).contains("operator/alice: does not know");
            fleet.renewOperator();
            nobodyIsWaitedFor(fleet);
            pings(fleet);

            assertThat(fleet.authority("change use"))
                    .contains("trust set 2: the new authority is in use");
            fleet.renewOperator();
            pings(fleet);
            nobodyIsWaitedFor(fleet);
            assertThat(agent.said()).contains("certificate renewed");

            assertThat(fleet.authority("change drop"))
                    .contains("trust set 3: the old authority is dropped");
            nobodyIsWaitedFor(fleet);
            pings(fleet);
            assertThat(agent.process().isAlive()).isTrue();
            assertThat(fleet.keptOperator("ping --timeout 5s"))
                    .contains("cannot connect")
                    .doesNotContain("sandbox");
        }
    }

    private static void nobodyIsWaitedFor(SmallFleet fleet) {
        await().atMost(LIMIT)
                .until(() -> fleet.authority("change status").contains("\n0 waited for"));
    }

    private static void pings(SmallFleet fleet) {
        await().atMost(LIMIT)
                .until(() -> fleet.operator("ping --output jsonl").contains("\"state\":\"ok\""));
    }
}
