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
import io.muster.security.Credentials;
import io.muster.security.Ed25519Key;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
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
        var around =
                new Surroundings(
                        new PrintWriter(out),
                        new PrintWriter(err),
                        new BufferedReader(new StringReader(typed)),
                        Map.of(),
                        temporary.resolve("home"),
                        "Alice",
                        terminal,
                        () -> now,
                        random);
        return new HubLine(around).run(List.of(words));
    }

    private int ca(String... words) {
        var all =
                Stream.concat(
                        Stream.concat(Stream.of("ca"), Stream.of(words)),
                        Stream.of("--dir", ca().toString()));
        return run("", false, all.toArray(String[]::new));
    }

    private int init() {
        return ca("init", "--fleet", "prod", "--host", "hub.example.org");
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
                .contains("valid until 2026-11-27 12:00 UTC");
        var operator = temporary.resolve("home/.config/muster");
        assertThat(Credentials.load(operator, "operator").identity().uri())
                .isEqualTo("muster://prod/operator/alice");
        assertThat(operator.resolve("controller.conf"))
                .content()
                .contains("hub = hub.example.org:61617");
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
        assertThat(ca("operator", "bob", "--valid", "12h", "--out", out.toString())).isZero();
        assertThat(this.out.toString()).contains("valid until 2026-11-21 00:00 UTC");
        now = NOON.plusSeconds(3600);
        assertThat(ca("operator", "bob", "--out", out.toString())).isZero();
        assertThat(this.out.toString()).contains("valid until 2026-11-27 13:00 UTC");
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
                        List.of("operator", "bob", "--out", temporary.resolve("bob").toString()))) {
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
