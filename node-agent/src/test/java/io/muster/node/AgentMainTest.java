package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.message.Identity;
import io.muster.message.NodeId;
import io.muster.node.time.HighWater;
import io.muster.security.Credentials;
import io.muster.security.Pem;
import io.muster.security.TestFleet;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;

/** Bad settings and credentials: a status that tells systemd not to try again, and what to do. */
class AgentMainTest {
    @TempDir private Path directory;
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final PrintStream before = System.out;

    @BeforeEach
    void listen() throws IOException {
        Files.createDirectory(directory.resolve("state"));
        mode("state", "rwx------");
        System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void stop() {
        System.setOut(before);
    }

    private void put(String file, String content, String mode) throws IOException {
        Files.writeString(directory.resolve(file), content);
        mode(file, mode);
    }

    private void mode(String file, String mode) throws IOException {
        Files.setPosixFilePermissions(
                directory.resolve(file), PosixFilePermissions.fromString(mode));
    }

    private void settings(String more) throws IOException {
        put(
                "agent.conf",
                "state = " + directory.resolve("state") + "\nhub = localhost\n" + more,
                "rw-r--r--");
    }

    /** A node that has joined, and could start. */
    private void joined(Credentials credentials) throws IOException {
        settings("sandbox = " + directory.resolve("machine") + "\n");
        put("state/node.key", Pem.key(credentials.key()), "rw-------");
        put("state/node.crt", Pem.certificate(credentials.certificate()), "rw-r--r--");
        put("state/trust.pem", credentials.trust().pem(), "rw-r--r--");
    }

    private String cannotBeUsed() {
        assertThat(AgentMain.daemon(directory.resolve("agent.conf"), false)).isEqualTo(78);
        var told = said.toString(StandardCharsets.UTF_8);
        assertThat(told).doesNotContain("Exception", "\tat ");
        return told;
    }

    @Test
    void everyBadSettingIsToldAtOnce() throws IOException {
        settings(
                """
                running = 0
                requests-per-minute = lots
                announce-every = 10ms
                skew = soon
                colour = blue
                """);
        assertThat(cannotBeUsed().lines())
                .hasSize(5)
                .anySatisfy(
                        line ->
                                assertThat(line)
                                        .contains("agent.conf:3", "running = 0", "from 1 to"))
                .anySatisfy(line -> assertThat(line).contains("requests-per-minute = lots"))
                .anySatisfy(line -> assertThat(line).contains("announce-every", "from 1s to 1d"))
                .anySatisfy(line -> assertThat(line).contains("skew = soon"))
                .anySatisfy(line -> assertThat(line).contains("no setting colour"));
    }

    @Test
    void settingsThatOthersMayWriteAreNotBelieved() throws IOException {
        settings("");
        mode("agent.conf", "rw-rw-r--");
        assertThat(cannotBeUsed()).contains("agent.conf is writable by others", "chmod go-w");
    }

    @Test
    void whatJoiningWroteDownAndOthersMayWriteIsNotBelieved() throws IOException {
        settings("");
        put("state/joined.conf", "hub = elsewhere\n", "rw-rw-rw-");
        assertThat(cannotBeUsed()).contains("joined.conf is writable by others");
    }

    @Test
    void aMachineThatHasNotJoinedIsToldHow() throws IOException {
        settings("");
        assertThat(cannotBeUsed()).contains("has not joined", "muster agent join");
    }

    @Test
    void aStateDirectoryThatOthersMayWriteIsNotUsed() throws IOException {
        joined(TestFleet.create().node("n1"));
        mode("state", "rwxrwxrwx");
        assertThat(cannotBeUsed()).contains("state is writable by others");
    }

    @Test
    void aKeyThatOthersMayReadIsNotUsed() throws IOException {
        joined(TestFleet.create().node("n1"));
        mode("state/node.key", "rw-r--r--");
        assertThat(cannotBeUsed()).contains("node.key").contains("chmod 600");
    }

    @Test
    void aDamagedCertificateIsNamed() throws IOException {
        joined(TestFleet.create().node("n1"));
        put(
                "state/node.crt",
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                "rw-r--r--");
        assertThat(cannotBeUsed()).contains("node.crt");
        assertThat(cannotBeUsed().lines()).hasSize(2);
    }

    @Test
    void anExpiredCertificateIsNamedWithTheDayAndTheWayOut() throws IOException {
        var fleet = new TestFleet("test", Instant.now().minus(Duration.ofDays(10)));
        joined(
                fleet.credentials(
                        fleet.nodesIssuer(),
                        Identity.node("test", new NodeId("n1")),
                        Duration.ofDays(1)));
        assertThat(cannotBeUsed()).contains("node.crt", "expired", "join again");
    }

    /** Starting again helps, once the clock is set. */
    @Test
    void aCertificateOfTheFutureMeansThatTheClockIsWrong() throws IOException {
        var tomorrow = Instant.now().plus(Duration.ofDays(1));
        joined(new TestFleet("test", tomorrow).node("n1"));
        assertThat(AgentMain.daemon(directory.resolve("agent.conf"), false)).isOne();
        assertThat(said.toString(StandardCharsets.UTF_8))
                .contains("this machine's clock says", "NTP", "clock = challenge");
    }

    @Test
    void whoIsOnTheMachineSaysThatItsClockIsRight() throws IOException {
        settings("");
        var said = new StringWriter();
        var line = new CommandLine(new ClockOkCommand()).setOut(new PrintWriter(said));
        var config = directory.resolve("agent.conf").toString();
        assertThat(line.execute("--config", config)).isZero();
        assertThat(said.toString()).contains("no request was accepted yet");
        assertThat(directory.resolve("state").resolve(HighWater.OVERRIDE)).isNotEmptyFile();

        Files.writeString(directory.resolve("state/clock.mark"), "torn");
        assertThat(line.execute("--config", config)).isZero();
        assertThat(said.toString()).contains("clock.mark", "is made anew");
    }
}
