package io.muster.node.action;

import static io.muster.node.action.Trial.list;
import static io.muster.node.action.Trial.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.exec.ProcessRunner;
import io.muster.message.Json;
import io.muster.message.Outcome;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.node.host.SandboxHost;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

class NodeActionsTest {
    @TempDir private Path directory;
    private final AtomicInteger reboots = new AtomicInteger();

    @SuppressWarnings("NullAway.Init") // before each test
    private Trial trial;

    @BeforeEach
    void open() throws IOException {
        Trial.put(directory, "etc/hostname", "domu-12-31\n", "rw-r--r--");
        Trial.put(
                directory, "facts.json", "{\"role\": \"mail\", \"a.b\": {\"c\": 1}}", "rw-r--r--");
        Trial.put(directory, "var/lib/puppet/state/classes.txt", "web\nsettings\n", "rw-r--r--");
        trial =
                Trial.on(
                        SandboxHost.open(directory, new ProcessRunner(), reboots::incrementAndGet));
    }

    @Test
    void pingIsAnswered() throws IOException {
        assertThat(trial.run("node.ping", Fields.EMPTY)).isEqualTo(Outcome.ok("here"));
    }

    @Test
    void inventoryTellsFactsClassesAndActions() throws IOException {
        var inventory = trial.run("node.inventory", Fields.EMPTY);

        assertThat(inventory).isInstanceOf(Outcome.Ok.class);
        assertThat(list(inventory, "classes")).containsExactly("settings", "web");
        assertThat(list(inventory, "actions"))
                .containsExactly(
                        "command.run",
                        "node.actions",
                        "node.inventory",
                        "node.ping",
                        "node.reboot",
                        "node.rename",
                        "puppet.run",
                        "user.ensure");
        assertThat(list(inventory, "collectives")).containsExactly("main");
        assertThat(text(inventory, "version")).isEqualTo("1.2.3");
        assertThat(text(inventory, "boot")).isEqualTo(trial.node().host().bootId());
        assertThat(text(inventory, "started")).isEqualTo("1767225600000");
        assertThat(text(inventory, "facts"))
                .contains("\"role\":\"mail\"", "\"hostname\":\"domu-12-31\"");
        assertThat(inventory.result().member("problems")).isEmpty();
    }

    @Test
    void inventoryOfSomeFactsKeepsTheirNestingAndNamesTheMissing() throws IOException {
        var wanted = List.of("os.family", "os.release.major", "a.b.c", "nope.x");

        var inventory =
                trial.run("node.inventory", Fields.EMPTY.with("facts", Value.texts(wanted)));

        assertThat(text(inventory, "facts"))
                .isEqualTo(
                        Json.text(
                                Json.readLocal(
                                        """
                                        {"os": {"family": "Debian", "release": {"major": "12"}},
                                         "a.b": {"c": 1}}
                                        """)));
        assertThat(inventory.message()).isEqualTo("no fact nope.x");
        assertThat(inventory.result().members()).containsOnlyKeys("facts");
    }

    @Test
    void factsThatCannotBeToldAreNamed() throws IOException {
        Trial.put(directory, "facts.json", "{\"role\": ", "rw-r--r--");

        var inventory = trial.run("node.inventory", Fields.EMPTY);

        assertThat(list(inventory, "problems")).singleElement().asString().contains("facts.json");
        assertThat(inventory.message()).contains("not all could be told");
    }

    @Test
    void actionsAreDescribed() throws IOException {
        var outcome = trial.run("node.actions", Fields.EMPTY);

        assertThat(list(outcome, "actions"))
                .hasSize(8)
                .allSatisfy(spec -> assertThat(spec).contains("\"summary\":"));
        assertThat(outcome.message()).isEqualTo("8 actions");
    }

    @Test
    void rebootIsPreparedAndHappensOnlyWithTheDeed() throws IOException {
        var performed = trial.perform("node.reboot", Fields.EMPTY.with("delay", "0s"), false);

        assertThat(performed).isInstanceOf(Performed.GoingDown.class);
        assertThat(reboots).hasValue(0);
        var goingDown = (Performed.GoingDown) performed;
        assertThat(goingDown.message()).isEqualTo("going down in 0s");
        goingDown.deed().perform();
        await().until(() -> reboots.get() == 1);
    }

    @Test
    void renameTellsBeforeAndAfterAndFactsFollow() throws IOException {
        var arguments = Fields.EMPTY.with("name", "mail01.example.com");

        var first = trial.run("node.rename", arguments);

        assertThat(first).isInstanceOf(Outcome.Changed.class);
        assertThat(text(first, "before")).isEqualTo("domu-12-31");
        assertThat(text(first, "after")).isEqualTo("mail01.example.com");
        assertThat(list(first, "changes")).hasSize(3);
        assertThat(trial.node().facts().current().member("fqdn"))
                .contains(Value.of("mail01.example.com"));
        assertThat(trial.run("node.rename", arguments)).isInstanceOf(Outcome.Ok.class);
    }

    @Test
    void renameInDryRunTellsAndChangesNothing() throws IOException {
        var told = trial.run("node.rename", Fields.EMPTY.with("name", "mail01"), true);

        assertThat(told).isInstanceOf(Outcome.Changed.class);
        assertThat(told.message()).isEqualTo("the host name would be mail01");
        assertThat(trial.node().host().names().full()).isEqualTo("domu-12-31");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "10.1.2.3", "42"})
    void nameThatIsNoHostNameIsRefused(String name) throws IOException {
        assertThat(trial.run("node.rename", Fields.EMPTY.with("name", name)))
                .isInstanceOf(Outcome.Refused.class);
    }
}
