package io.muster.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.packaging.Programs.Running;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A hub, some nodes and an operator: processes of the distribution, any of which may be killed at
 * any moment. The nodes have the action {@code test.mark}: leaves a line with the node and the
 * request's id, waits a little, and leaves another.
 */
final class MarkingFleet implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final Pattern TOKEN = Pattern.compile("muster1\\S*");

    private static final String POLICY =
            """
            {"rules": [{"effect": "allow", "callers": ["operator/*"],
                        "actions": ["*"], "classes": ["read", "change"]}]}
            """;
    private static final String SPEC =
            """
            {"name": "test.mark", "summary": "Leave a mark", "class": "change", "timeout": "60s"}
            """;
    private static final String PROGRAM =
            """
            #!/bin/sh
            id=$(sed 's/.*"requestId":"\\([^"]*\\)".*/\\1/')
            echo "NODE $id begun" >>HOME/marks
            sleep 0.3
            echo "NODE $id ended" >>HOME/marks
            echo '{"state": "changed", "message": "marked"}'
            """;

    private final Path home;
    private final int bus = freePort();
    private final int enrolment = freePort();
    private final Programs programs;
    private final Map<String, Running> running = new LinkedHashMap<>();

    /** Founds it, and starts everything. */
    MarkingFleet(Path home, int nodes) throws IOException, InterruptedException {
        this.home = home;
        programs =
                new Programs(
                        home, Map.of("MUSTER_CONFIG", at("operator/controller.conf").toString()));
        programs.ended(
                start(
                        "ca init --no-passphrase --fleet faults --host localhost --broker-port %d"
                                        .formatted(bus)
                                + " --enrol-port %d --dir %s --operator alice --operator-dir %s"
                                        .formatted(enrolment, at("ca"), at("operator"))));
        hub();
        var token = token(nodes);
        for (var name : names(nodes)) {
            furnish(name);
            programs.ended(
                    start(
                            "agent join --id "
                                    + name
                                    + " --config "
                                    + at(name + ".conf")
                                    + " "
                                    + token));
            agent(name);
        }
        awaitAll();
    }

    private static List<String> names(int nodes) {
        return IntStream.rangeClosed(1, nodes).mapToObj("n%d"::formatted).toList();
    }

    private String token(int uses) throws IOException, InterruptedException {
        var made =
                start(
                        "ca token --uses %d --dir %s --hub localhost:%d"
                                .formatted(uses, at("ca"), enrolment));
        programs.ended(made);
        var token = TOKEN.matcher(made.said());
        assertThat(token.find()).as(made.said()).isTrue();
        return token.group();
    }

    private void furnish(String name) throws IOException {
        var actions = Files.createDirectories(at(name + "/machine/actions.d"));
        Files.createDirectories(at(name + "/machine/etc"));
        Files.writeString(at(name + "/machine/etc/hostname"), name + "\n");
        Files.writeString(at("policy.json"), POLICY);
        Files.writeString(actions.resolve("test.mark.json"), SPEC);
        var program = actions.resolve("test.mark");
        Files.writeString(program, PROGRAM.replace("HOME", home.toString()).replace("NODE", name));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(
                at(name + ".conf"),
                """
                state = %1$s/%2$s/state
                sandbox = %1$s/%2$s/machine
                policy = %1$s/policy.json
                facts = %1$s/facts.d
                actions = %1$s/%2$s/machine/actions.d
                announce-every = 5s
                """
                        .formatted(home, name));
    }

    /** Starts the hub, with the ports that it always has. */
    void hub() throws IOException {
        var hub =
                start(
                        "hub --ca %s --state %s --listen 127.0.0.1:%d --enrol 127.0.0.1:%d"
                                .formatted(at("ca"), at("hub"), bus, enrolment));
        programs.says(hub, "ready");
        running.put("hub", hub);
    }

    /** Starts that node agent, and waits until it is on the bus. */
    void agent(String name) throws IOException {
        var agent = start("agent --config " + at(name + ".conf"));
        running.put(name, agent);
        programs.says(agent, "connected to");
    }

    /** Ends {@code hub}, or the agent of that node, as a power cut would. */
    void kill(String name) throws InterruptedException {
        Objects.requireNonNull(running.get(name)).kill();
    }

    /** Waits until all nodes answer. */
    void awaitAll() {
        var nodes = running.size() - 1;
        await().atMost(LIMIT).until(() -> here() == nodes);
    }

    private long here() throws IOException, InterruptedException {
        return run("ping --output names").said().lines().filter(n -> n.matches("n\\d")).count();
    }

    /** Starts the program with these words. */
    Running start(String words) throws IOException {
        return programs.start(words);
    }

    /** Runs it to its end. */
    Running run(String words) throws IOException, InterruptedException {
        var ran = start(words);
        programs.status(ran);
        return ran;
    }

    int status(Running ran) throws IOException, InterruptedException {
        return programs.status(ran);
    }

    /** Lines of the nodes: node, request id, {@code begun} or {@code ended}. */
    List<String> marks() throws IOException {
        return Files.exists(at("marks")) ? Files.readAllLines(at("marks")) : List.of();
    }

    private Path at(String file) {
        return home.resolve(file);
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        programs.close();
    }
}
