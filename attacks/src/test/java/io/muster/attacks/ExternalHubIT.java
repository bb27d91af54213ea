package io.muster.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.broker.PluginBrokerProcess;
import io.muster.broker.external.ExternalSettings;
import io.muster.controller.cli.MusterMain;
import io.muster.hub.HubMain;
import io.muster.node.AgentMain;
import io.muster.security.Credentials;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** A fleet whose hub uses an ActiveMQ of its owner's, set up as {@code broker external} says. */
class ExternalHubIT {
    private static final Pattern TOKEN = Pattern.compile("muster1\\.\\S+");

    @TempDir private Path home;
    private final List<Process> running = new ArrayList<>();
    private int number;

    @AfterEach
    void stop() {
        running.reversed().forEach(Process::destroyForcibly);
    }

    /** A program that goes on, and the file with what it says. */
    private Path start(Class<?> program, String words) throws IOException {
        var command = Programs.command(program, List.of(words.split(" ", -1)));
        var said = home.resolve("said-" + number++);
        var builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile());
        builder.environment().put("XDG_CONFIG_HOME", home.resolve("config").toString());
        running.add(builder.start());
        return said;
    }

    /** A program that ends, and what it said. */
    private String run(int status, Class<?> program, String words) throws Exception {
        var said = start(program, words);
        var process = running.removeLast();
        assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(said)).isEqualTo(status);
        return Files.readString(said);
    }

    private static void says(Path said, String text) {
        await().atMost(Stage.PATIENCE).until(() -> Files.readString(said).contains(text));
    }

    @Test
    void theHubUsesItAndItHearsOfRevocationsAndTheCheckIsContent() throws Exception {
        var bus = PluginBrokerProcess.freePort();
        var enrolment = PluginBrokerProcess.freePort();
        var ca = home.resolve("ca");
        run(
                0,
                HubMain.class,
                "ca init --no-passphrase --fleet prod --host localhost --operator alice"
                        + " --broker-port "
                        + bus
                        + " --enrol-port "
                        + enrolment
                        + " --dir "
                        + ca
                        + " --operator-dir "
                        + home.resolve("config/muster"));
        // the broker does not start without the documents of the hub, so that comes first
        var hub =
                start(
                        HubMain.class,
                        "hub --broker ssl://localhost:%d --enrol 127.0.0.1:%d --ca %s --state %s"
                                .formatted(bus, enrolment, ca, home.resolve("hub")));
        says(hub, "ready: fleet prod, bus ssl://localhost:" + bus);
        var documents = home.resolve("hub/documents");
        var settings =
                new ExternalSettings("127.0.0.1:" + bus, ca.resolve("hub"), documents, List.of());
        try (var _ = PluginBrokerProcess.start(settings.xml(), home)) {
            join(ca, enrolment);
            start(AgentMain.class, "agent --config " + home.resolve("agent.conf"));
            await().atMost(Stage.PATIENCE)
                    .until(() -> run0("ping --output names").lines().count() == 1);

            var node = Credentials.load(home.resolve("state"), "node").identity().name();
            run(0, HubMain.class, "ca revoke --dir " + ca + " --yes " + node);
            says(home.resolve("external.log"), "certificate not good any more: closed");
            var checked =
                    run(
                            0,
                            HubMain.class,
                            "broker external --output jsonl --check ssl://localhost:%d --revoked %s"
                                    .formatted(bus, home.resolve("state")));
            assertThat(checked.lines().filter(line -> line.startsWith("{\"ok\":true")))
                    .hasSizeGreaterThan(30)
                    .anyMatch(line -> line.contains("with a certificate that is revoked"));
        }
    }

    private String run0(String words) throws Exception {
        var said = start(MusterMain.class, words);
        var process = running.removeLast();
        process.waitFor();
        return process.exitValue() == 0 ? Files.readString(said) : "";
    }

    private void join(Path ca, int enrolment) throws Exception {
        var told = run(0, HubMain.class, "ca token --dir " + ca + " --hub localhost:" + enrolment);
        var token = TOKEN.matcher(told);
        assertThat(token.find()).as(told).isTrue();
        Files.createDirectories(home.resolve("state"));
        Files.writeString(
                home.resolve("policy.json"),
                """
                {"rules":[{"effect":"allow","callers":["operator/*"],"actions":["*"]}]}
                """);
        Files.writeString(
                home.resolve("agent.conf"),
                """
                state = %1$s/state
                sandbox = %1$s/machine
                policy = %1$s/policy.json
                facts = %1$s/facts.d
                actions = %1$s/actions.d
                """
                        .formatted(home));
        Files.createDirectories(home.resolve("machine"));
        run(
                0,
                AgentMain.class,
                "agent join --config " + home.resolve("agent.conf") + " " + token.group());
    }

    @Test
    void withoutAnythingToCheckItSaysWhatIsNeeded() throws Exception {
        var page = run(0, HubMain.class, "broker external");
        assertThat(page).contains("io.muster.broker.MusterPlugin", "useJmx=\"false\"", "--check");

        assertThat(run(2, HubMain.class, "broker external --check http://x?y"))
                .contains("--check: not the address of a broker");
        assertThat(run(2, HubMain.class, "broker external --check ssl://localhost:1"))
                .contains("--node DIR, --operator DIR");
        assertThat(run(2, HubMain.class, "broker external --revoked " + home))
                .contains("--node, --operator and --revoked are for --check");
        assertThat(run(2, HubMain.class, "broker externl")).contains("external");
    }
}
