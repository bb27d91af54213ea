package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.muster.action.ActionClass;
import io.muster.filter.Filter;
import io.muster.message.ActionName;
import io.muster.message.Bytes;
import io.muster.message.Collective;
import io.muster.message.NodeId;
import io.muster.message.ReplyAddress;
import io.muster.message.Request;
import io.muster.message.RequestId;
import io.muster.message.Value.Fields;
import io.muster.node.helper.Line;
import io.muster.node.helper.Word;
import io.muster.security.PayloadType;
import io.muster.security.Pem;
import io.muster.security.TestFleet;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The root helper as a process: killed in the middle, and called by others. */
class HelperIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String POLICY =
            """
            {"rules": [{"effect": "allow", "callers": ["operator/alice"], "actions": ["test.mark"]}]}
            """;
    private static final String SPEC =
            """
            {"name": "test.mark", "summary": "Leave a mark", "class": "change", "timeout": "90s"}
            """;
    private static final String PROGRAM =
            """
            #!/bin/sh
            echo "$$" >>HOME/marks
            exec sleep 60
            """;
    private static final String CALLER =
            """
            import java.net.UnixDomainSocketAddress;
            import java.nio.ByteBuffer;
            import java.nio.channels.SocketChannel;
            public class Caller {
                public static void main(String[] args) throws Exception {
                    try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(args[0]))) {
                        System.out.println("connected");
                        System.out.println("heard " + channel.read(ByteBuffer.allocate(1)));
                    }
                }
            }
            """;

    @TempDir private Path home;
    private final TestFleet fleet = TestFleet.create();
    private final List<Process> started = new ArrayList<>();

    @BeforeEach
    void furnish() throws IOException {
        var node = fleet.node("n1");
        write("helper/trust.pem", node.trust().pem(), "rw-r--r--");
        write("helper/node.crt", Pem.certificate(node.certificate()), "rw-r--r--");
        write("policy.json", POLICY, "rw-r--r--");
        write("machine/actions.d/test.mark.json", SPEC, "rw-r--r--");
        var program = PROGRAM.replace("HOME", home.toString());
        write("machine/actions.d/test.mark", program, "rwxr-xr-x");
        write("Caller.java", CALLER, "rw-r--r--");
        write(
                "agent.conf",
                """
                helper = %1$s/helper.sock
                helper-state = %1$s/helper
                user = %2$s
                sandbox = %1$s/machine
                policy = %1$s/policy.json
                facts = %1$s/facts.d
                actions = %1$s/machine/actions.d
                """
                        .formatted(home, HelperFixture.ME),
                "rw-r--r--");
    }

    @AfterEach
    void end() {
        started.forEach(process -> process.destroyForcibly().onExit().join());
    }

    private void write(String name, String text, String mode) throws IOException {
        var file = home.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    private static Path java() {
        return Path.of(ProcessHandle.current().info().command().orElseThrow());
    }

    private Process helper() throws IOException {
        var log = home.resolve("log." + started.size());
        var process =
                new ProcessBuilder(
                                java().toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                AgentMain.class.getName(),
                                "agent",
                                "helper",
                                "--config",
                                home.resolve("agent.conf").toString())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        started.add(process);
        await().atMost(LIMIT)
                .until(() -> Files.readString(log).contains("ready") || !process.isAlive());
        assertThat(log).content().contains("ready");
        return process;
    }

    private String log() throws IOException {
        return Files.readString(home.resolve("log.0"));
    }

    private Bytes request() {
        var alice = fleet.operator("alice");
        var now = Instant.ofEpochMilli(System.currentTimeMillis());
        var request =
                new Request(
                        new RequestId("1".repeat(32)),
                        "test",
                        Collective.MAIN,
                        alice.identity(),
                        new ActionName("test.mark"),
                        Fields.EMPTY,
                        Filter.EVERYTHING,
                        Optional.of(List.of(new NodeId("n1"))),
                        ReplyAddress.of(alice.identity(), "1"),
                        now,
                        now.plusSeconds(120),
                        ActionClass.CHANGE,
                        false,
                        Map.of(),
                        List.of());
        return alice.signer().sign(PayloadType.REQUEST, request.encode());
    }

    private List<String> marks() throws IOException {
        var marks = home.resolve("marks");
        return Files.exists(marks) ? Files.readAllLines(marks) : List.of();
    }

    @Test
    void killedInTheMiddleItHangsUpAndDoesNotBeginAgain() throws IOException {
        var request = request();
        var first = helper();
        try (var line = Line.connect(home.resolve("helper.sock"))) {
            line.say(new Word.Perform(request));
            await().atMost(LIMIT).until(() -> marks().size() == 1);
            first.destroyForcibly().onExit().join();
            assertThatThrownBy(() -> line.hear(LIMIT)).isInstanceOf(EOFException.class);
        }
        helper();
        assertThat(Files.readString(home.resolve("helper/audit.jsonl"))).contains("interrupted");
        try (var line = Line.connect(home.resolve("helper.sock"))) {
            line.say(new Word.Perform(request));
            assertThat(line.hear(LIMIT)).isEqualTo(new Word.Ignored());
        }
        assertThat(marks()).hasSize(1);
        ProcessHandle.of(Long.parseLong(marks().getFirst())).ifPresent(ProcessHandle::destroy);
    }

    @Test
    void anotherUserHearsNothingAndMayNotEvenCallWhereSystemdMadeTheSocket()
            throws IOException, InterruptedException {
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
        helper();
        assertThat(asNobody()).contains("connected", "heard -1");
        await().atMost(LIMIT).until(() -> log().contains("may not ask"));
        var socket = home.resolve("helper.sock");
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
        assertThat(asNobody()).contains("Permission denied").doesNotContain("connected");
    }

    private String asNobody() throws IOException, InterruptedException {
        var command =
                AsRoot.command(
                        List.of(
                                "/usr/bin/setpriv",
                                "--reuid=65534",
                                "--regid=65534",
                                "--clear-groups",
                                java().toString(),
                                home.resolve("Caller.java").toString(),
                                home.resolve("helper.sock").toString()));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        started.add(process);
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said;
    }

    @Test
    void aDirectoryOfTrustThatOthersMayWriteIsNotUsed() throws IOException, InterruptedException {
        Files.setPosixFilePermissions(
                home.resolve("helper"), PosixFilePermissions.fromString("rwxrwxrwx"));
        var told = AgentMain.class.getName();
        var process =
                new ProcessBuilder(
                                java().toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                told,
                                "agent",
                                "helper",
                                "--config",
                                home.resolve("agent.conf").toString())
                        .redirectErrorStream(true)
                        .start();
        started.add(process);
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isEqualTo(78);
        assertThat(said).contains("helper is writable by others");
    }
}
