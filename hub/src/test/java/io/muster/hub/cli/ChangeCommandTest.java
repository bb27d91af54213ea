package io.muster.hub.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.enrolment.JoinAnswer.Granted;
import io.muster.enrolment.JoinToken;
import io.muster.message.Bytes;
import io.muster.message.Role;
import io.muster.security.Credentials;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;

/** Changing the authority, step by step, as a person types it. */
class ChangeCommandTest {
    private final ChangeFixture change;

    ChangeCommandTest(@TempDir Path folder) {
        change = new ChangeFixture(folder);
    }

    @Test
    void threeStepsChangeTheAuthority() throws IOException {
        var old = change.trust().anchors().getFirst();
        var oldOperator = Credentials.load(change.operator(), "operator").certificate();
        change.done("publish");
        change.done("change", "begin", "--no-new-passphrase");
        assertThat(change.shell.out()).contains("trust set 1: the new authority is trusted");
        assertThat(change.trust().anchors()).hasSize(2).first().isEqualTo(old);
        assertThat(change.trust().current(oldOperator)).isTrue();
        change.everybodyTrusts();
        change.done("change", "status");
        change.done("change", "use");
        assertThat(change.shell.out()).contains("trust set 2: the new authority is in use");
        var next = change.trust().anchors().getFirst();
        assertThat(change.trust().anchors()).containsExactly(next, old);
        for (var role : List.of(Role.HUB, Role.BROKER)) {
            assertThat(next.issued(change.shell.authority().server(role).certificate())).isTrue();
        }
        change.everybodyGoesOver();
        change.done("change", "status");
        change.done("change", "drop");
        assertThat(change.trust().anchors()).containsExactly(next);
        assertThat(change.file("hub/trust.pem")).isEqualTo(change.trust().pem());
        assertThat(change.shell.err())
                .contains("destroy it: " + change.shell.ca().resolve("root/root.key"))
                .contains("destroy it: " + change.shell.ca().resolve("operators/operators.key"))
                .contains("destroy it: " + change.shell.ca().resolve("nodes/nodes.key"))
                .doesNotContain(".2.key");
        assertThat(change.trust().flaw(oldOperator, change.shell.now())).isPresent();
        var operator = Credentials.load(change.operator(), "operator");
        assertThat(operator.flaw(change.shell.now())).isEmpty();
        assertThat(operator.trust().anchors()).containsExactly(next, old);
        change.done("publish");
        assertThat(change.shell.out()).contains("list 1000000002 of the operators issuer");
    }

    @Test
    void newIssuersUnderTheSameRootGoTheSameWay() {
        var old = change.trust().anchors().getFirst();
        change.done("change", "begin", "--issuers-only", "--no-new-passphrase");
        assertThat(change.shell.ca().resolve("root/root.2.key")).doesNotExist();
        change.everybodyTrusts();
        change.done("change", "use");
        change.everybodyGoesOver();
        change.done("change", "drop");
        var next = change.trust().anchors().getFirst();
        assertThat(next.root()).isEqualTo(old.root());
        assertThat(next.issuer(Role.NODE)).isNotEqualTo(old.issuer(Role.NODE));
        assertThat(next.issuer(Role.OPERATOR)).isNotEqualTo(old.issuer(Role.OPERATOR));
        assertThat(change.shell.err()).doesNotContain("root.key");
        // And once more.
        change.done("change", "begin", "--no-new-passphrase");
        assertThat(change.shell.ca().resolve("root/root.3.key")).exists();
        assertThat(change.shell.ca().resolve("nodes/nodes.3.key")).exists();
    }

    @Test
    void noStepIsMadeBeforeTheOneBeforeIt() {
        change.refused("change", "use");
        assertThat(change.shell.err()).contains("no change is under way").contains("change begin");
        change.refused("change", "drop");
        assertThat(change.shell.err()).contains("no change is under way");
        change.done("change", "begin", "--no-new-passphrase");
        change.refused("change", "begin", "--no-new-passphrase");
        assertThat(change.shell.err()).contains("the next step is muster ca change use");
        change.refused("change", "drop");
        assertThat(change.shell.err()).contains("the next step is muster ca change use");
        change.everybodyTrusts();
        change.done("change", "use");
        change.refused("change", "begin", "--no-new-passphrase");
        assertThat(change.shell.err()).contains("the next step is muster ca change drop");
        change.refused("change", "cancel");
        assertThat(change.trust().anchors()).hasSize(2);
        change.everybodyGoesOver();
        change.done("change", "drop");
        change.refused("change", "drop");
        assertThat(change.trust().anchors()).hasSize(1);
    }

    @Test
    void whoJoinsGetsTheTrustSetAsTheRootSignedIt() throws IOException {
        assertThat(((Granted) change.ask(change.web01, "web01")).set()).isEmpty();
        change.done("change", "begin", "--no-new-passphrase");
        assertThat(((Granted) change.ask(change.web01, "web01")).set())
                .contains(Bytes.utf8(change.file("published/trust.json")));
    }

    @Test
    void theFirstStepCanBeTakenBack() throws IOException {
        var before = change.trust().anchors();
        change.refused("change", "cancel");
        change.done("change", "begin", "--no-new-passphrase");
        change.done("change", "cancel");
        assertThat(change.trust().anchors()).isEqualTo(before);
        change.done("change", "begin", "--no-new-passphrase");
        assertThat(change.shell.out()).contains("trust set 3");
        assertThat(change.trust().anchors()).hasSize(2);
    }

    @Test
    void tokensPinTheRootInUse() {
        var old = change.shell.authority().rootFingerprint();
        change.done("change", "begin", "--no-new-passphrase");
        assertThat(pinned()).isEqualTo(old);
        change.everybodyTrusts();
        change.done("change", "use");
        assertThat(pinned())
                .isEqualTo(change.shell.authority().rootFingerprint())
                .isNotEqualTo(old);
    }

    private Bytes pinned() {
        change.done("token");
        return JoinToken.parse(change.shell.out().strip().lines().findFirst().orElseThrow())
                .listener()
                .root();
    }

    @Test
    void whoJoinsIsToldOfTheAuthorityInUseAlone() {
        change.done("change", "begin", "--no-new-passphrase");
        assertThat(((Granted) change.ask(change.web01, "web01")).trust()).hasSize(3);
    }

    @Test
    void newKeysAreUnderAPassphraseOfTheirOwn() throws IOException {
        var old = secret("old", "the first passphrase");
        var fresh = secret("fresh", "the second passphrase");
        Files.move(change.shell.ca(), change.folder.resolve("first"));
        change.done(
                "init",
                "--fleet",
                "prod",
                "--operator-dir",
                change.folder.resolve("op").toString(),
                "--no-operator-passphrase",
                "--passphrase-file",
                old.toString());
        change.refused(
                "change",
                "begin",
                "--passphrase-file",
                fresh.toString(),
                "--new-passphrase-file",
                fresh.toString());
        assertThat(change.shell.ca().resolve("root/root.2.key")).doesNotExist();
        assertThat(change.shell.ca("change", "begin", "--passphrase-file", old.toString()))
                .isEqualTo(2);
        assertThat(change.shell.err())
                .contains("--new-passphrase-file FILE or --no-new-passphrase");
        change.done(
                "change",
                "begin",
                "--passphrase-file",
                old.toString(),
                "--new-passphrase-file",
                fresh.toString());
        assertThat(change.file("root/root.2.key")).contains("ENCRYPTED");
        change.shell.itIs(change.shell.now().plus(Duration.ofHours(13)));
        change.refused("change", "use", "--passphrase-file", old.toString());
        assertThat(change.trust().anchors()).hasSize(2);
        change.done(
                "change",
                "use",
                "--passphrase-file",
                old.toString(),
                "--new-passphrase-file",
                fresh.toString());
        change.done("change", "drop", "--passphrase-file", fresh.toString());
    }

    private Path secret(String name, String text) throws IOException {
        var file = change.folder.resolve(name);
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    @Test
    void helpIsThereForEachStepAndWithoutAStepItIsAskedFor() {
        for (var step : List.of("begin", "use", "drop", "cancel", "status")) {
            assertThat(change.shell.ca("change", step, "--help")).isZero();
            assertThat(change.shell.out())
                    .contains("Examples:")
                    .contains("muster ca change " + step);
        }
        assertThat(change.shell.ca("change")).isEqualTo(2);
        assertThat(change.shell.err()).contains("which step");
        assertThat(change.shell.ca("renew", "issuers")).isEqualTo(2);
        assertThat(change.shell.err()).contains("muster ca change begin --issuers-only");
    }
}
