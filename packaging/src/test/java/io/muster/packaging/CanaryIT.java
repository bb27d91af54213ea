package io.muster.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.packaging.Programs.Running;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * A secret that nobody has ever seen goes through processes of the distribution, and is looked for
 * wherever it could be left: while they run in process lists, environments and open files, then and
 * afterwards in all that was written, be it at home or where everybody may write, and in all of the
 * memory of the process that carries messages.
 */
class CanaryIT {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final Pattern ID = Pattern.compile("n-[0-9a-f]{12}");

    private static final String POLICY =
            """
            {"rules": [{"effect": "allow", "callers": ["operator/*"],
                        "actions": ["node.*", "test.vault", "user.ensure"]},
                       {"effect": "allow", "callers": ["operator/*"], "actions": ["command.run"]}]}
            """;
    private static final String SPEC =
            """
            {"name": "test.vault", "summary": "Keep a key", "class": "change", "timeout": "90s",
             "inputs": [{"name": "key", "summary": "the key", "kind": "text", "maxLength": 99,
                         "required": true, "secret": true}],
             "outputs": [{"name": "echo", "summary": "what was said"},
                         {"name": "token", "summary": "what to say", "secret": true}]}
            """;

    /** Tells what it was told wherever it can. */
    private static final String PROGRAM =
            """
            #!/bin/sh
            key=$(sed -n 's/.*"key":"\\([^"]*\\)".*/\\1/p')
            : >HOME/begun
            while [ ! -e HOME/go ]; do sleep 0.1; done
            echo "complains about $key" >&2
            printf '{"state": "changed", "message": "was told %s", "data": {"echo": "%s", "token": "%s"}}\\n' \\
                "$key" "$key" "$key"
            """;

    private final Canary canary = Canary.hatched();
    private final Instant begun = Instant.now().minusSeconds(1);

    @TempDir private Path home;
    @TempDir private Path elsewhere;

    @BeforeEach
    void keep() throws IOException {
        Files.writeString(elsewhere.resolve("secret"), canary.text() + "\n");
        Files.createDirectories(home.resolve("person/tmp"));
    }

    @Test
    void aSecretIsNowhereButWhereItWasSent() throws Exception {
        Path shown;
        try (var fleet = SmallFleet.with(home, person())) {
            furnish();
            var agent = fleet.agent();
            fleet.nodeIsFound();
            var id = id(fleet);
            var secret = "=@" + elsewhere.resolve("secret") + " -I " + id + " --output jsonl";

            shown = vault(fleet, secret);
            var ensure = "run user.ensure name=deploy password";
            assertThat(watched(fleet, fleet.start(ensure + secret + " --debug"), shown).said())
                    .contains("password of deploy: set");
            assertThat(watched(fleet, typedIntoAShell(fleet, ensure, id), shown).said())
                    .contains("is so already");
            assertThat(
                            watched(
                                            fleet,
                                            fleet.start(
                                                    "run command.run argv=/bin/cat stdin" + secret),
                                            shown)
                                    .said())
                    .contains("***");
            waits(fleet, agent, ensure + secret, shown);
            // Typed, as it should not be: refused, and not repeated to whoever looks on.
            var typed = fleet.start(ensure + "=" + canary.text() + " -I " + id);
            assertThat(fleet.status(typed)).isEqualTo(2);

            assertThat(fleet.audit()).contains("test.vault", "user.ensure");
            notInMemory(fleet.hubsId());
        }
        nowhere(shown);
        assertThat(home.resolve("person/.bash_history")).content().contains("user.ensure");
    }

    /** Somebody with a home and a place for passing files, where nothing else goes to. */
    private Map<String, String> person() {
        var person = home.resolve("person");
        return Map.of(
                "HOME",
                person.toString(),
                "TMPDIR",
                person.resolve("tmp").toString(),
                "HISTFILE",
                person.resolve(".bash_history").toString(),
                "MUSTER_JAVA_OPTS",
                "-Duser.home=" + person + " -Djava.io.tmpdir=" + person.resolve("tmp"));
    }

    /** The action has it while everything is looked through; where the operator was shown it. */
    private Path vault(SmallFleet fleet, String secret) throws Exception {
        try (var lookout = lookout()) {
            var asked = fleet.start("run test.vault key" + secret + " --timeout 60s");
            await().atMost(LIMIT)
                    .until(() -> Files.exists(home.resolve("begun")) || !asked.process().isAlive());
            assertThat(asked.process().isAlive()).as(asked.said()).isTrue();
            nowhere(asked.log());
            lookout.hasSeen(asked.process());
            fleet.letItGo();
            assertThat(fleet.status(asked)).as(asked.said()).isZero();
            // The operator alone reads it, in the one place that was sealed.
            assertThat(asked.said())
                    .contains("\"token\":\"" + canary.text() + "\"", "was told ***")
                    .containsOnlyOnce(canary.text());
            return asked.log();
        }
    }

    /**
     * Left for a node that is away, it lies at the hub sealed; the node opens it later. What
     * expired meanwhile is not done.
     */
    private void waits(SmallFleet fleet, Running agent, String ensure, Path shown)
            throws Exception {
        agent.process().destroy();
        var _ = fleet.status(agent);
        var late = fleet.start(ensure.replace("name=deploy", "name=late") + " --queue 5s");
        assertThat(fleet.status(late)).as(late.said()).isEqualTo(5);
        var left = fleet.start(ensure + " --queue 1h");
        assertThat(fleet.status(left)).as(left.said()).isEqualTo(5);
        assertThat(left.said()).contains("queued");
        assertThat(fleet.operator("queue --state waiting")).contains("user.ensure");
        assertThat(home.resolve("hub/queue")).isNotEmptyDirectory();
        nowhere(shown);
        await().atMost(LIMIT)
                .until(() -> fleet.operator("queue --state expired").contains("user.ensure"));
        var _ = fleet.agent();
        // What may have been lost on its way is handed out again after a minute.
        await().atMost(LIMIT.multipliedBy(4))
                .until(() -> fleet.operator("runs ask last").contains("is so already"));
        assertThat(home.resolve("machine/etc/passwd")).content().doesNotContain("late");
    }

    /** Whoever types the command gives the secret by standard input; the shell remembers it. */
    private Running typedIntoAShell(SmallFleet fleet, String ensure, String id) throws IOException {
        return fleet.shell(
                Programs.LAUNCHER
                        + " "
                        + ensure
                        + "=- -I "
                        + id
                        + " --output jsonl <"
                        + elsewhere.resolve("secret")
                        + "\nstatus=$?\nhistory -a\nexit $status\n");
    }

    /** A run, looked at from its beginning to its end, and what it left. */
    private Running watched(SmallFleet fleet, Running run, Path shown) throws Exception {
        try (var lookout = lookout()) {
            assertThat(fleet.status(run)).as(run.said()).isZero();
            lookout.hasSeen(run.process());
        }
        nowhere(shown);
        return run;
    }

    private Lookout lookout() {
        return new Lookout(canary, Set.of(home, elsewhere));
    }

    /** Not in what hub, node agent and controller wrote, but what the operator was shown. */
    private void nowhere(Path shown) throws IOException {
        canary.notBelow(home, Set.of(shown));
        canary.notInTheOpen(begun, Set.of(home, elsewhere));
    }

    private void furnish() throws IOException {
        var actions = home.resolve("machine/actions.d");
        Files.writeString(home.resolve("policy.json"), POLICY);
        Files.writeString(actions.resolve("test.vault.json"), SPEC);
        var program = actions.resolve("test.vault");
        Files.writeString(program, PROGRAM.replace("HOME", home.toString()));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        // A machine that a directory plays has its own programs only.
        var cat = Files.createDirectories(home.resolve("machine/bin")).resolve("cat");
        Files.writeString(cat, "#!/bin/sh\nexec cat\n");
        Files.setPosixFilePermissions(cat, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static String id(SmallFleet fleet) throws Exception {
        var id = ID.matcher(fleet.operator("find --output jsonl"));
        assertThat(id.find()).isTrue();
        return id.group();
    }

    /** Whatever the hub has ever held and not yet overwritten. */
    private void notInMemory(long process) throws IOException, InterruptedException {
        var dump = elsewhere.resolve("hub.hprof");
        var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        var dumping =
                new ProcessBuilder(
                                jcmd,
                                Long.toString(process),
                                "GC.heap_dump",
                                "-all=true",
                                dump.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(elsewhere.resolve("jcmd.log").toFile())
                        .start();
        assertThat(dumping.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(dump).as(Files.readString(elsewhere.resolve("jcmd.log"))).exists();
        // That it is looked for rightly: what the hub did carry is found.
        var memory = Files.readString(dump, StandardCharsets.ISO_8859_1);
        assertThat(memory.contains("muster.requests.main")).isTrue();
        canary.forms().forEach(form -> assertThat(memory.contains(form)).as(form).isFalse());
    }
}
