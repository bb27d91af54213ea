package io.muster.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.action.ActionClass;
import io.muster.broker.BrokerConfig;
import io.muster.broker.EmbeddedBroker;
import io.muster.controller.ExitCode;
import io.muster.controller.Report;
import io.muster.controller.ask.Caller;
import io.muster.message.Collective;
import io.muster.message.ReplyAddress;
import io.muster.security.Credentials;
import io.muster.security.Pem;
import io.muster.security.TestFleet;
import io.muster.security.Tls;
import io.muster.transport.jms.BrokerAddress;
import io.muster.transport.jms.JmsConnectionConfig;
import io.muster.transport.jms.JmsTransport;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
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

/** Who has stolen the key of a node can do as that node, and no more, and disturbs nobody else. */
class EvilNodeIT {
    @TempDir private Path directory;
    private final TestFleet fleet = TestFleet.create();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private EmbeddedBroker broker;
    private Victim mail;
    private Caller alice;

    @BeforeEach
    void start() throws IOException {
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
        var node = fleet.node("mail");
        mail = new Victim(node, directory.resolve("mail"), bus(node, ""));
        opened.add(mail);
        var operator = fleet.operator("alice");
        var transport = JmsTransport.connect(bus(operator, "/1"), Stage.PATIENCE);
        opened.add(transport);
        alice =
                new Caller(
                        transport,
                        operator,
                        Collective.MAIN,
                        InstantSource.system(),
                        new SecureRandom());
        opened.add(alice);
    }

    @AfterEach
    void stop() throws Exception {
        for (var o : opened.reversed()) {
            o.close();
        }
    }

    private JmsConnectionConfig bus(Credentials who, String process) {
        return JmsConnectionConfig.tls(
                List.of(new BrokerAddress("localhost", broker.port())),
                Tls.mutual(who),
                JmsConnectionConfig.clientId(who.identity()) + process);
    }

    private Process evil() throws IOException {
        var stolen = fleet.node("evil");
        var home = Files.createDirectories(directory.resolve("stolen"));
        Files.writeString(home.resolve("node.key"), Pem.key(stolen.key()));
        Files.setPosixFilePermissions(
                home.resolve("node.key"), PosixFilePermissions.fromString("rw-------"));
        Files.writeString(home.resolve("node.crt"), Pem.certificate(stolen.certificate()));
        Files.writeString(home.resolve("trust.pem"), stolen.trust().pem());
        var process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx256m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                EvilNode.class.getName(),
                                home.toString(),
                                Integer.toString(broker.port()),
                                "mail",
                                ReplyAddress.of(fleet.operator("alice").identity(), "1").value())
                        .redirectError(directory.resolve("evil.log").toFile())
                        .start();
        opened.add(process::destroyForcibly);
        return process;
    }

    private Report mark() {
        return Stage.run(alice, Victim.MARK, ActionClass.CHANGE, Stage.PATIENCE, mail);
    }

    @Test
    void allIsRefusedAndNobodyNoticesNotEvenWhenItFloods() throws Exception {
        await().atMost(Stage.PATIENCE).until(() -> broker.connections() == 2);
        assertThat(ExitCode.of(mark())).isEqualTo(ExitCode.DONE);
        var evil = evil();

        var said = untilItFloods(evil.inputReader());

        assertThat(said).hasSizeGreaterThan(30).allMatch(line -> line.startsWith("as it must be"));
        for (var i = 0; i < 10; i++) {
            var report = mark();
            assertThat(ExitCode.of(report)).isEqualTo(ExitCode.DONE);
            assertThat(report.strays().alarming()).isZero();
        }
        assertThat(mail.marked()).hasSize(11).doesNotHaveDuplicates();
        assertThat(broker.refusals()).containsKeys("may not read", "may not write");
        assertThat(evil.isAlive()).isTrue();
    }

    private List<String> untilItFloods(BufferedReader out) throws IOException {
        var said = new ArrayList<String>();
        for (var line = out.readLine(); !"flooding".equals(line); line = out.readLine()) {
            if (line == null) {
                throw new IOException(Files.readString(directory.resolve("evil.log")));
            }
            said.add(line);
        }
        return said;
    }
}
