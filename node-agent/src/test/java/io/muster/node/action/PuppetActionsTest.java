package io.muster.node.action;

import static io.muster.node.action.Trial.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.message.Outcome;
import io.muster.message.Value;
import io.muster.message.Value.Fields;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** With a program that ends and speaks as puppet 7.23 did when it was watched. */
class PuppetActionsTest {
    private static final String PRINT =
            "5E:8A:3C:11:90:42:7B:AD:0C:55:E1:F2:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66";

    @TempDir private Path directory;

    private Outcome puppet(String script) throws IOException {
        return puppet(script, Fields.EMPTY, false);
    }

    private Outcome puppet(String script, Fields arguments, boolean dryRun) throws IOException {
        Trial.put(directory, "bin/puppet", "#!/bin/sh\n" + script, "rwxr-xr-x");
        return Trial.on(Trial.sandbox(directory)).run("puppet.run", arguments, dryRun);
    }

    @Test
    void exitStatusZeroIsUnchanged() throws IOException {
        var outcome = puppet("echo 'Notice: Applied catalog in 0.03 seconds'");

        assertThat(outcome).isInstanceOf(Outcome.Ok.class);
        assertThat(outcome.message())
                .isEqualTo("nothing to change: Applied catalog in 0.03 seconds");
        assertThat(text(outcome, "result")).isEqualTo("unchanged");
        assertThat(text(outcome, "exit")).isEqualTo("0");
        assertThat(text(outcome, "stdout")).contains("Applied catalog");
    }

    @Test
    void exitStatusTwoIsChanged() throws IOException {
        var outcome =
                puppet(
                        """
                        echo 'Notice: /Stage[main]/Main/File[/etc/motd]/ensure: defined content'
                        echo 'Notice: Applied catalog in 1.40 seconds'
                        exit 2
                        """);

        assertThat(outcome).isInstanceOf(Outcome.Changed.class);
        assertThat(text(outcome, "result")).isEqualTo("changed");
    }

    @ParameterizedTest
    @CsvSource({"4", "6"})
    void failedResourcesAreAFailureWithTheFirstError(int status) throws IOException {
        var outcome =
                puppet(
                        """
                        echo 'Notice: Applied catalog in 0.07 seconds'
                        echo 'Error: Facter: Permission denied @ rb_sysopen - /proc/1/environ' >&2
                        echo "Error: '/bin/false' returned 1 instead of one of [0]" >&2
                        echo "Error: /Stage[main]/Main/Exec[/bin/false]/returns: change failed" >&2
                        exit %d
                        """
                                .formatted(status));

        assertFailed(outcome, "failed");
        assertThat(outcome.message())
                .isEqualTo("some resources failed: '/bin/false' returned 1 instead of one of [0]");
    }

    @Test
    void serverThatIsAwayIsAFailureWithTheFirstError() throws IOException {
        var outcome =
                puppet(
                        """
                        echo "Error: Connection to https://127.0.0.1:8140/puppet-ca/v1 failed, trying next route: Request to https://127.0.0.1:8140/puppet-ca/v1 failed after 0.012 seconds" >&2
                        echo "Error: No more routes to ca" >&2
                        exit 1
                        """);

        assertFailed(outcome, "failed");
        assertThat(outcome.message()).contains("status 1: Connection to https://127.0.0.1:8140");
    }

    @Test
    void unsignedCertificateWaitsForASignature() throws IOException {
        var outcome =
                puppet(
                        """
                        echo 'Info: Creating a new RSA SSL key for domu-12-31'
                        echo 'Info: Certificate Request fingerprint (SHA256): %s'
                        echo 'Info: Certificate for domu-12-31 has not been signed yet'
                        echo "Couldn't fetch certificate from CA server; you might still need to sign this agent's certificate (domu-12-31)."
                        echo 'Exiting now because the waitforcert setting is set to 0.'
                        exit 1
                        """
                                .formatted(PRINT));

        assertFailed(outcome, "waiting-for-signature");
        assertThat(outcome.message()).contains("fingerprint " + PRINT);
    }

    @Test
    void disabledAgentTellsTheReasonItSays() throws IOException {
        var outcome =
                puppet(
                        """
                        echo "Notice: Skipping run of Puppet configuration client; administratively disabled (Reason: 'upgrade of the 'db' (ticket 7)');"
                        echo "Use 'puppet agent --enable' to re-enable."
                        exit 1
                        """);

        assertFailed(outcome, "disabled");
        assertThat(outcome.message())
                .isEqualTo("the Puppet agent is disabled: upgrade of the 'db' (ticket 7)");
    }

    @Test
    void disabledAgentThatSaysNoReasonHasItInItsLockFile() throws IOException {
        Trial.put(
                directory,
                "var/lib/puppet/state/agent_disabled.lock",
                "{\"disabled_message\":\"ticket 8\"}",
                "rw-r--r--");

        var outcome = puppet("echo 'administratively disabled'; exit 1");

        assertThat(outcome.message()).isEqualTo("the Puppet agent is disabled: ticket 8");
    }

    @Test
    void otherRunIsBusy() throws IOException {
        var outcome =
                puppet(
                        """
                        echo 'Notice: Run of Puppet configuration client already in progress; skipping  (/var/lib/puppet/state/agent_catalog_run.lock exists)'
                        exit 1
                        """);

        assertFailed(outcome, "busy");
    }

    @Test
    void foreignCertificateIsNamed() throws IOException {
        var outcome =
                puppet(
                        "echo \"Error: The certificate for 'CN=domu-12-31' does not match its"
                                + " private key\" >&2; exit 1");

        assertFailed(outcome, "certificate-mismatch");
    }

    @Test
    void machineWithoutPuppetSaysSo() throws IOException {
        var outcome = Trial.on(Trial.sandbox(directory)).run("puppet.run", Fields.EMPTY);

        assertFailed(outcome, "no-tool");
    }

    @Test
    void dryRunIsNoopAndToldFromTheWords() throws IOException {
        var script =
                """
                case " $* " in *" --noop "*) ;; *) exit 1 ;; esac
                echo "Notice: /Stage[main]/Main/File[/etc/motd]/ensure: current_value 'absent', should be 'file' (noop)"
                echo "Notice: Class[Main]: Would have triggered 'refresh' from 1 event"
                echo 'Notice: Applied catalog in 0.01 seconds'
                """;

        var outcome = puppet(script, Fields.EMPTY, true);

        assertThat(outcome).isInstanceOf(Outcome.Changed.class);
        assertThat(outcome.message()).isEqualTo("1 resources would be changed");
        assertFailed(puppet(script), "failed");
    }

    @Test
    void tagsAndEnvironmentAreHandedOn() throws IOException {
        var outcome =
                puppet(
                        "echo \"$@\"",
                        Fields.EMPTY
                                .with("tags", Value.texts(List.of("web", "db::server")))
                                .with("environment", "test"),
                        false);

        assertThat(text(outcome, "stdout"))
                .contains("--onetime --no-daemonize", "--detailed-exitcodes", "--waitforcert 0")
                .contains("--tags web,db::server", "--environment test")
                .doesNotContain("--noop");
    }

    @Test
    void onlyTheEndOfMuchOutputIsTold() throws IOException {
        var outcome = puppet("seq 1 100000; echo the end");

        assertThat(text(outcome, "stdout")).endsWith("the end\n").hasSizeLessThan(17 * 1024);
    }

    @Test
    void secondRunAtTheSameTimeIsBusy() throws Exception {
        var go = directory.resolve("go");
        Trial.put(
                directory,
                "bin/puppet",
                "#!/bin/sh\n"
                        + ": > $MUSTER_SANDBOX/running\n"
                        + "while [ ! -e $MUSTER_SANDBOX/go ]; do sleep 0.02; done\n",
                "rwxr-xr-x");
        var trial = Trial.on(Trial.sandbox(directory));
        var first =
                CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return trial.run("puppet.run", Fields.EMPTY);
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        });
        Awaitility.await().until(() -> Files.exists(directory.resolve("running")));

        assertFailed(trial.run("puppet.run", Fields.EMPTY), "busy");

        Files.writeString(go, "");
        assertThat(first.get(10, TimeUnit.SECONDS)).isInstanceOf(Outcome.Ok.class);
    }

    private static void assertFailed(Outcome outcome, String code) {
        assertThat(outcome).isInstanceOf(Outcome.Failed.class);
        assertThat(((Outcome.Failed) outcome).code()).isEqualTo(code);
        assertThat(outcome.message()).doesNotContain("\n");
    }
}
