package io.muster.controller.cli;

import static io.muster.controller.Village.HERE;
import static io.muster.controller.Village.up;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.controller.Village;
import io.muster.message.Identity;
import io.muster.message.Role;
import io.muster.security.TestFleet;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;

class ConfigurationTest {
    @TempDir private Path home;

    private final Village village = new Village();

    @AfterEach
    void close() {
        village.close();
    }

    private CommandContext ready() throws IOException {
        village.node("n-1", "web01", _ -> HERE);
        village.hub(up("n-1", "web01"));
        return CommandContext.ready(village, home);
    }

    @Test
    void allProblemsOfTheFileAreSaidAtOnce() throws IOException {
        var ran = ready().config("hubb = x\nttl = soon\ncollective = A B\n").run("ping");
        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.err())
                .contains("controller.conf:1: no setting hubb; did you mean hub?")
                .contains("controller.conf:2: ttl = soon:")
                .contains("controller.conf:3: collective = A B:");
    }

    @Test
    void aFileThatWasNamedMustBeThere() throws IOException {
        var ran = ready().run("ping", "--config", "other.conf");
        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.err()).endsWith("other.conf: there is no such file\n");
        var variable = ready().variable("MUSTER_CONFIG", "/nowhere/c.conf").run("ping");
        assertThat(variable.err())
                .isEqualTo("muster ping: /nowhere/c.conf: there is no such file\n");
    }

    @Test
    void aContextIsAFileBesideTheOthers() throws IOException {
        var context = ready();
        var contexts = Files.createDirectories(context.folder().resolve("contexts"));
        Files.writeString(contexts.resolve("dr.conf"), "credentials = ..\n");
        assertThat(context.run("ping", "--context", "dr").code()).isZero();
        var unknown = context.run("ping", "--context", "drr");
        assertThat(unknown.err()).contains("drr.conf: there is no such file; contexts: dr");
        assertThat(context.run("ping", "--context", "../x").code()).isEqualTo(2);
    }

    @Test
    void withoutKeysItIsSaidWhereTheyComeFrom() {
        var ran = new CommandContext(village, home).run("ping");
        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.err()).contains("no operator's keys here").contains("muster ca operator");
    }

    @Test
    void aKeyThatOthersCanReadIsNotUsed() throws IOException {
        var context = ready();
        Files.setPosixFilePermissions(
                context.folder().resolve("operator.key"),
                PosixFilePermissions.fromString("rw-r--r--"));
        var ran = context.run("ping");
        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.err()).contains("operator.key").contains("chmod 600");
    }

    @Test
    void anExpiredCertificateIsSaidBeforeAnythingIsSent() throws IOException {
        var past = new TestFleet("test", Instant.now().minus(Duration.ofDays(30)));
        var alice =
                past.credentials(
                        past.operatorsIssuer(),
                        new Identity("test", Role.OPERATOR, "alice"),
                        Duration.ofDays(1));
        var ran = ready().keys(home.resolve(".config/muster"), alice).run("ping");
        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.err()).contains("operator.crt: expired on").contains("new one");
    }

    @Test
    void aNodesKeyIsNoOperators() throws IOException {
        var node = village.authority().node("n-7");
        var ran = ready().keys(home.resolve(".config/muster"), node).run("ping");
        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.err()).contains("is of node/n-7, and only an operator may ask");
    }

    @Test
    void keysOfAnotherFleetThanTheConfigurationSaysAreNotUsed() throws IOException {
        var ran = ready().config("fleet = production\n").run("ping");
        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.err()).contains("is of the fleet test").contains("production");
    }
}
