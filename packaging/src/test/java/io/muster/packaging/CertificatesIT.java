package io.muster.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;

/** The life of certificates, with programs that run: renewed, copied, revoked. */
class CertificatesIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Pattern RENEWED = Pattern.compile("certificate renewed, valid until");

    @TempDir private Path home;

    @Test
    void aNodeAndItsHubOutliveTheirCertificatesWithoutHands() throws Exception {
        try (var fleet = new SmallFleet(home, " --node-validity 40s --server-validity 60s")) {
            var agent = fleet.agent();
            await().atMost(LIMIT).until(() -> RENEWED.matcher(agent.said()).results().count() >= 2);
            await().atMost(LIMIT)
                    .until(() -> fleet.hubSaid().contains("certificate of the broker is renewed"));
            await().atMost(LIMIT)
                    .until(() -> fleet.operator("find --output names").contains("sandbox"));
            assertThat(agent.process().isAlive()).isTrue();
        }
    }

    @Test
    void anImageThatWasCopiedWithItsKeyFreezesTheNode() throws Exception {
        try (var fleet = new SmallFleet(home)) {
            fleet.agent();
            await().atMost(LIMIT)
                    .until(() -> fleet.operator("find --output names").contains("sandbox"));
            fleet.copy();
            await().atMost(LIMIT)
                    .until(() -> fleet.hubSaid().contains("two machines have the key of"));
            assertThat(fleet.authority("list")).contains("frozen: two machines have its key");
            await().atMost(LIMIT)
                    .until(
                            () ->
                                    fleet.operator("run test.mark --all-nodes --yes")
                                            .contains("Frozen, and not asked"));
            assertThat(fleet.marks()).isEmpty();
        }
    }

    @Test
    void aRevokedNodeIsCutOffWithinSeconds() throws Exception {
        try (var fleet = new SmallFleet(home)) {
            var agent = fleet.agent();
            var id = Pattern.compile("node/(n-[0-9a-f]{12})").matcher(agent.said());
            assertThat(id.find()).as(agent.said()).isTrue();
            assertThat(fleet.authority("revoke " + id.group(1) + " --yes")).contains("revoked");
            fleet.says(agent, "connection lost");
            assertThat(fleet.authority("list")).contains("revoked ");
        }
    }
}
