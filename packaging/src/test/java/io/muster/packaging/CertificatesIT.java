package io.muster.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * The life of certificates, with programs that run: renewed, copied, revoked. Each has a fleet of
 * its own, and mostly waits for it.
 */
@Execution(ExecutionMode.CONCURRENT)
class CertificatesIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Pattern RENEWED = Pattern.compile("certificate renewed, valid until");

    private static final Pattern ID = Pattern.compile("\"id\":\"(n-[0-9a-f]{12})\"");
    private static final Pattern BOTH_PLACES =
            Pattern.compile(
                    "\\(machine ([^,]+), boot [^)]+\\), and [^(]+\\(machine (?!\\1)[^,]+, boot");

    @TempDir private Path home;

    @Test
    void aNodeAndItsHubOutliveTheirCertificatesWithoutHands() throws Exception {
        try (var fleet = new SmallFleet(home, " --node-validity 26s --server-validity 30s")) {
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
            var agent = fleet.agent();
            fleet.nodeIsFound();
            var copy = fleet.copy();
            await().atMost(LIMIT)
                    .until(() -> fleet.hubSaid().contains("two machines have the key of"));
            var listed = fleet.authority("list --output jsonl");
            assertThat(listed).contains("\"state\":\"frozen\"").containsPattern(BOTH_PLACES);
            assertThat(fleet.hubSaid()).containsPattern(BOTH_PLACES);
            await().atMost(LIMIT)
                    .until(
                            () ->
                                    fleet.operator("run test.mark --all-nodes --yes")
                                            .contains("Frozen, and not asked"));
            assertThat(fleet.marks()).isEmpty();

            // The way out.
            var id = ID.matcher(listed);
            assertThat(id.find()).as(listed).isTrue();
            assertThat(fleet.authority("clean " + id.group(1) + " --yes"))
                    .contains("cleaned " + id.group(1));
            fleet.says(agent, "connection lost");
            for (var running : fleet.joinAgain()) {
                assertThat(running.said()).contains("is running", "stop it first");
            }
            agent.kill();
            copy.kill();
            for (var joined : fleet.joinAgain()) {
                assertThat(joined.said()).contains("joined as").doesNotContain(id.group(1));
            }
            fleet.letItGo();
            fleet.agent();
            fleet.startCopy();
            await().atMost(LIMIT)
                    .until(
                            () ->
                                    fleet.operator("run test.mark --all-nodes --yes")
                                            .contains("changed 2"));
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
