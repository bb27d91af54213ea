package io.muster.hub.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.enrolment.Applicant;
import io.muster.enrolment.JoinAnswer.Granted;
import io.muster.enrolment.JoinAnswer.Pending;
import io.muster.enrolment.JoinRequest;
import io.muster.enrolment.JoinToken;
import io.muster.enrolment.KeyFingerprint;
import io.muster.hub.enrolment.Authority;
import io.muster.hub.enrolment.Door;
import io.muster.hub.enrolment.Enrolment;
import io.muster.message.Collective;
import io.muster.message.Endpoint;
import io.muster.message.NodeId;
import io.muster.security.Certificates;
import io.muster.security.Credentials;
import io.muster.security.Ed25519Key;
import io.muster.security.Passphrase;
import io.muster.security.Pem;

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
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

class CommandsTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    @TempDir private Path temporary;
    private final SecureRandom random = new SecureRandom();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Instant now = NOON;

    private Path ca() {
        return temporary.resolve("ca");
    }

    private int run(String typed, boolean terminal, String... words) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        var in = new BufferedReader(new StringReader(typed));
        var around =
                new Surroundings(
                        new PrintWriter(out),
                        new PrintWriter(err),
                        in,
                        prompt -> typedUnseen(in, prompt),
                        Map.of(),
                        temporary.resolve("home"),
                        "Alice",
                        terminal,
                        () -> now,
                        random);
        return new HubLine(around).run(List.of(words));
    }

    private Optional<char[]> typedUnseen(BufferedReader in, String prompt) {
        err.append(prompt);
        try {
            return Optional.ofNullable(in.readLine()).map(String::toCharArray);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private int ca(String... words) {
        var all =
                Stream.concat(
                        Stream.concat(Stream.of("ca"), Stream.of(words)),
                        Stream.of("--dir", ca().toString()));
        return run("", false, all.toArray(String[]::new));
    }

    private int init() {
        return ca("init", "--fleet", "prod", "--host", "hub.example.org", "--no-passphrase");
    }

    private Enrolment enrolment() {
        var authority = Authority.open(ca(), random, () -> now);
        return new Enrolment(
                authority,
                new Door(authority.files(), random, () -> now),
                new Enrolment.Welcome(List.of(Collective.MAIN), authority.config().broker()),
                _ -> {},
                () -> now);
    }

    private Ed25519Key waits(String id, String host) {
        var key = Ed25519Key.generate(random);
        var applicant = new Applicant(Optional.of(new NodeId(id)), host, "machine");
        assertThat(enrolment().answer(JoinRequest.of(key, applicant), "10.0.0.7"))
                .isInstanceOf(Pending.class);
        return key;
    }

    @BeforeEach
    void nothingIsThere() {
        assertThat(ca()).doesNotExist();
    }

    @Test
    void initMakesAnAuthorityAndTheFirstOperator() {
        assertThat(init()).isZero();
        assertThat(out.toString())
                .contains("fleet prod: its authority is in " + ca())
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
    void atATerminalRootIssuerAndOperatorGetPassphrases() {
        var words =
                new String[] {
                    "ca", "init", "--fleet", "prod", "--host", "hub", "--dir", ca().toString()
                };
        assertThat(run("correct horse\ncorrect house\n", true, words)).isEqualTo(2);
        assertThat(run("short\n", true, words)).isEqualTo(2);
        assertThat(run("", false, words)).isEqualTo(2);
        assertThat(err.toString()).contains("--passphrase-file FILE or --no-passphrase");
        assertThat(ca()).doesNotExist();
        var typed = "correct horse\ncorrect horse\nbattery staple\nbattery staple\n";
        assertThat(run(typed, true, words)).isZero();
        for (var key : List.of("root/root.key", "operators/operators.key")) {
            assertThat(Pem.locked(ca().resolve(key))).as(key).isTrue();
        }
        assertThat(Pem.locked(ca().resolve("nodes/nodes.key"))).isFalse();
        var alice = temporary.resolve("home/.config/muster");
        var staple = Passphrase.of("battery staple".toCharArray());
        assertThat(Credentials.load(alice, "operator", _ -> staple).identity().brief())
                .isEqualTo("operator/alice");
        var renewal =
                new String[] {
                    "ca", "operator", "alice", "--out", alice.toString(), "--dir", ca().toString()
                };
        assertThat(run("battery staple\n", true, renewal)).isEqualTo(1);
        assertThat(err.toString()).contains("operators.key: another passphrase");
        assertThat(run("correct horse\n", true, renewal)).isZero();
        assertThat(run("correct horse\n", false, renewal)).isEqualTo(2);
        assertThat(err.toString()).contains("--passphrase-file FILE");
    }

    @Test
    void aScriptGivesPassphrasesInFilesOrOnStandardInput() throws IOException {
        var file = temporary.resolve("passphrase");
        Files.writeString(file, "correct horse\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        var given = List.of("--passphrase-file", file.toString(), "--dir", ca().toString());
        var words =
                Stream.concat(
                                Stream.of("ca", "init", "--fleet", "prod", "--host", "hub"),
                                given.stream())
                        .toList();
        var none = Stream.concat(words.stream(), Stream.of("--no-operator-passphrase")).toList();
        assertThat(run("", false, words.toArray(String[]::new))).isEqualTo(2);
        assertThat(err.toString()).contains("operator alice must have a passphrase");
        assertThat(run("", false, none.toArray(String[]::new))).isZero();
        var bob = temporary.resolve("bob");
        assertThat(
                        run(
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
                                ca().toString()))
                .isZero();
        var held = Credentials.load(bob, "operator", _ -> Passphrase.read(file));
        assertThat(Certificates.attributes(held.certificate())).containsEntry("team", "web");
    }

    @Test
    void aNodeIsRevokedOrCleanedByAPersonWhoMeansIt() {
        init();
        waits("web01", "web01.example.org");
        assertThat(ca("sign", "web01", "--yes", "--attributes", "site=ams")).isZero();
        assertThat(ca("revoke", "web01")).isEqualTo(2);
        assertThat(err.toString()).contains("nobody to ask: say --yes");
        var asked = new String[] {"ca", "revoke", "web01", "--dir", ca().toString()};
        assertThat(run("n\n", true, asked)).isEqualTo(1);
        assertThat(err.toString()).contains("Nothing was changed.");
        assertThat(run("y\n", true, asked)).isZero();
        assertThat(out.toString()).isEqualTo("revoked web01, certificates: 1\n");
        assertThat(ca("list")).isZero();
        assertThat(out.toString()).contains("revoked 2026-11-20").contains("site=ams");
        assertThat(ca("clean", "web01", "--yes")).isZero();
        assertThat(ca("list", "--output", "jsonl")).isZero();
        assertThat(out.toString()).contains("\"state\":\"cleaned\"");
        assertThat(ca("clean", "web02", "--yes")).isEqualTo(1);
        assertThat(err.toString()).contains("no node has the id web02");
    }

    @Test
    void allWhoWaitAreSignedWhenTheirNumberIsTypedBack() {
        init();
        for (int i = 0; i < 3; i++) {
            waits("web0" + i, "host\u001b[2J\u202e" + i);
        }
        assertThat(ca("sign", "--all")).isEqualTo(2);
        assertThat(ca("sign", "--all", "--yes")).isEqualTo(2);
        var all = new String[] {"ca", "sign", "--all", "--dir", ca().toString()};
        assertThat(run("y\n", true, all)).isEqualTo(1);
        assertThat(err.toString())
                .contains("WAITING", "web00", "web02", "Nothing was signed")
                .doesNotContain("\u001b", "\u202e");
        assertThat(run("3\n", true, all)).isZero();
        assertThat(out.toString().lines()).hasSize(3).allMatch(line -> line.startsWith("signed "));
        assertThat(run("3\n", true, all)).isZero();
        assertThat(err.toString()).contains("Nobody waits");
    }

    @Test
    void aTokenSaysWhatItAttestsAndIsTakenBack() {
        init();
        assertThat(ca("token", "--attributes", "site=ams", "--uses", "3")).isZero();
        var id = JoinToken.parse(out.toString().strip()).id();
        assertThat(err.toString()).contains("for 3 machines").contains("attesting site=ams");
        assertThat(ca("token", "revoke", id)).isZero();
        assertThat(ca("tokens")).isZero();
        assertThat(out.toString()).contains(id + "  revoked").contains("site=ams");
        assertThat(ca("token", "revoke")).isEqualTo(2);
        assertThat(ca("token", "revoke", "0123456789abcdef")).isEqualTo(1);
        assertThat(ca("token", "make")).isEqualTo(2);
        assertThat(ca("token", "--attributes", "site=a b")).isEqualTo(2);
    }

    @Test
    void theHubsCertificatesCanBeRenewedAtOnce() {
        init();
        var before = Credentials.load(ca().resolve("hub"), "broker").certificate();
        assertThat(ca("renew", "broker")).isZero();
        assertThat(out.toString()).startsWith("broker: valid until 2027-02-18");
        assertThat(Credentials.load(ca().resolve("hub"), "broker").certificate())
                .isNotEqualTo(before);
        assertThat(ca("renew", "operator")).isEqualTo(2);
    }

    @Test
    void anOperatorIsMadeForAWeekAtMost() {
        init();
        var bob = temporary.resolve("bob").toString();
        assertThat(ca("operator", "bob", "--valid", "8d", "--no-operator-passphrase", "--out", bob))
                .isEqualTo(1);
        assertThat(err.toString()).contains("7 days at most, not 8d");
        assertThat(Path.of(bob)).doesNotExist();
    }

    @Test
    void aPersonSaysWhichCollectivesANodeIsIn() {
        init();
        waits("web01", "web01.example.org");
        assertThat(ca("sign", "web01", "--yes")).isZero();
        assertThat(ca("collectives", "web01", "main", "dr")).isZero();
        assertThat(out.toString()).endsWith("web01 is in main, dr\n");
        assertThat(ca("collectives", "web02", "main")).isEqualTo(1);
        assertThat(err.toString()).contains("no node has the id web02");
        assertThat(ca("collectives", "web01")).isEqualTo(2);
        assertThat(ca("collectives", "web01", "Not One")).isEqualTo(2);
    }

    @Test
    void aSecondInitChangesNothing() throws Exception {
        init();
        var key = Files.readString(ca().resolve("root/root.key"));
        assertThat(init()).isEqualTo(1);
        assertThat(err.toString())
                .isEqualTo(
                        "muster ca init: "
                                + ca()
                                + " holds the authority of the fleet prod already;"
                                + " nothing was changed\n");
        assertThat(ca().resolve("root/root.key")).content().isEqualTo(key);
    }

    @Test
    void initNeverOverwritesAnOperatorsFiles() throws Exception {
        var operator = temporary.resolve("home/.config/muster");
        Files.createDirectories(operator);
        Files.writeString(operator.resolve("trust.pem"), "mine");
        assertThat(init()).isEqualTo(1);
        assertThat(err.toString()).contains("trust.pem is there already");
        assertThat(ca()).doesNotExist();
        assertThat(operator.resolve("trust.pem")).content().isEqualTo("mine");
    }

    @Test
    void aBadNameMakesNothing() {
        assertThat(ca("init", "--fleet", "Prod Fleet")).isEqualTo(1);
        assertThat(err.toString()).contains("not a fleet name: 'Prod Fleet'");
        assertThat(ca("init", "--fleet", "prod", "--host", "bad host")).isEqualTo(1);
        assertThat(err.toString()).contains("not a host name or address: 'bad host'");
        assertThat(ca("init")).isEqualTo(2);
        assertThat(err.toString()).contains("--fleet").contains("Try muster ca init --help");
        assertThat(ca()).doesNotExist();
    }

    @Test
    void aTokenIsOneWordOnStandardOutputAndLetsAMachineIn() {
        init();
        assertThat(ca("token")).isZero();
        var token = JoinToken.parse(out.toString().strip());
        assertThat(token.listener().endpoint()).isEqualTo(Endpoint.parse("hub.example.org:61618"));
        assertThat(err.toString())
                .startsWith("Valid until 2026-11-20 13:00 UTC for one machine")
                .doesNotContain(token.printed());
        var applicant = new Applicant(Optional.empty(), "web01", "m");
        var request = JoinRequest.of(Ed25519Key.generate(random), applicant, token, random);
        assertThat(enrolment().answer(request, "10.0.0.7")).isInstanceOf(Granted.class);
        ca("tokens");
        assertThat(out.toString()).contains(token.id() + "  used   1 of 1");
    }

    @Test
    void aTokenHasTheBoundsThatWereAskedFor() {
        init();
        assertThat(
                        ca(
                                "token",
                                "--uses",
                                "3",
                                "--valid",
                                "15m",
                                "--id-pattern",
                                "web-*",
                                "--hub",
                                "10.0.0.5:7"))
                .isZero();
        assertThat(JoinToken.parse(out.toString().strip()).listener().endpoint())
                .isEqualTo(Endpoint.parse("10.0.0.5:7"));
        assertThat(err.toString())
                .contains("12:15 UTC for 3 machines with ids like web-*")
                .contains("The hub's certificate is not for 10.0.0.5");
        assertThat(ca("token", "--uses", "0")).isEqualTo(1);
        assertThat(ca("token", "--valid", "400d")).isEqualTo(1);
        assertThat(ca("token", "--valid", "soon")).isEqualTo(2);
        assertThat(ca("token", "--id-pattern", "[a-z]")).isEqualTo(2);
        assertThat(ca("tokens")).isZero();
        assertThat(out.toString().lines()).hasSize(2);
    }

    @Test
    void aTokenCanBeTakenBack() {
        init();
        ca("token");
        var id = JoinToken.parse(out.toString().strip()).id();
        assertThat(ca("tokens", "--revoke", id)).isZero();
        ca("tokens");
        assertThat(out.toString()).contains(id + "  revoked  0 of 1");
        assertThat(ca("tokens", "--revoke", "../../x")).isEqualTo(1);
        assertThat(err.toString()).contains("no token '../../x'");
    }

    @Test
    void whoWaitsIsListedWithoutAnythingATerminalWouldObey() {
        init();
        var key = waits("web01", "evil\u001b[2J\u202eb01\nweb99  admitted");
        now = NOON.plusSeconds(240);
        assertThat(ca("list")).isZero();
        assertThat(out.toString())
                .contains("web01")
                .contains("evil\\u{1b}[2J\\u{202e}b01\\u{a}web99  admitted")
                .contains("4m")
                .contains("10.0.0.7")
                .contains(KeyFingerprint.of(key.publicKey()).toString())
                .doesNotContain("\u001b", "\u202e");
        assertThat(out.toString().lines()).hasSize(2);
        assertThat(err.toString()).contains("1 waiting, 0 signed");
        ca("list", "--output", "jsonl");
        assertThat(out.toString().lines()).hasSize(1);
        assertThat(out.toString()).startsWith("{\"type\":\"waiting\",\"id\":\"web01\"");
    }

    @Test
    void signingNeedsTheRightFingerprintOrAPerson() {
        init();
        var key = waits("web01", "web01.example.org");
        var right = KeyFingerprint.of(key.publicKey()).toString();
        var wrong = right.replace(right.charAt(0), right.charAt(0) == '0' ? '1' : '0');
        assertThat(ca("sign", "web01")).isEqualTo(2);
        assertThat(err.toString()).contains("nobody to ask");
        assertThat(ca("sign", "web01", wrong)).isEqualTo(1);
        assertThat(err.toString()).contains("another fingerprint: " + right);
        assertThat(ca("sign", "web02", right)).isEqualTo(1);
        assertThat(run("n\n", true, "ca", "sign", "web01", "--dir", ca().toString())).isEqualTo(1);
        assertThat(run("", true, "ca", "sign", "web01", "--dir", ca().toString())).isEqualTo(1);
        assertThat(err.toString()).contains("fingerprint " + right).contains("Nothing was signed");
        assertThat(run("y\n", true, "ca", "sign", "web01", "--dir", ca().toString())).isZero();
        assertThat(out.toString()).isEqualTo("signed web01, valid until 2026-12-20 12:00 UTC\n");
        ca("list");
        assertThat(out.toString()).startsWith("SIGNED").contains("person Alice").contains(right);
    }

    @Test
    void theFingerprintOnTheCommandLineIsEnough() {
        init();
        var key = waits("web01", "web01.example.org");
        assertThat(ca("sign", "web01", KeyFingerprint.of(key.publicKey()).hex())).isZero();
    }

    @Test
    void aRejectedMachineIsGone() {
        init();
        waits("web01", "web01.example.org");
        assertThat(ca("reject", "web01", "--yes")).isZero();
        assertThat(ca("sign", "web01", "--yes")).isEqualTo(1);
        assertThat(err.toString()).contains("nobody waits for the id web01");
    }

    @Test
    void operatorsAreMadeAndRenewed() {
        init();
        var out = temporary.resolve("bob");
        assertThat(
                        ca(
                                "operator",
                                "bob",
                                "--valid",
                                "12h",
                                "--no-operator-passphrase",
                                "--out",
                                out.toString()))
                .isZero();
        assertThat(this.out.toString()).contains("valid until 2026-11-21 00:00 UTC");
        now = NOON.plusSeconds(3600);
        assertThat(ca("operator", "bob", "--out", out.toString())).isZero();
        assertThat(this.out.toString()).contains("valid until 2026-11-21 01:00 UTC");
        assertThat(ca("operator", "eve", "--out", out.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("holds the credentials of");
    }

    @Test
    void theHubsAddressesCanBeChanged() {
        init();
        assertThat(ca("hub", "--host", "hub2.example.org")).isZero();
        ca("token");
        assertThat(JoinToken.parse(out.toString().strip()).listener().endpoint())
                .isEqualTo(Endpoint.parse("hub2.example.org:61618"));
        assertThat(err.toString()).doesNotContain("certificate is not for");
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
            assertThat(ca(words.toArray(String[]::new))).as("%s", words).isEqualTo(1);
            assertThat(err.toString().lines()).hasSize(1);
            assertThat(err.toString()).contains("muster ca init");
        }
    }

    @Test
    void aMistypedVerbIsGuessed() {
        assertThat(run("", false, "ca", "tokn")).isEqualTo(2);
        assertThat(err.toString()).contains("did you mean token?");
        assertThat(run("", false, "ca")).isEqualTo(2);
        assertThat(run("", false)).isEqualTo(2);
        assertThat(run("", false, "ca", "--help")).isZero();
        assertThat(out.toString()).contains("ca token");
    }

    @Test
    void everyVerbExplainsItselfWithExamples() {
        for (var verb : CaVerb.values()) {
            assertThat(run("", false, "ca", verb.word(), "--help")).isZero();
            assertThat(out.toString())
                    .contains("Usage: muster ca " + verb.word())
                    .contains("Examples:")
                    .contains("  muster ca " + verb.word());
        }
        assertThat(run("", false, "hub", "--help")).isZero();
        assertThat(out.toString()).contains("Examples:").contains("--listen");
    }

    @Test
    void theHubRefusesBadSettingsAndAMissingAuthority() {
        var state = temporary.resolve("state").toString();
        assertThat(run("", false, "hub", "--config", temporary.resolve("no.conf").toString()))
                .isEqualTo(1);
        assertThat(err.toString()).contains("no.conf: there is no such file");
        assertThat(run("", false, "hub", "--listen", "61617")).isEqualTo(2);
        assertThat(run("", false, "hub", "--broker", "tcp://bus:1")).isEqualTo(2);
        assertThat(run("", false, "hub", "--ca", ca().toString(), "--state", state)).isEqualTo(1);
        assertThat(err.toString()).contains("no authority in " + ca());
        assertThat(temporary.resolve("state")).doesNotExist();
    }
}
