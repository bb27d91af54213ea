package io.muster.hub.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.enrolment.KeyFingerprint;
import io.muster.hub.enrolment.Door;
import io.muster.message.NodeId;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;

/** Who waits, is let in, and is shown out again. */
class SignCommandsTest {
    private static final String HARMLESS = "[ -~\n]*";

    private final Shell shell;

    SignCommandsTest(@TempDir Path temporary) {
        shell = new Shell(temporary);
    }

    @Test
    void aNodeIsRevokedOrCleanedByAPersonWhoMeansIt() {
        shell.init();
        shell.waits("web01", "web01.example.org");
        assertThat(shell.ca("sign", "web01", "--yes", "--attributes", "site=ams")).isZero();
        assertThat(shell.ca("revoke", "web01")).isEqualTo(2);
        assertThat(shell.err()).contains("nobody to ask: say --yes");
        var asked = new String[] {"ca", "revoke", "web01", "--dir", shell.ca().toString()};
        assertThat(shell.run("n\n", true, asked)).isEqualTo(1);
        assertThat(shell.err()).contains("Nothing was changed.");
        assertThat(shell.run("y\n", true, asked)).isZero();
        assertThat(shell.out()).isEqualTo("revoked web01, certificates: 1\n");
        assertThat(shell.ca("list")).isZero();
        assertThat(shell.out()).contains("revoked 2026-11-20").contains("site=ams");
        assertThat(shell.ca("clean", "web01", "--yes")).isZero();
        assertThat(shell.ca("list", "--output", "jsonl")).isZero();
        assertThat(shell.out()).contains("\"state\":\"cleaned\"");
        assertThat(shell.ca("clean", "web02", "--yes")).isEqualTo(1);
        assertThat(shell.err()).contains("no node has the id web02");
    }

    @Test
    void allWhoWaitAreSignedWhenTheirNumberIsTypedBack() {
        shell.init();
        for (int i = 0; i < 3; i++) {
            shell.waits("web0" + i, "host\u001b[2J\u202e" + i);
        }
        assertThat(shell.ca("sign", "--all")).isEqualTo(2);
        assertThat(shell.ca("sign", "--all", "--yes")).isEqualTo(2);
        var all = new String[] {"ca", "sign", "--all", "--dir", shell.ca().toString()};
        assertThat(shell.run("y\n", true, all)).isEqualTo(1);
        assertThat(shell.err())
                .contains("WAITING", "web00", "web02", "Nothing was signed")
                .doesNotContain("\u001b", "\u202e");
        assertThat(shell.run("3\n", true, all)).isZero();
        assertThat(shell.out().lines()).hasSize(3).allMatch(line -> line.startsWith("signed "));
        assertThat(shell.run("3\n", true, all)).isZero();
        assertThat(shell.err()).contains("Nobody waits");
    }

    @Test
    void whatIsAttestedIsWhatThePersonSaysWhoSigns() {
        shell.init();
        var key = shell.waits("web01", "web01.example.org");
        assertThat(shell.ca("sign", "web01", "--yes", "--role", "a b")).isEqualTo(2);
        assertThat(shell.ca("sign", "web01", "--yes", "--role", "web", "--attributes", "role=x"))
                .isEqualTo(2);
        assertThat(shell.err()).contains("both say the role");
        assertThat(shell.ca("sign", "web01", "--yes", "--role", "web", "--attributes", "site=ams"))
                .isZero();
        assertThat(attested()).isEqualTo("role=web,site=ams");

        shell.itIs(Shell.NOON.plus(Duration.ofDays(31)));
        shell.waits(key, "web01", "web01.example.org");
        assertThat(shell.ca("sign", "web01", "--yes", "--role", "mail")).isZero();
        assertThat(attested()).isEqualTo("role=mail");

        shell.itIs(Shell.NOON.plus(Duration.ofDays(62)));
        shell.waits(key, "web01", "web01.example.org");
        assertThat(shell.ca("sign", "web01", "--yes")).isZero();
        assertThat(attested()).isEqualTo("role=mail");
    }

    private String attested() {
        return shell.door().issued().getFirst().attributes().toString();
    }

    @Test
    void whoWaitsIsListedAloneIfAskedFor() {
        shell.init();
        shell.waits("web01", "web01.example.org");
        assertThat(shell.ca("sign", "web01", "--yes")).isZero();
        shell.waits("web02", "web02.example.org");
        assertThat(shell.ca("list")).isZero();
        assertThat(shell.out()).contains("web01", "web02", "SIGNED");
        assertThat(shell.ca("list", "--waiting")).isZero();
        assertThat(shell.out()).contains("web02").doesNotContain("web01", "SIGNED");
        assertThat(shell.ca("list", "--waiting", "--output", "jsonl")).isZero();
        assertThat(shell.out().lines()).singleElement().asString().contains("web02");
    }

    @Test
    void aPersonSaysWhichCollectivesANodeIsIn() {
        shell.init();
        shell.waits("web01", "web01.example.org");
        assertThat(shell.ca("sign", "web01", "--yes")).isZero();
        assertThat(shell.ca("collectives", "web01", "main", "dr")).isZero();
        assertThat(shell.out()).endsWith("web01 is in main, dr\n");
        assertThat(shell.ca("collectives", "web02", "main")).isEqualTo(1);
        assertThat(shell.err()).contains("no node has the id web02");
        assertThat(shell.ca("collectives", "web01")).isEqualTo(2);
        assertThat(shell.ca("collectives", "web01", "Not One")).isEqualTo(2);
    }

    @Test
    void whoWaitsIsListedWithoutAnythingATerminalWouldObey() {
        shell.init();
        var key = shell.waits("web01", "evil\u001b[2J\u202eb01\nweb99  admitted");
        shell.itIs(Shell.NOON.plusSeconds(240));
        assertThat(shell.ca("list")).isZero();
        assertThat(shell.out())
                .contains("web01")
                .contains("evil\\u{1b}[2J\\u{202e}b01\\u{a}web99  admitted")
                .contains("4m")
                .contains("10.0.0.7")
                .contains(KeyFingerprint.of(key.publicKey()).toString())
                .doesNotContain("\u001b", "\u202e");
        assertThat(shell.out().lines()).hasSize(2);
        assertThat(shell.err()).contains("1 waiting, 0 signed");
        shell.ca("list", "--output", "jsonl");
        assertThat(shell.out().lines()).hasSize(1);
        assertThat(shell.out()).startsWith("{\"type\":\"waiting\",\"id\":\"web01\"");
        assertThat(shell.out()).matches("[ -~]*\n");
    }

    @Test
    void bothPlacesOfAFrozenIdAreListedWithoutAnythingATerminalWouldObey() {
        shell.init();
        shell.waits("web01", "web01\u009b2J");
        assertThat(shell.ca("sign", "web01", "--yes")).isZero();
        var door = new Door(shell.authority().files(), shell.random, shell::now);
        door.freeze(new NodeId("web01"), "a\u202e\u001b (machine 1), and b\u009b (machine 2)");
        assertThat(shell.ca("list")).isZero();
        assertThat(shell.out()).contains("frozen: two machines have its key").matches(HARMLESS);
        assertThat(shell.err())
                .contains("a\\u{202e}\\u{1b} (machine 1), and b\\u{9b} (machine 2)")
                .contains("muster ca clean web01", "muster agent join --new-key")
                .matches(HARMLESS);
        assertThat(shell.ca("list", "--output", "jsonl")).isZero();
        assertThat(shell.out())
                .contains("\"state\":\"frozen\"", "(machine 1), and b", "(machine 2)\"")
                .matches(HARMLESS);
        assertThat(shell.ca("clean", "web01", "--yes")).isZero();
        assertThat(shell.ca("list")).isZero();
        assertThat(shell.out() + shell.err()).doesNotContain("frozen");
    }

    @Test
    void signingNeedsTheRightFingerprintOrAPerson() {
        shell.init();
        var key = shell.waits("web01", "web01.example.org");
        var right = KeyFingerprint.of(key.publicKey()).toString();
        var wrong = right.replace(right.charAt(0), right.charAt(0) == '0' ? '1' : '0');
        assertThat(shell.ca("sign", "web01")).isEqualTo(2);
        assertThat(shell.err()).contains("nobody to ask");
        assertThat(shell.ca("sign", "web01", wrong)).isEqualTo(1);
        assertThat(shell.err()).contains("another fingerprint: " + right);
        assertThat(shell.ca("sign", "web02", right)).isEqualTo(1);
        assertThat(shell.run("n\n", true, "ca", "sign", "web01", "--dir", shell.ca().toString()))
                .isEqualTo(1);
        assertThat(shell.run("", true, "ca", "sign", "web01", "--dir", shell.ca().toString()))
                .isEqualTo(1);
        assertThat(shell.err()).contains("fingerprint " + right).contains("Nothing was signed");
        assertThat(shell.run("y\n", true, "ca", "sign", "web01", "--dir", shell.ca().toString()))
                .isZero();
        assertThat(shell.out()).isEqualTo("signed web01, valid until 2026-12-20 12:00 UTC\n");
        shell.ca("list");
        assertThat(shell.out()).startsWith("SIGNED").contains("person Alice").contains(right);
    }

    @Test
    void theFingerprintOnTheCommandLineIsEnough() {
        shell.init();
        var key = shell.waits("web01", "web01.example.org");
        assertThat(shell.ca("sign", "web01", KeyFingerprint.of(key.publicKey()).hex())).isZero();
    }

    @Test
    void aRejectedMachineIsGone() {
        shell.init();
        shell.waits("web01", "web01.example.org");
        assertThat(shell.ca("reject", "web01", "--yes")).isZero();
        assertThat(shell.ca("sign", "web01", "--yes")).isEqualTo(1);
        assertThat(shell.err()).contains("nobody waits for the id web01");
    }
}
