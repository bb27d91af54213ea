package io.muster.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * A hub, a node that plays a machine, and an operator: processes of the distribution, to be killed.
 * The node has the action {@code test.mark}: writes a line, and waits until it may go on.
 */
final class SmallFleet implements AutoCloseable {
    private static final String LAUNCHER =
            Path.of("target/muster/bin/muster").toAbsolutePath().toString();
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final Pattern TOKEN = Pattern.compile("muster1\\S*");

    private static final String POLICY =
            """
            {"rules": [{"effect": "allow", "callers": ["operator/*"],
                        "actions": ["node.*", "trust.*", "test.mark"], "classes": ["read", "change"]}]}
            """;
    private static final String SPEC =
            """
            {"name": "test.mark", "summary": "Leave a mark", "class": "change", "timeout": "90s"}
            """;
    private static final String PROGRAM =
            """
            #!/bin/sh
            echo "$$" >>HOME/marks
            while [ ! -e HOME/go ]; do sleep 0.1; done
            echo '{"state": "changed", "message": "marked"}'
            """;

    private final Path home;
    private final int bus = freePort();
    private final int enrolment = freePort();
    private final List<Process> started = new ArrayList<>();
    private Optional<Running> running = Optional.empty();
    private int logs;

    /** A program that was started, and where its output goes. */
    record Running(Process process, Path log) {
        String said() throws IOException {
            return Files.readString(log);
        }

        /** Ends it as a power cut would. */
        void kill() throws InterruptedException {
            process.destroyForcibly().waitFor();
        }
    }

    SmallFleet(Path home) throws IOException, InterruptedException {
        this(home, "");
    }

    /**
     * The same, with more said when its authority is founded.
     *
     * @param more options of {@code muster ca init}, each with a space before it
     */
    SmallFleet(Path home, String more) throws IOException, InterruptedException {
        this(home, more, "");
    }

    /**
     * One whose node agent is to run as that user, beside a root helper. To be joined, and for the
     * helper, by root.
     */
    static SmallFleet separated(Path home, String user) throws IOException, InterruptedException {
        return new SmallFleet(home, "", separation(home, user));
    }

    private static String separation(Path home, String user) {
        return """
        helper = %1$s/helper.sock
        helper-state = %1$s/helper
        user = %2$s\
        """
                .formatted(home, user);
    }

    /** Gives the node, which has joined, a user and a helper; by root. */
    void separate(String user) throws IOException, InterruptedException {
        setting(separation(home, user));
        ended(start("agent join --config " + at("agent.conf")));
    }

    private SmallFleet(Path home, String more, String settings)
            throws IOException, InterruptedException {
        this.home = home;
        furnish("");
        setting(settings);
        ended(
                start(
                        "ca init --no-passphrase --fleet small --host localhost --broker-port "
                                + bus
                                + " --enrol-port "
                                + enrolment
                                + " --dir "
                                + at("ca")
                                + " --operator alice --operator-dir "
                                + at("operator")
                                + more));
        hub();
        var made = start("ca token --dir " + at("ca") + " --hub localhost:" + enrolment);
        ended(made);
        var token = TOKEN.matcher(made.said());
        assertThat(token.find()).as(made.said()).isTrue();
        ended(start("agent join --config " + at("agent.conf") + " " + token.group()));
    }

    /**
     * Prepares the machine.
     *
     * @param copy what the names of a copy end in
     */
    private void furnish(String copy) throws IOException {
        var actions = Files.createDirectories(at("machine" + copy + "/actions.d"));
        Files.createDirectories(at("state" + copy));
        Files.writeString(at("policy.json"), POLICY);
        Files.writeString(actions.resolve("test.mark.json"), SPEC);
        Files.writeString(actions.resolve("test.mark"), PROGRAM.replace("HOME", home.toString()));
        Files.writeString(
                at("agent" + copy + ".conf"),
                """
                state = %1$s/state%2$s
                sandbox = %1$s/machine%2$s
                policy = %1$s/policy.json
                facts = %1$s/facts.d
                actions = %1$s/machine%2$s/actions.d
                announce-every = 5s
                """
                        .formatted(home, copy));
        Files.setPosixFilePermissions(
                actions.resolve("test.mark"), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Starts the hub, with the ports that it always has. */
    void hub() throws IOException {
        var hub =
                start(
                        "hub --ca "
                                + at("ca")
                                + " --state "
                                + at("hub")
                                + " --listen 127.0.0.1:"
                                + bus
                                + " --enrol 127.0.0.1:"
                                + enrolment);
        says(hub, "ready");
        running = Optional.of(hub);
    }

    /** The process of the hub. */
    long hubsId() {
        return running.orElseThrow().process().pid();
    }

    void killHub() throws InterruptedException {
        running.orElseThrow().kill();
    }

    /** Starts the node agent, and waits until it is on the bus. */
    Running agent() throws IOException {
        var agent = start("agent --config " + at("agent.conf"));
        says(agent, "connected to");
        return agent;
    }

    /** Starts the node agent as that user, and waits until it is on the bus. */
    Running agentAs(String user) throws IOException {
        var agent = start(as(user), "agent --config " + at("agent.conf"), Map.of());
        says(agent, "connected to");
        return agent;
    }

    /** Starts the root helper. */
    Running helper() throws IOException {
        var helper = start("agent helper --config " + at("agent.conf"));
        says(helper, "ready");
        return helper;
    }

    /** Words before a command that have that user run it. */
    static List<String> as(String user) {
        return List.of("setpriv", "--reuid", user, "--regid", user, "--clear-groups", "--");
    }

    /** The same, on a machine whose clock says something else, as libfaketime puts it. */
    Running agent(String clock) throws IOException {
        var agent = startAt(clock, "agent --config " + at("agent.conf"));
        await().atMost(LIMIT)
                .until(() -> agent.said().contains("connected to") || !agent.process().isAlive());
        return agent;
    }

    /** Adds a line to the settings of the node. */
    void setting(String line) throws IOException {
        Files.writeString(at("agent.conf"), Files.readString(at("agent.conf")) + line + "\n");
    }

    /**
     * Runs a command line to its end, whatever that is; again if a busy machine kept it from the
     * hub, for then nothing was done.
     */
    Running run(String words) throws IOException, InterruptedException {
        var until = System.nanoTime() + LIMIT.multipliedBy(2).toNanos();
        var run = start(words);
        status(run);
        while (run.said().contains("cannot connect") && System.nanoTime() < until) {
            run = start(words);
            status(run);
        }
        return run;
    }

    /** Waits until the hub has heard of the node. */
    void nodeIsFound() {
        await().atMost(LIMIT).until(() -> said("find --output names").contains("sandbox"));
    }

    /** Starts another machine with the same keys: somebody has copied an image. */
    Running copy() throws IOException {
        furnish("2");
        for (var name : List.of("node.key", "node.crt", "trust.pem", "joined.conf")) {
            Files.copy(at("state/" + name), at("state2/" + name));
        }
        return start("agent --config " + at("agent2.conf"));
    }

    /** What the hub has said. */
    String hubSaid() throws IOException {
        return running.orElseThrow().said();
    }

    /** Runs a command of the authority; what it says. */
    String authority(String words) throws IOException, InterruptedException {
        return said("ca " + words + " --dir " + at("ca"));
    }

    /** Runs a command of the operator; what it says. */
    String operator(String words) throws IOException, InterruptedException {
        return said(words);
    }

    /** Has the operator's certificate made anew, with whom to trust. */
    void renewOperator() throws IOException, InterruptedException {
        assertThat(authority("operator alice --out " + at("operator"))).contains("valid until");
    }

    /** Copies the operator's keys, as a thief would. */
    void keepOperator() throws IOException {
        Files.createDirectories(at("kept"));
        for (var name : List.of("operator.key", "operator.crt", "trust.pem", "controller.conf")) {
            Files.copy(at("operator/" + name), at("kept/" + name));
        }
    }

    /** Runs a command with the keys that were kept; what it says. */
    String keptOperator(String words) throws IOException, InterruptedException {
        var kept = Map.of("MUSTER_CONFIG", at("kept/controller.conf").toString());
        var run = start(words, kept);
        run.process().waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);
        return run.said();
    }

    /** Asks the node for its mark, and waits until that is under way. */
    Running markUnderWay() throws IOException {
        nodeIsFound();
        var asked = start("run test.mark --all-nodes --yes --output jsonl --timeout 60s");
        await().atMost(LIMIT).until(() -> marks().size() == 1 || !asked.process().isAlive());
        assertThat(marks()).as(asked.said()).hasSize(1);
        return asked;
    }

    /** Runs a command; what it says. */
    String said(String words) throws IOException, InterruptedException {
        var run = start(words);
        run.process().waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);
        return run.said();
    }

    /** How often the action was begun. */
    List<String> marks() throws IOException {
        return Files.exists(at("marks")) ? Files.readAllLines(at("marks")) : List.of();
    }

    /** Lets the action come to its end. */
    void letItGo() throws IOException {
        Files.writeString(at("go"), "");
    }

    /** Waits until that program says so. */
    void says(Running running, String text) {
        await().atMost(LIMIT)
                .until(() -> running.said().contains(text) || !running.process().isAlive());
        assertThat(running.log()).content().contains(text);
    }

    /** Waits for the end of a program; its status. */
    int status(Running running) throws IOException, InterruptedException {
        assertThat(running.process().waitFor(2, TimeUnit.MINUTES)).as(running.said()).isTrue();
        return running.process().exitValue();
    }

    String audit() throws IOException {
        return Files.readString(at("state/audit.jsonl"));
    }

    private void ended(Running running) throws IOException, InterruptedException {
        assertThat(status(running)).as(running.said()).isZero();
    }

    /** Starts the program with these words; its output goes to a file of its own. */
    Running start(String words) throws IOException {
        return start(words, Map.of());
    }

    /** Time-outs go by the clock that nobody sets, as they do on a real machine. */
    private Running startAt(String clock, String words) throws IOException {
        return start(
                words,
                Map.of(
                        "LD_PRELOAD",
                        FakeTime.library().orElseThrow().toString(),
                        "FAKETIME",
                        clock,
                        "FAKETIME_DONT_FAKE_MONOTONIC",
                        "1"));
    }

    private Running start(String words, Map<String, String> environment) throws IOException {
        return start(List.of(), words, environment);
    }

    private Running start(List<String> before, String words, Map<String, String> environment)
            throws IOException {
        var command = new ArrayList<>(before);
        command.add(LAUNCHER);
        command.addAll(List.of(words.split(" ")));
        logs++;
        var log = at("log." + logs);
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("MUSTER_CONFIG", at("operator/controller.conf").toString());
        builder.environment().putAll(environment);
        var process = builder.redirectOutput(log.toFile()).start();
        started.add(process);
        return new Running(process, log);
    }

    private Path at(String file) {
        return home.resolve(file);
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        letItGo();
        started.forEach(process -> process.destroyForcibly().onExit().join());
    }
}
