package io.muster.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.packaging.Programs.Running;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
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
    private final Programs programs;
    private Optional<Running> running = Optional.empty();

    SmallFleet(Path home) throws IOException, InterruptedException {
        this(home, "");
    }

    /**
     * The same, with more said when its authority is founded.
     *
     * @param more options of {@code muster ca init}, each with a space before it
     */
    SmallFleet(Path home, String more) throws IOException, InterruptedException {
        this(home, more, "", Map.of());
    }

    /** One whose programs find that in their environment besides. */
    static SmallFleet with(Path home, Map<String, String> environment)
            throws IOException, InterruptedException {
        return new SmallFleet(home, "", "", environment);
    }

    /**
     * One whose node agent is to run as that user, beside a root helper. To be joined, and for the
     * helper, by root.
     */
    static SmallFleet separated(Path home, String user) throws IOException, InterruptedException {
        return new SmallFleet(home, "", separation(home, user), Map.of());
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
        programs.ended(start("agent join --config " + at("agent.conf")));
    }

    private SmallFleet(Path home, String more, String settings, Map<String, String> environment)
            throws IOException, InterruptedException {
        this.home = home;
        var all = new HashMap<>(environment);
        all.put("MUSTER_CONFIG", at("operator/controller.conf").toString());
        programs = new Programs(home, all);
        furnish("");
        setting(settings);
        programs.ended(
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
        programs.ended(start("agent join --config " + at("agent.conf") + " " + token()));
    }

    /** The authority lets one machine in. */
    private String token() throws IOException, InterruptedException {
        var made = start("ca token --dir " + at("ca") + " --hub localhost:" + enrolment);
        programs.ended(made);
        var token = TOKEN.matcher(made.said());
        assertThat(token.find()).as(made.said()).isTrue();
        return token.group();
    }

    /** Has the node, and its copy, join again with keys of their own; how that ended. */
    List<Running> joinAgain() throws IOException, InterruptedException {
        var ran = new ArrayList<Running>();
        for (var config : List.of("agent.conf", "agent2.conf")) {
            ran.add(run("agent join --new-key --config " + at(config) + " " + token()));
        }
        return ran;
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
        Files.writeString(at("hub.conf"), "queue-spread = 0s\n");
        var hub =
                start(
                        "hub --config "
                                + at("hub.conf")
                                + " --ca "
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

    /** Starts the node agent, and waits until it is on the bus. */
    Running agent() throws IOException {
        return listening(start("agent --config " + at("agent.conf")));
    }

    /** Starts the node agent as that user, and waits until it is on the bus. */
    Running agentAs(String user) throws IOException {
        return listening(programs.start(as(user), "agent --config " + at("agent.conf"), Map.of()));
    }

    /** Connected is what its transport is; what comes then it hears only once it is ready. */
    private Running listening(Running agent) {
        says(agent, "connected to");
        says(agent, "ready: ");
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
                .until(
                        () ->
                                !agent.process().isAlive()
                                        || (agent.said().contains("connected to")
                                                && agent.said().contains("ready: ")));
        return agent;
    }

    /** Adds a line to the settings of the node. */
    void setting(String line) throws IOException {
        Files.writeString(at("agent.conf"), Files.readString(at("agent.conf")) + line + "\n");
    }

    /**
     * Has the node announce itself each second: what comes of that needs no longer to be waited
     * for.
     */
    void announcedEachSecond() throws IOException {
        var settings = Files.readString(at("agent.conf"));
        Files.writeString(
                at("agent.conf"), settings.replace("announce-every = 5s", "announce-every = 1s"));
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

    /**
     * Waits until the hub has heard of the node, be it in an earlier life, and the node has the
     * list that it is sent then: whoever asks knows that, and a node that does not yet refuses
     * changes.
     */
    void nodeIsFound() {
        await().atMost(LIMIT).until(() -> said("find --output names").contains("sandbox"));
        for (var state : List.of("state", "helper")) {
            var list = at(state).resolve("trust/nodes.json");
            await().atMost(LIMIT).until(() -> Files.notExists(at(state)) || Files.exists(list));
        }
    }

    /** Starts another machine with the same keys: somebody has copied an image. */
    Running copy() throws IOException {
        furnish("2");
        for (var name : List.of("node.key", "node.crt", "trust.pem", "joined.conf")) {
            Files.copy(at("state/" + name), at("state2/" + name));
        }
        return startCopy();
    }

    /** Starts that other machine once more. */
    Running startCopy() throws IOException {
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
        var run = programs.start(List.of(), words, kept);
        run.process().waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);
        return run.said();
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

    String audit() throws IOException {
        return Files.readString(at("state/audit.jsonl"));
    }

    /** Starts the program with these words; its output goes to a file of its own. */
    Running start(String words) throws IOException {
        return programs.start(words);
    }

    /** Starts a shell that a person types these lines into, and that remembers them. */
    Running shell(String lines) throws IOException {
        return programs.shell(lines);
    }

    /** Waits until that program says so. */
    void says(Running running, String text) {
        programs.says(running, text);
    }

    /** Waits for the end of a program; its status. */
    int status(Running running) throws IOException, InterruptedException {
        return programs.status(running);
    }

    /** Time-outs go by the clock that nobody sets, as they do on a real machine. */
    private Running startAt(String clock, String words) throws IOException {
        return programs.start(
                List.of(),
                words,
                Map.of(
                        "LD_PRELOAD",
                        FakeTime.library().orElseThrow().toString(),
                        "FAKETIME",
                        clock,
                        "FAKETIME_DONT_FAKE_MONOTONIC",
                        "1"));
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
        programs.close();
    }
}
