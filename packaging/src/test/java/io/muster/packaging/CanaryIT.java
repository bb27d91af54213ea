package io.muster.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * A secret that nobody has ever seen goes through processes of the distribution, and is looked for
 * afterwards wherever it could have been left: files, process lists, environments, and all of the
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

    @TempDir private Path home;
    @TempDir private Path elsewhere;

    private String canary = "";

    @BeforeEach
    void hatch() throws IOException {
        var random = new byte[16];
        new SecureRandom().nextBytes(random);
        canary = "canary-" + HexFormat.of().formatHex(random);
        Files.writeString(elsewhere.resolve("secret"), canary + "\n");
    }

    @Test
    void aSecretIsNowhereButWhereItWasSent() throws Exception {
        Path log;
        try (var fleet = new SmallFleet(home)) {
            furnish();
            fleet.agent();
            var id = id(fleet);
            var secret = "=@" + elsewhere.resolve("secret") + " -I " + id + " --output jsonl";

            var asked = fleet.start("run test.vault key" + secret + " --timeout 60s");
            await().atMost(LIMIT)
                    .until(() -> Files.exists(home.resolve("begun")) || !asked.process().isAlive());
            assertThat(asked.process().isAlive()).as(asked.said()).isTrue();
            notInProcesses();
            fleet.letItGo();
            assertThat(fleet.status(asked)).as(asked.said()).isZero();
            // The operator alone reads it, in the one place that was sealed.
            assertThat(asked.said())
                    .contains("\"token\":\"" + canary + "\"", "was told ***")
                    .containsOnlyOnce(canary);

            var password = fleet.start("run user.ensure name=deploy password" + secret);
            assertThat(fleet.status(password)).as(password.said()).isZero();
            assertThat(password.said()).contains("password of deploy: set");
            var again = fleet.start("run user.ensure name=deploy password" + secret);
            assertThat(fleet.status(again)).as(again.said()).isZero();
            assertThat(again.said()).contains("is so already");
            var piped = fleet.start("run command.run argv=/bin/cat stdin" + secret);
            assertThat(fleet.status(piped)).as(piped.said()).isZero();
            assertThat(piped.said()).contains("***");
            // Typed, as it should not be: refused, and not repeated to whoever looks on.
            var typed = fleet.start("run user.ensure name=deploy password=" + canary + " -I " + id);
            assertThat(fleet.status(typed)).isEqualTo(2);

            assertThat(fleet.audit()).contains("test.vault", "user.ensure");
            notInMemory(fleet.hubsId());
            log = asked.log();
        }
        notInFiles(log);
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
        for (var end = System.nanoTime() + LIMIT.toNanos(); System.nanoTime() < end; ) {
            var found = fleet.start("find --output jsonl");
            fleet.status(found);
            var id = ID.matcher(found.said());
            if (id.find()) {
                return id.group();
            }
        }
        throw new AssertionError("the node is not there");
    }

    /** Whoever lists processes sees their words; root, and their owner, their environments. */
    private void notInProcesses() throws IOException {
        try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (var process : processes) {
                for (var file : List.of("cmdline", "environ")) {
                    assertThat(told(process.resolve(file))).doesNotContain(canary);
                }
            }
        }
    }

    /** Processes come and go, and some are others'. */
    private static String told(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException _) {
            return "";
        }
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
        forms().forEach(form -> assertThat(memory.contains(form)).as(form).isFalse());
    }

    /** Everything that hub, node agent and controller wrote, but what the operator was shown. */
    private void notInFiles(Path shown) throws IOException {
        try (var files = Files.walk(home)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                if (!file.equals(shown)) {
                    var text = told(file);
                    forms().forEach(
                                    form ->
                                            assertThat(text.contains(form))
                                                    .as("" + file)
                                                    .isFalse());
                }
            }
        }
    }

    /** As it is, and as it would stand within something in base64 or hexadecimal. */
    private List<String> forms() {
        var forms = new ArrayList<>(List.of(canary));
        forms.add(HexFormat.of().formatHex(canary.getBytes(StandardCharsets.UTF_8)));
        for (int shift = 0; shift < 3; shift++) {
            var shifted = ("x".repeat(shift) + canary).getBytes(StandardCharsets.UTF_8);
            var text = Base64.getEncoder().encodeToString(shifted);
            forms.add(text.substring(4, text.length() - 4));
        }
        return forms;
    }
}
