package io.muster.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.testing.Needed;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Node agent and root helper of the distribution as two users, joined as an administrator does it.
 * Needs root.
 */
class SeparationIT {
    /** By its number: groups of that name are called differently from system to system. */
    private static final String NOBODY = "65534";

    private static final Pattern ID = Pattern.compile("n-[0-9a-f]{12}");
    private static final String SECRET = "correct horse battery staple";
    private static final String POLICY =
            """
            {"rules": [{"effect": "allow", "callers": ["operator/*"],
                        "actions": ["node.*", "user.ensure"]}]}
            """;

    @TempDir private Path home;
    @TempDir private Path elsewhere;

    @BeforeEach
    void twoUsersAreThere() throws IOException {
        Needed.root();
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Runs that as the node agent's user, and says with which status it ended. */
    private static int asNobody(String... words) throws Exception {
        var command = new ArrayList<>(SmallFleet.as(NOBODY));
        command.addAll(List.of(words));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    @Test
    void theNodeAgentPassesOnSecretsThatItCannotOpen() throws Exception {
        try (var fleet = SmallFleet.separated(home, "nobody")) {
            Files.writeString(home.resolve("policy.json"), POLICY);
            assertThat(home.resolve("state/node.sealing.key")).doesNotExist();
            fleet.helper();
            var agent = fleet.agentAs(NOBODY);
            fleet.nodeIsFound();
            var id = ID.matcher(fleet.operator("find --output jsonl"));
            assertThat(id.find()).isTrue();
            var file = Files.writeString(elsewhere.resolve("secret"), SECRET + "\n");

            var set =
                    fleet.run(
                            "run user.ensure name=deploy password=@"
                                    + file
                                    + " -I "
                                    + id.group()
                                    + " --output jsonl");

            assertThat(fleet.status(set)).as(set.said()).isZero();
            assertThat(set.said()).contains("password of deploy: set").doesNotContain(SECRET);
            assertThat(Files.readString(home.resolve("helper/audit.jsonl")))
                    .contains("user.ensure", "hmac-sha256:");
            onlyTheHelperHasWhatItNeeds();
            notInMemory(agent.process().pid());
        }
    }

    /** Whatever the node agent has ever held and not yet overwritten: the dump is its own. */
    private void notInMemory(long process) throws Exception {
        var dump = home.resolve("state/agent.hprof");
        var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        var log = elsewhere.resolve("jcmd.log");
        var dumping =
                new ProcessBuilder(
                                jcmd,
                                Long.toString(process),
                                "GC.heap_dump",
                                "-all=true",
                                dump.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        assertThat(dumping.waitFor()).as(Files.readString(log)).isZero();
        var memory = Files.readString(dump, StandardCharsets.ISO_8859_1);
        // That it is looked for rightly: what the node agent did carry is found.
        assertThat(memory.contains("user.ensure")).isTrue();
        assertThat(memory.contains(SECRET)).isFalse();
    }

    @Test
    void aMachineThatJoinedWithoutAHelperGetsOneLater() throws Exception {
        try (var fleet = new SmallFleet(home)) {
            fleet.agent().kill();
            assertThat(home.resolve("state/node.sealing.key")).exists();
            fleet.separate("nobody");
            assertThat(home.resolve("state/node.sealing.key")).doesNotExist();
            fleet.helper();
            fleet.agentAs(NOBODY);
            fleet.nodeIsFound();
            fleet.letItGo();
            var mark = fleet.run("run test.mark --all-nodes --yes --output jsonl");
            assertThat(fleet.status(mark)).as(mark.said()).isZero();
            onlyTheHelperHasWhatItNeeds();
        }
    }

    @Test
    void aJoiningThatWasCutOffBeforeItsEndIsFinishedWhenAskedForAgain() throws Exception {
        try (var fleet = SmallFleet.separated(home, "nobody")) {
            var state = home.resolve("state");
            for (var file : List.of(state, state.resolve("node.key"), state.resolve("node.crt"))) {
                Files.setOwner(file, Files.getOwner(home));
            }
            var again = fleet.run("agent join --config " + home.resolve("agent.conf"));
            assertThat(fleet.status(again)).as(again.said()).isZero();
            assertThat(again.said()).contains("cut off before its end").contains("already joined");
            assertThat(Files.getOwner(state).getName()).isEqualTo("nobody");
            fleet.helper();
            fleet.agentAs(NOBODY);
            fleet.nodeIsFound();
        }
    }

    /** A helper that drew no nonces would take none. */
    @Test
    void whatQuotesANonceOfTheHelpersIsDone() throws Exception {
        try (var fleet = SmallFleet.separated(home, "nobody")) {
            fleet.setting("clock = challenge");
            fleet.helper();
            fleet.agentAs(NOBODY);
            fleet.nodeIsFound();
            fleet.letItGo();
            var mark = fleet.run("run test.mark --all-nodes --yes --challenge --output jsonl");
            assertThat(fleet.status(mark)).as(mark.said()).isZero();
            assertThat(fleet.marks()).hasSize(1);
        }
    }

    private void onlyTheHelperHasWhatItNeeds() throws Exception {
        // That it is looked for rightly: what is the node agent's it reads.
        assertThat(asNobody("cat", home.resolve("state/node.key").toString())).isZero();
        for (var name : List.of("node.sealing.key", "requests.journal", "audit.jsonl")) {
            var file = home.resolve("helper").resolve(name);
            assertThat(Files.getOwner(file).getName()).as(name).isEqualTo("root");
            assertThat(asNobody("cat", file.toString())).as(name).isNotZero();
        }
        for (var name :
                List.of("node.crt", "node.sealing.key", "trust.pem", "joined.conf", "new")) {
            var file = home.resolve("helper").resolve(name).toString();
            assertThat(asNobody("sh", "-c", "echo x >>" + file)).as(name).isNotZero();
            assertThat(asNobody("mv", file, home.resolve("state").toString())).isNotZero();
        }
    }
}
