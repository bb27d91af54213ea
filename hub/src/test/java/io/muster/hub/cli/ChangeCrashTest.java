package io.muster.hub.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.hub.enrolment.RevocationRegister;
import io.muster.message.IssuerName;
import io.muster.message.Role;
import io.muster.security.TestFleet;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A change of the authority that was cut off, or whose files are of another day. */
class ChangeCrashTest {
    private final ChangeFixture change;

    ChangeCrashTest(@TempDir Path folder) {
        change = new ChangeFixture(folder);
    }

    @Test
    void aStepThatACrashCutOffIsGoneOnWithByWhoeverComesNext() throws IOException {
        change.done("publish");
        var first = change.file("trust.pem");
        change.done("change", "begin", "--no-new-passphrase");
        var second = change.file("trust.pem");
        putBack("trust.pem", first);
        change.done("token");
        assertThat(change.file("trust.pem")).isEqualTo(second);
        putBack("hub/trust.pem", first);
        change.everybodyTrusts();
        assertThat(change.file("hub/trust.pem")).isEqualTo(second);
        var list = change.file("published/operators.json");
        var hub = change.file("hub/hub.crt");
        change.done("change", "use");
        var third = change.file("trust.pem");
        putBack("trust.pem", second);
        putBack("hub/hub.crt", hub);
        putBack("published/operators.json", list);
        change.everybodyGoesOver();
        change.refused("change", "drop");
        assertThat(change.shell.err()).contains("muster ca change use makes up for that");
        change.done("change", "use");
        assertThat(change.shell.out()).contains("in use already");
        assertThat(change.file("trust.pem")).isEqualTo(third);
        var operators = change.trust().issuer(Role.OPERATOR);
        var register =
                new RevocationRegister(change.shell.authority().files(), "prod", change.shell::now);
        assertThat(register.signed(IssuerName.OPERATORS, operators)).isTrue();
        change.done("change", "drop");
        putBack("trust.pem", third);
        change.done("token");
        assertThat(change.trust().anchors()).hasSize(1);
    }

    private void putBack(String name, String content) throws IOException {
        Files.writeString(change.shell.ca().resolve(name), content);
    }

    @Test
    void keysThatACrashLeftBeforeAnybodyWasToldAreMadeAnew() throws IOException {
        var first = change.file("trust.pem");
        change.done("change", "begin", "--no-new-passphrase");
        var left = change.file("root/root.2.crt");
        Files.delete(change.shell.ca().resolve("published/trust.json"));
        putBack("trust.pem", first);
        change.done("change", "begin", "--no-new-passphrase");
        assertThat(change.file("root/root.2.crt")).isNotEqualTo(left);
        assertThat(change.trust().anchors()).hasSize(2);
    }

    @Test
    void aSetOfAnotherDayOrFleetIsNotFollowed() throws IOException {
        change.done("change", "begin", "--no-new-passphrase");
        var other = new TestFleet("prod", change.shell.now());
        putBack("trust.pem", other.trust().pem());
        change.refused("change", "status");
        assertThat(change.shell.err()).contains("is not by an authority in");
    }
}
