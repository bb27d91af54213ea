package io.muster.hub.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.enrolment.Applicant;
import io.muster.enrolment.JoinAnswer;
import io.muster.enrolment.JoinAnswer.Granted;
import io.muster.enrolment.JoinRequest;
import io.muster.enrolment.JoinToken;
import io.muster.hub.enrolment.Confirmations;
import io.muster.hub.enrolment.RevocationRegister;
import io.muster.message.Bytes;
import io.muster.message.Identity;
import io.muster.message.IssuerName;
import io.muster.message.NodeId;
import io.muster.message.Role;
import io.muster.security.Certificates;
import io.muster.security.Credentials;
import io.muster.security.Ed25519Key;
import io.muster.security.Issuance;
import io.muster.security.Pem;
import io.muster.security.TestFleet;
import io.muster.security.TrustStore;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Changing the authority, as a person types it; who confirms what is said by a hub that is played.
 */
class ChangeCommandTest {
    private final Path temporary;
    private final Shell shell;
    private final Ed25519Key web01;
    private final Ed25519Key web02;

    ChangeCommandTest(@TempDir Path temporary) {
        this.temporary = temporary;
        shell = new Shell(temporary);
        web01 = Ed25519Key.generate(shell.random);
        web02 = Ed25519Key.generate(shell.random);
    }

    private void done(String... words) {
        assertThat(shell.ca(words)).as(shell.err()).isZero();
    }

    private void refused(String... words) {
        assertThat(shell.ca(words)).as(shell.out()).isEqualTo(1);
    }

    private JoinAnswer ask(Ed25519Key key, String id) {
        var applicant = new Applicant(Optional.of(new NodeId(id)), id, "machine-" + id);
        return shell.enrolment().answer(JoinRequest.of(key, applicant), "10.0.0.7");
    }

    private Bytes certificate(Ed25519Key key, String id) {
        return ((Granted) ask(key, id)).certificate();
    }

    /** What the hub notes when it hears that node announce. */
    private void announces(Ed25519Key key, String id, long set) {
        announces(id, set, certificate(key, id));
    }

    private void announces(String id, long set, Bytes shown) {
        var heard = Confirmations.load(shell.authority().files(), shell.authority().trust());
        heard.heard(Identity.node("prod", new NodeId(id)), set, shown);
        heard.save();
    }

    private Path operator() {
        return temporary.resolve("home/.config/muster");
    }

    private void renewOperator() {
        done("operator", "alice", "--out", operator().toString());
    }

    private TrustStore trust() {
        return TrustStore.load(shell.ca().resolve("trust.pem"));
    }

    private String file(String name) throws IOException {
        return Files.readString(shell.ca().resolve(name));
    }

    @BeforeEach
    void found() {
        assertThat(shell.init()).isZero();
        for (var id : List.of("web01", "web02")) {
            ask(id.equals("web01") ? web01 : web02, id);
            done("sign", id, "--yes");
        }
    }

    private void everybodyTrusts() {
        announces(web01, "web01", 1);
        announces(web02, "web02", 1);
        renewOperator();
    }

    private void everybodyGoesOver() {
        announces(web01, "web01", 2);
        announces(web02, "web02", 2);
        renewOperator();
    }

    @Test
    void threeStepsChangeTheAuthority() throws IOException {
        var old = trust().anchors().getFirst();
        var oldOperator = Credentials.load(operator(), "operator").certificate();
        done("publish");
        done("change", "begin", "--no-new-passphrase");
        assertThat(shell.out()).contains("trust set 1: the new authority is trusted");
        assertThat(trust().anchors()).hasSize(2).first().isEqualTo(old);
        assertThat(trust().current(oldOperator)).isTrue();
        everybodyTrusts();
        done("change", "status");
        done("change", "use");
        assertThat(shell.out()).contains("trust set 2: the new authority is in use");
        var next = trust().anchors().getFirst();
        assertThat(trust().anchors()).containsExactly(next, old);
        for (var role : List.of(Role.HUB, Role.BROKER)) {
            assertThat(next.issued(shell.authority().server(role).certificate())).isTrue();
        }
        everybodyGoesOver();
        done("change", "status");
        done("change", "drop");
        assertThat(trust().anchors()).containsExactly(next);
        assertThat(file("hub/trust.pem")).isEqualTo(trust().pem());
        assertThat(shell.err())
                .contains("destroy it: " + shell.ca().resolve("root/root.key"))
                .contains("destroy it: " + shell.ca().resolve("operators/operators.key"))
                .contains("destroy it: " + shell.ca().resolve("nodes/nodes.key"))
                .doesNotContain(".2.key");
        assertThat(trust().flaw(oldOperator, shell.now())).isPresent();
        var operator = Credentials.load(operator(), "operator");
        assertThat(operator.flaw(shell.now())).isEmpty();
        assertThat(operator.trust().anchors()).containsExactly(next, old);
        done("publish");
        assertThat(shell.out()).contains("list 1000000002 of the operators issuer");
    }

    @Test
    void newIssuersUnderTheSameRootGoTheSameWay() {
        var old = trust().anchors().getFirst();
        done("change", "begin", "--issuers-only", "--no-new-passphrase");
        assertThat(shell.ca().resolve("root/root.2.key")).doesNotExist();
        everybodyTrusts();
        done("change", "use");
        everybodyGoesOver();
        done("change", "drop");
        var next = trust().anchors().getFirst();
        assertThat(next.root()).isEqualTo(old.root());
        assertThat(next.issuer(Role.NODE)).isNotEqualTo(old.issuer(Role.NODE));
        assertThat(next.issuer(Role.OPERATOR)).isNotEqualTo(old.issuer(Role.OPERATOR));
        assertThat(shell.err()).doesNotContain("root.key");
        // And once more.
        done("change", "begin", "--no-new-passphrase");
        assertThat(shell.ca().resolve("root/root.3.key")).exists();
        assertThat(shell.ca().resolve("nodes/nodes.3.key")).exists();
    }

    @Test
    void noStepIsMadeBeforeTheOneBeforeIt() {
        refused("change", "use");
        assertThat(shell.err()).contains("no change is under way").contains("change begin");
        refused("change", "drop");
        assertThat(shell.err()).contains("no change is under way");
        done("change", "begin", "--no-new-passphrase");
        refused("change", "begin", "--no-new-passphrase");
        assertThat(shell.err()).contains("the next step is muster ca change use");
        refused("change", "drop");
        assertThat(shell.err()).contains("the next step is muster ca change use");
        everybodyTrusts();
        done("change", "use");
        refused("change", "begin", "--no-new-passphrase");
        assertThat(shell.err()).contains("the next step is muster ca change drop");
        refused("change", "cancel");
        assertThat(trust().anchors()).hasSize(2);
        everybodyGoesOver();
        done("change", "drop");
        refused("change", "drop");
        assertThat(trust().anchors()).hasSize(1);
    }

    @Test
    void aNewAuthorityIsNotUsedWhileSomebodyDoesNotTrustIt() throws IOException {
        done("change", "begin", "--no-new-passphrase");
        announces(web01, "web01", 1);
        var before = file("trust.pem");
        refused("change", "use");
        assertThat(shell.err())
                .contains("refused, and nothing was changed: 2 do not trust the new authority yet")
                .contains("node/web02: has not confirmed any set")
                .contains("operator/alice: does not know the new authority")
                .contains("--without node/ID")
                .contains("muster ca clean ID")
                .contains("muster ca operator NAME --out DIR")
                .doesNotContain("web01");
        renewOperator();
        refused("change", "use");
        assertThat(shell.err()).contains("node/web02").doesNotContain("operator/alice:");
        assertThat(file("trust.pem")).isEqualTo(before);
        assertThat(shell.ca("change", "status")).isEqualTo(1);
        assertThat(shell.out()).contains("node/web02").doesNotContain("node/web01");
        assertThat(shell.ca("change", "status", "--output", "jsonl")).isEqualTo(1);
        assertThat(shell.out())
                .contains("{\"type\":\"change\",\"step\":\"trusting\",\"set\":1,\"waiting\":1}")
                .contains("{\"type\":\"waiting\",\"id\":\"node/web02\"");
        refused("change", "use", "--without", "node/web03");
        assertThat(shell.err()).contains("nobody by that name is waited for");
        done("change", "use", "--without", "node/web02");
    }

    @Test
    void anOldAuthorityIsNotDroppedWhileSomebodyShowsACertificateOfIt() throws IOException {
        done("change", "begin", "--no-new-passphrase");
        everybodyTrusts();
        var old = certificate(web01, "web01");
        done("change", "use");
        announces("web01", 2, old);
        announces(web02, "web02", 1);
        var before = file("trust.pem");
        refused("change", "drop");
        assertThat(shell.err())
                .contains("3 do not go by the new authority alone yet")
                .contains("node/web01: shows its old certificate")
                .contains("node/web02: goes by set 1")
                .contains("operator/alice: has a certificate of the old authority, valid until");
        everybodyGoesOver();
        var heard = Confirmations.load(shell.authority().files(), trust());
        heard.heard(new Identity("prod", Role.BROKER, "main"), 2, old(Role.BROKER));
        heard.save();
        refused("change", "drop");
        assertThat(shell.err()).contains("broker/main: shows its old certificate");
        assertThat(file("trust.pem")).isEqualTo(before);
        done("change", "drop", "--without", "broker/main");
    }

    /** A certificate of the old authority for a server. */
    private Bytes old(Role role) throws IOException {
        var anchor = trust().anchors().getLast();
        var key = Pem.key(shell.ca().resolve("nodes/nodes.key"));
        return Certificates.der(
                new Issuance(shell.random)
                        .leaf(
                                new Issuance.Issuer(key, anchor.issuer(role)),
                                new Identity("prod", role, "main"),
                                web01.publicKey(),
                                List.of(),
                                shell.now(),
                                Duration.ofDays(1)));
    }

    @Test
    void whoIsRevokedOrExpiredIsNotWaitedFor() {
        done("change", "begin", "--no-new-passphrase");
        announces(web01, "web01", 1);
        done("revoke", "web02", "--yes");
        shell.itIs(shell.now().plus(Duration.ofHours(13)));
        done("change", "status");
        done("change", "use");
    }

    @Test
    void whoJoinedAnewConfirmsAnew() {
        done("change", "begin", "--no-new-passphrase");
        everybodyTrusts();
        done("clean", "web02", "--yes");
        var key = Ed25519Key.generate(shell.random);
        ask(key, "web02");
        done("sign", "web02", "--yes");
        refused("change", "use");
        assertThat(shell.err()).contains("node/web02: has not confirmed any set");
        announces(key, "web02", 1);
        done("change", "use");
    }

    @Test
    void whoJoinsWhileTheNewAuthorityIsUsedIsNotWaitedForLong() {
        done("change", "begin", "--no-new-passphrase");
        everybodyTrusts();
        done("change", "use");
        everybodyGoesOver();
        var key = Ed25519Key.generate(shell.random);
        ask(key, "web03");
        done("sign", "web03", "--yes");
        assertThat(shell.ca("change", "drop")).isEqualTo(1);
        assertThat(shell.err()).contains("node/web03: has not confirmed any set");
        // It trusts the new root alone, and the set is signed by the old one.
        announces(key, "web03", 0);
        done("change", "drop");
    }

    @Test
    void whoJoinsGetsTheTrustSetAsTheRootSignedIt() throws IOException {
        assertThat(((Granted) ask(web01, "web01")).set()).isEmpty();
        done("change", "begin", "--no-new-passphrase");
        assertThat(((Granted) ask(web01, "web01")).set())
                .contains(Bytes.utf8(file("published/trust.json")));
    }

    @Test
    void theFirstStepCanBeTakenBack() throws IOException {
        var before = trust().anchors();
        refused("change", "cancel");
        done("change", "begin", "--no-new-passphrase");
        done("change", "cancel");
        assertThat(trust().anchors()).isEqualTo(before);
        done("change", "begin", "--no-new-passphrase");
        assertThat(shell.out()).contains("trust set 3");
        assertThat(trust().anchors()).hasSize(2);
    }

    @Test
    void tokensPinTheRootInUse() {
        var old = shell.authority().rootFingerprint();
        done("change", "begin", "--no-new-passphrase");
        assertThat(pinned()).isEqualTo(old);
        everybodyTrusts();
        done("change", "use");
        assertThat(pinned()).isEqualTo(shell.authority().rootFingerprint()).isNotEqualTo(old);
    }

    private Bytes pinned() {
        done("token");
        return JoinToken.parse(shell.out().strip().lines().findFirst().orElseThrow())
                .listener()
                .root();
    }

    @Test
    void whoJoinsIsToldOfTheAuthorityInUseAlone() {
        done("change", "begin", "--no-new-passphrase");
        assertThat(((Granted) ask(web01, "web01")).trust()).hasSize(3);
    }

    @Test
    void aStepThatACrashCutOffIsGoneOnWithByWhoeverComesNext() throws IOException {
        done("publish");
        var first = file("trust.pem");
        done("change", "begin", "--no-new-passphrase");
        var second = file("trust.pem");
        putBack("trust.pem", first);
        done("token");
        assertThat(file("trust.pem")).isEqualTo(second);
        putBack("hub/trust.pem", first);
        everybodyTrusts();
        assertThat(file("hub/trust.pem")).isEqualTo(second);
        var list = file("published/operators.json");
        var hub = file("hub/hub.crt");
        done("change", "use");
        var third = file("trust.pem");
        putBack("trust.pem", second);
        putBack("hub/hub.crt", hub);
        putBack("published/operators.json", list);
        everybodyGoesOver();
        refused("change", "drop");
        assertThat(shell.err()).contains("muster ca change use makes up for that");
        done("change", "use");
        assertThat(shell.out()).contains("in use already");
        assertThat(file("trust.pem")).isEqualTo(third);
        var operators = trust().issuer(Role.OPERATOR);
        var register = new RevocationRegister(shell.authority().files(), "prod", shell::now);
        assertThat(register.signed(IssuerName.OPERATORS, operators)).isTrue();
        done("change", "drop");
        putBack("trust.pem", third);
        done("token");
        assertThat(trust().anchors()).hasSize(1);
    }

    private void putBack(String name, String content) throws IOException {
        Files.writeString(shell.ca().resolve(name), content);
    }

    @Test
    void keysThatACrashLeftBeforeAnybodyWasToldAreMadeAnew() throws IOException {
        var first = file("trust.pem");
        done("change", "begin", "--no-new-passphrase");
        var left = file("root/root.2.crt");
        Files.delete(shell.ca().resolve("published/trust.json"));
        putBack("trust.pem", first);
        done("change", "begin", "--no-new-passphrase");
        assertThat(file("root/root.2.crt")).isNotEqualTo(left);
        assertThat(trust().anchors()).hasSize(2);
    }

    @Test
    void aSetOfAnotherDayOrFleetIsNotFollowed() throws IOException {
        done("change", "begin", "--no-new-passphrase");
        var other = new TestFleet("prod", shell.now());
        putBack("trust.pem", other.trust().pem());
        refused("change", "status");
        assertThat(shell.err()).contains("is not by an authority in");
    }

    @Test
    void newKeysAreUnderAPassphraseOfTheirOwn() throws IOException {
        var old = secret("old", "the first passphrase");
        var fresh = secret("fresh", "the second passphrase");
        Files.move(shell.ca(), temporary.resolve("first"));
        done(
                "init",
                "--fleet",
                "prod",
                "--operator-dir",
                temporary.resolve("op").toString(),
                "--no-operator-passphrase",
                "--passphrase-file",
                old.toString());
        refused(
                "change",
                "begin",
                "--passphrase-file",
                fresh.toString(),
                "--new-passphrase-file",
                fresh.toString());
        assertThat(shell.ca().resolve("root/root.2.key")).doesNotExist();
        assertThat(shell.ca("change", "begin", "--passphrase-file", old.toString())).isEqualTo(2);
        assertThat(shell.err()).contains("--new-passphrase-file FILE or --no-new-passphrase");
        done(
                "change",
                "begin",
                "--passphrase-file",
                old.toString(),
                "--new-passphrase-file",
                fresh.toString());
        assertThat(file("root/root.2.key")).contains("ENCRYPTED");
        shell.itIs(shell.now().plus(Duration.ofHours(13)));
        refused("change", "use", "--passphrase-file", old.toString());
        assertThat(trust().anchors()).hasSize(2);
        done(
                "change",
                "use",
                "--passphrase-file",
                old.toString(),
                "--new-passphrase-file",
                fresh.toString());
        done("change", "drop", "--passphrase-file", fresh.toString());
    }

    private Path secret(String name, String text) throws IOException {
        var file = temporary.resolve(name);
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    @Test
    void helpIsThereForEachStepAndWithoutAStepItIsAskedFor() {
        for (var step : List.of("begin", "use", "drop", "cancel", "status")) {
            assertThat(shell.ca("change", step, "--help")).isZero();
            assertThat(shell.out()).contains("Examples:").contains("muster ca change " + step);
        }
        assertThat(shell.ca("change")).isEqualTo(2);
        assertThat(shell.err()).contains("which step");
        assertThat(shell.ca("renew", "issuers")).isEqualTo(2);
        assertThat(shell.err()).contains("muster ca change begin --issuers-only");
    }
}
