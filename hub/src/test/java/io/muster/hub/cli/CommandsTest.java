package io.muster.hub.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.enrolment.JoinToken;
import io.muster.message.Endpoint;
import io.muster.security.Certificates;
import io.muster.security.Credentials;
import io.muster.security.Passphrase;
import io.muster.security.Pem;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

class CommandsTest {
    private final Shell shell;
    private final Path temporary;

    CommandsTest(@TempDir Path temporary) {
        this.temporary = temporary;
        shell = new Shell(temporary);
    }

    @Test
    void initMakesAnAuthorityAndTheFirstOperator() {
        assertThat(shell.init()).isZero();
        assertThat(shell.out())
                .contains("fleet prod: its authority is in " + shell.ca())
                .contains("hub.example.org, localhost, 127.0.0.1")
                .contains("operator alice: ")
                .contains("valid until 2026-11-21 00:00 UTC");
        var operator = temporary.resolve("home/.config/muster");
        assertThat(Credentials.load(operator, "operator").identity().uri())
                .isEqualTo("muster://prod/operator/alice");
        assertThat(operator.resolve("controller.conf"))
                .content()
                .contains("hub = hub.example.org:61617");
    }

    @Test
    void initSaysHowLongOperatorsAreCertified() {
        var init =
                new String[] {
                    "init",
                    "--fleet",
                    "prod",
                    "--host",
                    "hub",
                    "--no-passphrase",
                    "--operator-validity",
                    ""
                };
        for (var wrong : List.of("8d", "0s", "long")) {
            init[7] = wrong;
            assertThat(shell.ca(init)).as(wrong).isNotZero();
            assertThat(shell.err()).containsAnyOf("7 days at most", "validity", "long");
            assertThat(shell.ca()).doesNotExist();
        }
        init[7] = "36h";
        assertThat(shell.ca(init)).isZero();
        assertThat(shell.out()).contains("valid until 2026-11-22 00:00 UTC");
        var bob = temporary.resolve("bob");
        assertThat(shell.ca("operator", "bob", "--no-operator-passphrase", "--out", bob.toString()))
                .isZero();
        assertThat(shell.out()).contains("valid until 2026-11-22 00:00 UTC");
    }

    @Test
    void atATerminalRootIssuerAndOperatorGetPassphrases() {
        var words =
                new String[] {
                    "ca", "init", "--fleet", "prod", "--host", "hub", "--dir", shell.ca().toString()
                };
        assertThat(shell.run("correct horse\ncorrect house\n", true, words)).isEqualTo(2);
        assertThat(shell.run("short\n", true, words)).isEqualTo(2);
        assertThat(shell.run("", false, words)).isEqualTo(2);
        assertThat(shell.err()).contains("--passphrase-file FILE or --no-passphrase");
        assertThat(shell.ca()).doesNotExist();
        var typed = "correct horse\ncorrect horse\nbattery staple\nbattery staple\n";
        assertThat(shell.run(typed, true, words)).isZero();
        for (var key : List.of("root/root.key", "operators/operators.key")) {
            assertThat(Pem.locked(shell.ca().resolve(key))).as(key).isTrue();
        }
        assertThat(Pem.locked(shell.ca().resolve("nodes/nodes.key"))).isFalse();
        var alice = temporary.resolve("home/.config/muster");
        var staple = Passphrase.of("battery staple".toCharArray());
        assertThat(Credentials.load(alice, "operator", _ -> staple).identity().brief())
                .isEqualTo("operator/alice");
        var renewal =
                new String[] {
                    "ca",
                    "operator",
                    "alice",
                    "--out",
                    alice.toString(),
                    "--dir",
                    shell.ca().toString()
                };
        assertThat(shell.run("battery staple\n", true, renewal)).isEqualTo(1);
        assertThat(shell.err()).contains("operators.key: another passphrase");
        assertThat(shell.run("correct horse\n", true, renewal)).isZero();
        assertThat(shell.run("correct horse\n", false, renewal)).isEqualTo(2);
        assertThat(shell.err()).contains("--passphrase-file FILE");
    }

    @Test
    void aScriptGivesPassphrasesInFilesOrOnStandardInput() throws IOException {
        var file = temporary.resolve("passphrase");
        Files.writeString(file, "correct horse\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        var given = List.of("--passphrase-file", file.toString(), "--dir", shell.ca().toString());
        var words =
                Stream.concat(
                                Stream.of("ca", "init", "--fleet", "prod", "--host", "hub"),
                                given.stream())
                        .toList();
        var none = Stream.concat(words.stream(), Stream.of("--no-operator-passphrase")).toList();
        assertThat(shell.run("", false, words.toArray(String[]::new))).isEqualTo(2);
        assertThat(shell.err()).contains("operator alice must have a passphrase");
        assertThat(shell.run("", false, none.toArray(String[]::new))).isZero();
        var bob = temporary.resolve("bob");
        assertThat(
                        shell.run(
                                "correct horse\n",
                                false,
                                "ca",
                                "operator",
                                "bob",
                                "--attributes",
                                "team=web",
                                "--passphrase-file",
                                "-",
                                "--operator-passphrase-file",
                                file.toString(),
                                "--out",
                                bob.toString(),
                                "--dir",
                                shell.ca().toString()))
                .isZero();
        var held = Credentials.load(bob, "operator", _ -> Passphrase.read(file));
        assertThat(Certificates.attributes(held.certificate())).containsEntry("team", "web");
    }

    @Test
    void theHubsCertificatesCanBeRenewedAtOnce() {
        shell.init();
        var before = Credentials.load(shell.ca().resolve("hub"), "broker").certificate();
        assertThat(shell.ca("renew", "broker")).isZero();
        assertThat(shell.out()).startsWith("broker: valid until 2027-02-18");
        assertThat(Credentials.load(shell.ca().resolve("hub"), "broker").certificate())
                .isNotEqualTo(before);
        assertThat(shell.ca("renew", "operator")).isEqualTo(2);
    }

    @Test
    void anOperatorIsMadeForAWeekAtMost() {
        shell.init();
        var bob = temporary.resolve("bob").toString();
        assertThat(
                        shell.ca(
                                "operator",
                                "bob",
                                "--valid",
                                "8d",
                                "--no-operator-passphrase",
                                "--out",
                                bob))
                .isEqualTo(1);
        assertThat(shell.err()).contains("7 days at most, not 8d");
        assertThat(Path.of(bob)).doesNotExist();
    }

    @Test
    void aSecondInitChangesNothing() throws Exception {
        shell.init();
        var key = Files.readString(shell.ca().resolve("root/root.key"));
        assertThat(shell.init()).isEqualTo(1);
        assertThat(shell.err())
                .isEqualTo(
                        "muster ca init: "
                                + shell.ca()
                                + " holds the authority of the fleet prod already;"
                                + " nothing was changed\n");
        assertThat(shell.ca().resolve("root/root.key")).content().isEqualTo(key);
    }

    @Test
    void initNeverOverwritesAnOperatorsFiles() throws Exception {
        var operator = temporary.resolve("home/.config/muster");
        Files.createDirectories(operator);
        Files.writeString(operator.resolve("trust.pem"), "mine");
        assertThat(shell.init()).isEqualTo(1);
        assertThat(shell.err()).contains("trust.pem is there already");
        assertThat(shell.ca()).doesNotExist();
        assertThat(operator.resolve("trust.pem")).content().isEqualTo("mine");
    }

    @Test
    void aBadNameMakesNothing() {
        assertThat(shell.ca("init", "--fleet", "Prod Fleet")).isEqualTo(1);
        assertThat(shell.err()).contains("not a fleet name: 'Prod Fleet'");
        assertThat(shell.ca("init", "--fleet", "prod", "--host", "bad host")).isEqualTo(1);
        assertThat(shell.err()).contains("not a host name or address: 'bad host'");
        assertThat(shell.ca("init")).isEqualTo(2);
        assertThat(shell.err()).contains("--fleet").contains("Try muster ca init --help");
        assertThat(shell.ca()).doesNotExist();
    }

    @Test
    void operatorsAreMadeAndRenewed() {
        shell.init();
        var out = temporary.resolve("bob");
        assertThat(
                        shell.ca(
                                "operator",
                                "bob",
                                "--valid",
                                "12h",
                                "--no-operator-passphrase",
                                "--out",
                                out.toString()))
                .isZero();
        assertThat(shell.out()).contains("valid until 2026-11-21 00:00 UTC");
        shell.itIs(Shell.NOON.plusSeconds(3600));
        assertThat(shell.ca("operator", "bob", "--out", out.toString())).isZero();
        assertThat(shell.out()).contains("valid until 2026-11-21 01:00 UTC");
        assertThat(shell.ca("operator", "eve", "--out", out.toString())).isEqualTo(1);
        assertThat(shell.err()).contains("holds the credentials of");
    }

    @Test
    void theHubsAddressesCanBeChanged() {
        shell.init();
        assertThat(shell.ca("hub", "--host", "hub2.example.org")).isZero();
        shell.ca("token");
        assertThat(JoinToken.parse(shell.out().strip()).listener().endpoint())
                .isEqualTo(Endpoint.parse("hub2.example.org:61618"));
        assertThat(shell.err()).doesNotContain("certificate is not for");
    }

    @Test
    void withoutAnAuthorityEveryVerbSaysWhatToDo() {
        for (var words :
                List.of(
                        List.of("token"),
                        List.of("tokens"),
                        List.of("list"),
                        List.of("sign", "web01", "--yes"),
                        List.of("reject", "web01", "--yes"),
                        List.of("hub"),
                        List.of(
                                "operator",
                                "bob",
                                "--no-operator-passphrase",
                                "--out",
                                temporary.resolve("bob").toString()))) {
            assertThat(shell.ca(words.toArray(String[]::new))).as("%s", words).isEqualTo(1);
            assertThat(shell.err().lines()).hasSize(1);
            assertThat(shell.err()).contains("muster ca init");
        }
    }

    @Test
    void aMistypedVerbIsGuessed() {
        assertThat(shell.run("", false, "ca", "tokn")).isEqualTo(2);
        assertThat(shell.err()).contains("did you mean token?");
        assertThat(shell.run("", false, "ca")).isEqualTo(2);
        assertThat(shell.run("", false)).isEqualTo(2);
        assertThat(shell.run("", false, "ca", "--help")).isZero();
        assertThat(shell.out()).contains("ca token");
    }

    @Test
    void everyVerbExplainsItselfWithExamples() {
        for (var verb : CaVerb.values()) {
            assertThat(shell.run("", false, "ca", verb.word(), "--help")).isZero();
            assertThat(shell.out())
                    .contains("Usage: muster ca " + verb.word())
                    .contains("Examples:")
                    .contains("  muster ca " + verb.word());
        }
        assertThat(shell.run("", false, "hub", "--help")).isZero();
        assertThat(shell.out()).contains("Examples:").contains("--listen");
    }

    @Test
    void theHubRefusesBadSettingsAndAMissingAuthority() {
        var state = temporary.resolve("state").toString();
        assertThat(shell.run("", false, "hub", "--config", temporary.resolve("no.conf").toString()))
                .isEqualTo(1);
        assertThat(shell.err()).contains("no.conf: there is no such file");
        assertThat(shell.run("", false, "hub", "--listen", "61617")).isEqualTo(2);
        assertThat(shell.run("", false, "hub", "--broker", "tcp://bus:1")).isEqualTo(2);
        assertThat(shell.run("", false, "hub", "--ca", shell.ca().toString(), "--state", state))
                .isEqualTo(1);
        assertThat(shell.err()).contains("no authority in " + shell.ca());
        assertThat(temporary.resolve("state")).doesNotExist();
    }
}
