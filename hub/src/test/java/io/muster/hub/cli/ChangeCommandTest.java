package io.muster.hub.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.enrolment.Applicant;
import io.muster.enrolment.JoinAnswer;
import io.muster.enrolment.JoinAnswer.Granted;
import io.muster.enrolment.JoinRequest;
import io.muster.enrolment.JoinToken;
import io.muster.hub.enrolment.Authority;
import io.muster.hub.enrolment.Confirmations;
import io.muster.hub.enrolment.Door;
import io.muster.hub.enrolment.Enrolment;
import io.muster.hub.enrolment.RevocationRegister;
import io.muster.message.Bytes;
import io.muster.message.Collective;
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

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Changing the authority, as a person types it; who confirms what is said by a hub that is played.
 */
class ChangeCommandTest {
    @TempDir private Path temporary;
    private final SecureRandom random = new SecureRandom();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Ed25519Key web01 = Ed25519Key.generate(random);
    private final Ed25519Key web02 = Ed25519Key.generate(random);
    private Instant now = Instant.parse("2026-11-20T12:00:00Z");

    private Path ca() {
        return temporary.resolve("ca");
    }

    private int run(String... words) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        var around =
                new Surroundings(
                        new PrintWriter(out),
                        new PrintWriter(err),
                        new BufferedReader(new StringReader("")),
                        _ -> Optional.empty(),
                        Map.of(),
                        temporary.resolve("home"),
                        "alice",
                        false,
                        () -> now,
                        random);
        return new HubLine(around)
                .run(
                        Stream.concat(
                                        Stream.concat(Stream.of("ca"), Stream.of(words)),
                                        Stream.of("--dir", ca().toString()))
                                .toList());
    }

    private void done(String... words) {
        assertThat(run(words)).as(err.toString()).isZero();
    }

    private void refused(String... words) {
        assertThat(run(words)).as(out.toString()).isEqualTo(1);
    }

    private Authority authority() {
        return Authority.open(ca(), random, () -> now);
    }

    private JoinAnswer ask(Ed25519Key key, String id) {
        var authority = authority();
        return new Enrolment(
                        authority,
                        new Door(authority.files(), random, () -> now),
                        new Enrolment.Welcome(
                                List.of(Collective.MAIN), authority.config().broker()),
                        _ -> {},
                        () -> now)
                .answer(
                        JoinRequest.of(
                                key,
                                new Applicant(Optional.of(new NodeId(id)), id, "machine-" + id)),
                        "10.0.0.7");
    }

    private Bytes certificate(Ed25519Key key, String id) {
        return ((Granted) ask(key, id)).certificate();
    }

    /** What the hub notes when it hears that node announce. */
    private void announces(Ed25519Key key, String id, long set) {
        announces(id, set, certificate(key, id));
    }

    private void announces(String id, long set, Bytes shown) {
        var heard = Confirmations.load(authority().files(), authority().trust());
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
        return TrustStore.load(ca().resolve("trust.pem"));
    }

    private String file(String name) throws IOException {
        return Files.readString(ca().resolve(name));
    }

    @BeforeEach
    void found() {
        done("init", "--fleet", "prod", "--host", "hub.example.org", "--no-passphrase");
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
        assertThat(out).asString().contains("trust set 1: the new authority is trusted");
        assertThat(trust().anchors()).hasSize(2).first().isEqualTo(old);
        assertThat(trust().current(oldOperator)).isTrue();
        everybodyTrusts();
        done("change", "status");
        done("change", "use");
        assertThat(out).asString().contains("trust set 2: the new authority is in use");
        var next = trust().anchors().getFirst();
        assertThat(trust().anchors()).containsExactly(next, old);
        for (var role : List.of(Role.HUB, Role.BROKER)) {
            assertThat(next.issued(authority().server(role).certificate())).isTrue();
        }
        everybodyGoesOver();
        done("change", "status");
        done("change", "drop");
        assertThat(trust().anchors()).containsExactly(next);
        assertThat(file("hub/trust.pem")).isEqualTo(trust().pem());
        assertThat(err)
                .asString()
                .contains("destroy it: " + ca().resolve("root/root.key"))
                .contains("destroy it: " + ca().resolve("operators/operators.key"))
                .contains("destroy it: " + ca().resolve("nodes/nodes.key"))
                .doesNotContain(".2.key");
        assertThat(trust().flaw(oldOperator, now)).isPresent();
        var operator = Credentials.load(operator(), "operator");
        assertThat(operator.flaw(now)).isEmpty();
        assertThat(operator.trust().anchors()).containsExactly(next, old);
        done("publish");
        assertThat(out).asString().contains("list 3 of the operators issuer");
    }

    @Test
    void newIssuersUnderTheSameRootGoTheSameWay() {
        var old = trust().anchors().getFirst();
        done("change", "begin", "--issuers-only", "--no-new-passphrase");
        assertThat(ca().resolve("root/root.2.key")).doesNotExist();
        everybodyTrusts();
        done("change", "use");
        everybodyGoesOver();
        done("change", "drop");
        var next = trust().anchors().getFirst();
        assertThat(next.root()).isEqualTo(old.root());
        assertThat(next.issuer(Role.NODE)).isNotEqualTo(old.issuer(Role.NODE));
        assertThat(next.issuer(Role.OPERATOR)).isNotEqualTo(old.issuer(Role.OPERATOR));
        assertThat(err).asString().doesNotContain("root.key");
        // And once more.
        done("change", "begin", "--no-new-passphrase");
        assertThat(ca().resolve("root/root.3.key")).exists();
        assertThat(ca().resolve("nodes/nodes.3.key")).exists();
    }

    @Test
    void noStepIsMadeBeforeTheOneBeforeIt() {
        refused("change", "use");
        assertThat(err).asString().contains("no change is under way").contains("change begin");
        refused("change", "drop");
        assertThat(err).asString().contains("no change is under way");
        done("change", "begin", "--no-new-passphrase");
        refused("change", "begin", "--no-new-passphrase");
        assertThat(err).asString().contains("the next step is muster ca change use");
        refused("change", "drop");
        assertThat(err).asString().contains("the next step is muster ca change use");
        everybodyTrusts();
        done("change", "use");
        refused("change", "begin", "--no-new-passphrase");
        assertThat(err).asString().contains("the next step is muster ca change drop");
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
        assertThat(err)
                .asString()
                .contains("refused, and nothing was changed: 2 do not trust the new authority yet")
                .contains("node/web02: has not confirmed any set")
                .contains("operator/alice: does not know the new authority")
                .contains("--without node/ID")
                .contains("muster ca clean ID")
                .contains("muster ca operator NAME --out DIR")
                .doesNotContain("web01");
        renewOperator();
        refused("change", "use");
        assertThat(err).asString().contains("node/web02").doesNotContain("operator/alice:");
        assertThat(file("trust.pem")).isEqualTo(before);
        assertThat(run("change", "status")).isEqualTo(1);
        assertThat(out).asString().contains("node/web02").doesNotContain("node/web01");
        assertThat(run("change", "status", "--output", "jsonl")).isEqualTo(1);
        assertThat(out)
                .asString()
                .contains("{\"type\":\"change\",\"step\":\"trusting\",\"set\":1,\"waiting\":1}")
                .contains("{\"type\":\"waiting\",\"id\":\"node/web02\"");
        refused("change", "use", "--without", "node/web03");
        assertThat(err).asString().contains("nobody by that name is waited for");
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
        assertThat(err)
                .asString()
                .contains("3 do not go by the new authority alone yet")
                .contains("node/web01: shows its old certificate")
                .contains("node/web02: goes by set 1")
                .contains("operator/alice: has a certificate of the old authority, valid until");
        everybodyGoesOver();
        var heard = Confirmations.load(authority().files(), trust());
        heard.heard(new Identity("prod", Role.BROKER, "main"), 2, old(Role.BROKER));
        heard.save();
        refused("change", "drop");
        assertThat(err).asString().contains("broker/main: shows its old certificate");
        assertThat(file("trust.pem")).isEqualTo(before);
        done("change", "drop", "--without", "broker/main");
    }

    /** A certificate of the old authority for a server. */
    private Bytes old(Role role) throws IOException {
        var anchor = trust().anchors().getLast();
        var key = Pem.key(ca().resolve("nodes/nodes.key"));
        return Certificates.der(
                new Issuance(random)
                        .leaf(
                                new Issuance.Issuer(key, anchor.issuer(role)),
                                new Identity("prod", role, "main"),
                                web01.publicKey(),
                                List.of(),
                                now,
                                Duration.ofDays(1)));
    }

    @Test
    void whoIsRevokedOrExpiredIsNotWaitedFor() {
        done("change", "begin", "--no-new-passphrase");
        announces(web01, "web01", 1);
        done("revoke", "web02", "--yes");
        now = now.plus(Duration.ofHours(13));
        done("change", "status");
        done("change", "use");
    }

    @Test
    void whoJoinedAnewConfirmsAnew() {
        done("change", "begin", "--no-new-passphrase");
        everybodyTrusts();
        done("clean", "web02", "--yes");
        var key = Ed25519Key.generate(random);
        ask(key, "web02");
        done("sign", "web02", "--yes");
        refused("change", "use");
        assertThat(err).asString().contains("node/web02: has not confirmed any set");
        announces(key, "web02", 1);
        done("change", "use");
    }

    @Test
    void theFirstStepCanBeTakenBack() throws IOException {
        var before = file("trust.pem");
        refused("change", "cancel");
        done("change", "begin", "--no-new-passphrase");
        done("change", "cancel");
        assertThat(file("trust.pem")).isEqualTo(before);
        done("change", "begin", "--no-new-passphrase");
        assertThat(out).asString().contains("trust set 3");
        assertThat(trust().anchors()).hasSize(2);
    }

    @Test
    void tokensPinTheRootInUse() {
        var old = authority().rootFingerprint();
        done("change", "begin", "--no-new-passphrase");
        assertThat(pinned()).isEqualTo(old);
        everybodyTrusts();
        done("change", "use");
        assertThat(pinned()).isEqualTo(authority().rootFingerprint()).isNotEqualTo(old);
    }

    private Bytes pinned() {
        done("token");
        return JoinToken.parse(out.toString().strip().lines().findFirst().orElseThrow())
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
        assertThat(err).asString().contains("muster ca change use makes up for that");
        done("change", "use");
        assertThat(out).asString().contains("in use already");
        assertThat(file("trust.pem")).isEqualTo(third);
        var operators = trust().issuer(Role.OPERATOR);
        var register = new RevocationRegister(authority().files(), "prod", () -> now);
        assertThat(register.signed(IssuerName.OPERATORS, operators)).isTrue();
        done("change", "drop");
        putBack("trust.pem", third);
        done("token");
        assertThat(trust().anchors()).hasSize(1);
    }

    private void putBack(String name, String content) throws IOException {
        Files.writeString(ca().resolve(name), content);
    }

    @Test
    void keysThatACrashLeftBeforeAnybodyWasToldAreMadeAnew() throws IOException {
        var first = file("trust.pem");
        done("change", "begin", "--no-new-passphrase");
        var left = file("root/root.2.crt");
        Files.delete(ca().resolve("published/trust.json"));
        putBack("trust.pem", first);
        done("change", "begin", "--no-new-passphrase");
        assertThat(file("root/root.2.crt")).isNotEqualTo(left);
        assertThat(trust().anchors()).hasSize(2);
    }

    @Test
    void aSetOfAnotherDayOrFleetIsNotFollowed() throws IOException {
        done("change", "begin", "--no-new-passphrase");
        var other = new TestFleet("prod", now);
        putBack("trust.pem", other.trust().pem());
        refused("change", "status");
        assertThat(err).asString().contains("is not by an authority in");
    }

    @Test
    void newKeysAreUnderAPassphraseOfTheirOwn() throws IOException {
        var old = secret("old", "the first passphrase");
        var fresh = secret("fresh", "the second passphrase");
        Files.move(ca(), temporary.resolve("first"));
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
        assertThat(ca().resolve("root/root.2.key")).doesNotExist();
        assertThat(run("change", "begin", "--passphrase-file", old.toString())).isEqualTo(2);
        assertThat(err).asString().contains("--new-passphrase-file FILE or --no-new-passphrase");
        done(
                "change",
                "begin",
                "--passphrase-file",
                old.toString(),
                "--new-passphrase-file",
                fresh.toString());
        assertThat(file("root/root.2.key")).contains("ENCRYPTED");
        now = now.plus(Duration.ofHours(13));
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
            assertThat(run("change", step, "--help")).isZero();
            assertThat(out).asString().contains("Examples:").contains("muster ca change " + step);
        }
        assertThat(run("change")).isEqualTo(2);
        assertThat(err).asString().contains("which step");
        assertThat(run("renew", "issuers")).isEqualTo(2);
        assertThat(err).asString().contains("muster ca change begin --issuers-only");
    }
}
