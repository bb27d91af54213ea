package io.muster.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.action.ActionClass;
import io.muster.broker.BrokerConfig;
import io.muster.broker.EmbeddedBroker;
import io.muster.controller.ExitCode;
import io.muster.controller.Report;
import io.muster.controller.ask.Caller;
import io.muster.message.ActionName;
import io.muster.message.Collective;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.security.Credentials;
import io.muster.security.Pem;
import io.muster.security.TestFleet;
import io.muster.security.Tls;
import io.muster.testing.Needed;
import io.muster.transport.jms.BrokerAddress;
import io.muster.transport.jms.JmsConnectionConfig;
import io.muster.transport.jms.JmsTransport;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Somebody with an account on the machine, and nothing else: the node agent's program runs as root,
 * and he is another user, with all that such a user can do to files, folders and links.
 */
class LocalUserIT {
    private static final String NOBODY = "65534";
    private static final ActionName HELLO = new ActionName("local.hello");

    @TempDir private Path temporary;
    private final TestFleet fleet = TestFleet.create();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private Path home;
    private Path open;
    private EmbeddedBroker broker;

    @BeforeEach
    void start() throws Exception {
        Needed.root();
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxr-xr-x"));
        home = Files.createDirectories(temporary.resolve("home"));
        open = Files.createDirectories(temporary.resolve("open"));
        as("root", "chmod", "1777", open.toString());
        var trust = fleet.trust();
        broker =
                EmbeddedBroker.start(
                        BrokerConfig.secure(
                                        new BrokerAddress("127.0.0.1", 1),
                                        Tls.mutual(fleet.broker()),
                                        chain -> trust.identify(chain, Instant.now()),
                                        _ -> Set.of(Collective.MAIN))
                                .withPort(0));
        opened.add(broker);
        install();
    }

    @AfterEach
    void stop() throws Exception {
        for (var o : opened.reversed()) {
            o.close();
        }
    }

    private void install() throws IOException {
        var state = Files.createDirectories(home.resolve("state"));
        Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rwx------"));
        var node = fleet.node("mail");
        write(state.resolve("node.key"), Pem.key(node.key()), "rw-------");
        write(state.resolve("node.crt"), Pem.certificate(node.certificate()), "rw-r--r--");
        write(state.resolve("trust.pem"), node.trust().pem(), "rw-r--r--");
        Files.createDirectories(home.resolve("machine/etc"));
        write(home.resolve("machine/etc/hostname"), "mail\n", "rw-r--r--");
        Files.createDirectories(home.resolve("facts.d"));
        Files.createDirectories(home.resolve("actions.d"));
        write(home.resolve("policy.json"), policy("allow"), "rw-r--r--");
        write(
                home.resolve("agent.conf"),
                """
                hub = localhost:%d
                state = %s/state
                policy = %s/policy.json
                facts = %s/facts.d
                actions = %s/actions.d
                sandbox = %s/machine
                """
                        .formatted(broker.port(), home, home, home, home, home),
                "rw-r--r--");
    }

    private static String policy(String effect) {
        return """
        {"rules":[{"effect":"%s","callers":["operator/alice"],"actions":["*"]}]}
        """
                .formatted(effect);
    }

    private static void write(Path file, String text, String mode) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    /** Runs that as somebody, and says with which status it ended. */
    private static int as(String user, String... words) throws Exception {
        var command = new ArrayList<String>();
        if (!user.equals("root")) {
            command.addAll(
                    List.of("setpriv", "--reuid", user, "--regid", user, "--clear-groups", "--"));
        }
        command.addAll(List.of(words));
        var process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        return process.waitFor();
    }

    private static int shell(String script) throws Exception {
        return as(NOBODY, "sh", "-c", script);
    }

    /** The program, in a folder where everybody may put what he likes. */
    private Process agent() throws IOException {
        var process = Programs.agent(home, log()).directory(open.toFile()).start();
        opened.add(
                () -> {
                    process.destroy();
                    process.waitFor();
                });
        return process;
    }

    private Path log() {
        return temporary.resolve("agent.log");
    }

    private void ready() throws IOException {
        var agent = agent();
        await().atMost(Stage.PATIENCE)
                .until(() -> !agent.isAlive() || Files.readString(log()).contains("ready"));
        assertThat(agent.isAlive()).as(Files.readString(log())).isTrue();
        await().atMost(Stage.PATIENCE).until(() -> broker.connections() == 1);
    }

    private Caller alice() {
        var operator = fleet.operator("alice");
        var transport = JmsTransport.connect(bus(operator), Stage.PATIENCE);
        opened.add(transport);
        var caller =
                new Caller(
                        transport,
                        operator,
                        Collective.MAIN,
                        InstantSource.system(),
                        new SecureRandom());
        opened.add(caller);
        return caller;
    }

    private JmsConnectionConfig bus(Credentials who) {
        return JmsConnectionConfig.tls(
                List.of(new BrokerAddress("localhost", broker.port())),
                Tls.mutual(who),
                JmsConnectionConfig.clientId(who.identity(), "1"));
    }

    private static Report ping(Caller from) {
        return Stage.run(
                from,
                new ActionName("node.ping"),
                ActionClass.READ,
                Stage.PATIENCE,
                List.of(new NodeId("mail")));
    }

    @Test
    void readsNeitherKeyNorJournalNorAuditAndWritesNothing() throws Exception {
        ready();
        assertThat(ExitCode.of(ping(alice()))).isEqualTo(ExitCode.DONE);
        try (var files = Files.walk(home.resolve("state"))) {
            for (var file : files.toList()) {
                assertThat(shell("cat '" + file + "'")).as(file.toString()).isNotZero();
                assertThat(shell("echo x >> '" + file + "'")).as(file.toString()).isNotZero();
                assertThat(shell("mv '" + file + "' " + open)).as(file.toString()).isNotZero();
            }
        }
        for (var name : List.of("policy.json", "agent.conf", "facts.d/x", "actions.d/x")) {
            assertThat(shell("echo x > '" + home.resolve(name) + "'")).as(name).isNotZero();
        }
    }

    @Test
    void aPolicyOfHisIsNone() throws Exception {
        Files.move(home.resolve("policy.json"), home.resolve("old.json"));
        assertThat(shell("cp " + home + "/old.json " + open + "/policy.json")).isZero();
        Files.createSymbolicLink(home.resolve("policy.json"), open.resolve("policy.json"));
        ready();

        var outcome = ping(alice()).entries().getFirst().outcome().orElseThrow();

        assertThat(((Outcome.Refused) outcome).reason()).isEqualTo(Reason.POLICY);
        assertThat(Files.readString(log())).contains("policy.json");
    }

    @Test
    void anActionOfHisIsNotRun() throws Exception {
        assertThat(
                        shell(
                                "printf '#!/bin/sh\\ntouch %s/ran\\n' > %s/hello; chmod 755 %s/hello"
                                        .replace("%s", open.toString())))
                .isZero();
        for (var name : List.of("local.hello", "local.hello.json")) {
            Files.createSymbolicLink(
                    home.resolve("actions.d").resolve(name), open.resolve("hello"));
        }
        ready();

        var report =
                Stage.run(
                        alice(),
                        HELLO,
                        ActionClass.CHANGE,
                        Stage.PATIENCE,
                        List.of(new NodeId("mail")));

        var outcome = report.entries().getFirst().outcome().orElseThrow();
        assertThat(((Outcome.Refused) outcome).reason()).isEqualTo(Reason.UNKNOWN_ACTION);
        assertThat(open.resolve("ran")).doesNotExist();
    }

    @Test
    void settingsOfHisAreNotBelieved() throws Exception {
        as("root", "chown", NOBODY, home.resolve("agent.conf").toString());
        var agent = agent();

        assertThat(agent.waitFor()).isEqualTo(78);
        assertThat(Files.readString(log())).contains("agent.conf");
    }

    @Test
    void whatHeLeavesInTheWorkingDirectoryIsNotLookedAt() throws Exception {
        shell(
                "cd "
                        + open
                        + "; echo 'state = /nowhere' > agent.conf;"
                        + " echo '{}' > policy.json; mkdir -p META-INF/services etc muster;"
                        + " echo evil.Evil > META-INF/services/java.lang.System\\$LoggerFinder;"
                        + " echo handlers=evil.Evil > logging.properties;"
                        + " echo -XX:+CrashOnOutOfMemoryError > .hotspotrc;"
                        + " printf '#!/bin/sh\\ntouch ran\\n' > hostname; chmod 755 hostname;"
                        + " cp hostname facter; cp hostname sh");
        ready();

        assertThat(ExitCode.of(ping(alice()))).isEqualTo(ExitCode.DONE);
        assertThat(open.resolve("ran")).doesNotExist();
    }
}
