package io.muster.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/** What the authority and operators say to a fleet that runs: it is obeyed within seconds. */
class AuthorityIT {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final String MARK = "run test.mark --all-nodes --yes";
    private static final Pattern LOCK = Pattern.compile("[0-9a-f]{32}");

    @TempDir private Path home;

    @Test
    void whatIsLockedIsRefusedUntilItIsUnlocked() throws Exception {
        try (var fleet = fleet()) {
            var locked = fleet.operator("lock action test.mark --reason testing");
            assertThat(locked).as(locked).contains("1");
            assertThat(fleet.operator(MARK)).contains("locked").contains("testing");
            assertThat(fleet.marks()).isEmpty();
            assertThat(fleet.operator("lock list"))
                    .contains("test.mark")
                    .contains("operator/alice");
            var id = LOCK.matcher(fleet.operator("lock list --output names"));
            assertThat(id.find()).isTrue();
            fleet.operator("unlock " + id.group());
            assertThat(fleet.operator(MARK)).contains("changed 1");
            assertThat(fleet.operator("lock list")).contains("nothing is locked");
        }
    }

    @Test
    void aRevokedOperatorIsNobodyUntilThereIsANewKey() throws Exception {
        try (var fleet = fleet()) {
            assertThat(fleet.operator(MARK)).contains("changed 1");
            assertThat(fleet.authority("revoke operator/alice --yes --reason stolen"))
                    .contains("revoked operator/alice, certificates: 1");
            await().atMost(LIMIT)
                    .until(() -> fleet.status(fleet.start("find --output names")) == 1);
            assertThat(fleet.operator(MARK)).doesNotContain("changed");
            assertThat(fleet.marks()).hasSize(1);
            var renewal = "operator alice --no-operator-passphrase --out ";
            assertThat(fleet.authority(renewal + home.resolve("operator")))
                    .contains("a certificate of this key was revoked");
            for (var name : List.of("operator.key", "operator.crt", "trust.pem")) {
                Files.delete(home.resolve("operator").resolve(name));
            }
            fleet.authority(renewal + home.resolve("operator"));
            assertThat(fleet.operator(MARK)).contains("changed 1");
        }
    }

    @Test
    void aPushedPolicyTakesThePlaceOfTheFilesRules() throws Exception {
        try (var fleet = fleet()) {
            assertThat(fleet.operator("policy status")).contains("own file (1)");
            var policy =
                    policy(
                            "{'effect': 'allow', 'callers': ['operator/*'], 'actions':"
                                    + " ['node.ping']}");
            assertThat(fleet.said("policy push " + policy + " --dir " + home.resolve("ca")))
                    .contains("policy bundle 1: 1 policy");
            await().atMost(LIMIT)
                    .until(() -> fleet.operator("policy status").contains("bundle 1 (1)"));
            assertThat(fleet.operator(MARK)).contains("refused");
            assertThat(fleet.operator("ping")).contains("1 reply");
            assertThat(fleet.marks()).isEmpty();
        }
    }

    private SmallFleet fleet() throws IOException, InterruptedException {
        var fleet = new SmallFleet(home);
        fleet.letItGo();
        fleet.agent();
        fleet.nodeIsFound();
        return fleet;
    }

    private Path policy(String rule) throws IOException {
        return Files.writeString(
                home.resolve("pushed.json"), "{\"rules\": [" + rule.replace('\'', '"') + "]}");
    }
}
