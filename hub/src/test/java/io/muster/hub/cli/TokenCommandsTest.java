package io.muster.hub.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.enrolment.Applicant;
import io.muster.enrolment.JoinAnswer.Granted;
import io.muster.enrolment.JoinRequest;
import io.muster.enrolment.JoinToken;
import io.muster.message.Endpoint;
import io.muster.security.Certificates;
import io.muster.security.Ed25519Key;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Optional;

/** {@code muster ca token} and {@code tokens}. */
class TokenCommandsTest {
    private final Shell shell;

    TokenCommandsTest(@TempDir Path temporary) {
        shell = new Shell(temporary);
    }

    @Test
    void aTokenSaysWhatItAttestsAndIsTakenBack() {
        shell.init();
        assertThat(shell.ca("token", "--attributes", "site=ams", "--uses", "3")).isZero();
        var id = JoinToken.parse(shell.out().strip()).id();
        assertThat(shell.err()).contains("for 3 machines").contains("attesting site=ams");
        assertThat(shell.ca("token", "revoke", id)).isZero();
        assertThat(shell.ca("tokens")).isZero();
        assertThat(shell.out()).contains(id + "  revoked").contains("site=ams");
        assertThat(shell.ca("token", "revoke")).isEqualTo(2);
        assertThat(shell.ca("token", "revoke", "0123456789abcdef")).isEqualTo(1);
        assertThat(shell.ca("token", "make")).isEqualTo(2);
        assertThat(shell.ca("token", "--attributes", "site=a b")).isEqualTo(2);
    }

    @Test
    void aTokenIsOneWordOnStandardOutputAndLetsAMachineIn() {
        shell.init();
        assertThat(shell.ca("token")).isZero();
        var token = JoinToken.parse(shell.out().strip());
        assertThat(token.listener().endpoint()).isEqualTo(Endpoint.parse("hub.example.org:61618"));
        assertThat(shell.err())
                .startsWith("Valid until 2026-11-20 13:00 UTC for one machine")
                .doesNotContain(token.printed());
        var applicant = new Applicant(Optional.empty(), "web01", "m");
        var request =
                JoinRequest.of(Ed25519Key.generate(shell.random), applicant, token, shell.random);
        assertThat(shell.enrolment().answer(request, "10.0.0.7")).isInstanceOf(Granted.class);
        shell.ca("tokens");
        assertThat(shell.out()).contains(token.id() + "  used   1 of 1");
    }

    @Test
    void aTokenHasTheBoundsThatWereAskedFor() {
        shell.init();
        assertThat(
                        shell.ca(
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
        assertThat(JoinToken.parse(shell.out().strip()).listener().endpoint())
                .isEqualTo(Endpoint.parse("10.0.0.5:7"));
        assertThat(shell.err())
                .contains("12:15 UTC for 3 machines with ids like web-*")
                .contains("The hub's certificate is not for 10.0.0.5");
        assertThat(shell.ca("token", "--uses", "0")).isEqualTo(1);
        assertThat(shell.ca("token", "--valid", "400d")).isEqualTo(1);
        assertThat(shell.ca("token", "--valid", "soon")).isEqualTo(2);
        assertThat(shell.ca("token", "--id-pattern", "[a-z]")).isEqualTo(2);
        assertThat(shell.ca("tokens")).isZero();
        assertThat(shell.out().lines()).hasSize(2);
    }

    @Test
    void aTokenCanBeTakenBack() {
        shell.init();
        shell.ca("token");
        var id = JoinToken.parse(shell.out().strip()).id();
        assertThat(shell.ca("tokens", "--revoke", id)).isZero();
        shell.ca("tokens");
        assertThat(shell.out()).contains(id + "  revoked  0 of 1");
        assertThat(shell.ca("tokens", "--revoke", "../../x")).isEqualTo(1);
        assertThat(shell.err()).contains("no token '../../x'");
    }

    @Test
    void aTokenMaySayWhatTheMachinesAreFor() {
        shell.init();
        assertThat(shell.ca("token", "--role", "mail", "--attributes", "site=ams")).isZero();
        assertThat(shell.err()).contains("attesting role=mail,site=ams");
        var token = JoinToken.parse(shell.out().strip());
        var applicant = new Applicant(Optional.empty(), "mail01", "m");
        var key = Ed25519Key.generate(shell.random);
        var request = JoinRequest.of(key, applicant, token, shell.random);
        assertThat(shell.enrolment().answer(request, "10.0.0.7"))
                .isInstanceOfSatisfying(
                        Granted.class,
                        granted ->
                                assertThat(
                                                Certificates.attributes(
                                                        Certificates.parse(granted.certificate())))
                                        .containsEntry("role", "mail"));
        assertThat(shell.ca("token", "--role", "mail", "--attributes", "role=web")).isEqualTo(2);
        assertThat(shell.err()).contains("both say the role");
        assertThat(shell.ca("token", "--role", "a b,c=d")).isEqualTo(2);
    }
}
