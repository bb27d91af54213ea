package io.muster.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.bench.Emulator;
import io.muster.packaging.Programs.Running;

import org.awaitility.core.ConditionTimeoutException;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A hub, some nodes and an operator: processes of the distribution, any of which may be killed at
 * any moment, or many nodes in one process. The nodes have the action {@code test.mark}: leaves a
 * line with the node and the request's id, says that it begins, and waits a little.
 */
final class MarkingFleet implements AutoCloseable {
    static final String MARK = "run test.mark --all-nodes --yes --output jsonl ";

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String CONFIG = "controller.conf";
    private static final Pattern TOKEN = Pattern.compile("muster1\\S*");

    private static final String POLICY =
            """
            {"rules": [{"effect": "allow", "callers": ["operator/*"],
                        "actions": ["*", "node.reboot"]}]}
            """;
    private static final String SPEC =
            """
            {"name": "test.mark", "summary": "Leave a mark", "class": "change", "timeout": "60s"}
            """;

    private static final String PROGRAM =
            """
            #!/bin/sh
            echo $$ >>HOME/pids
            echo "NODE begins" >&2
            id=$(sed 's/.*"requestId":"\\([^"]*\\)".*/\\1/')
            echo "{\\"node\\":\\"NODE\\",\\"request\\":\\"$id\\",\\"at\\":$(date +%s%3N)}" >>MARKS
            sleep 0.3
            while [ -e HOME/slow ] || [ -e HOME/NODE/slow ]; do sleep 0.1; done
            echo '{"state": "changed", "message": "marked"}'
            """;

    private final Path home;
    private final String host;
    private final int bus = freePort();
    private final int enrolment = freePort();
    private final Programs programs;
    private final Evidence evidence;
    private final Map<String, Running> running = new LinkedHashMap<>();
    private int nodes;
    private boolean calm;

    /** Founds it on this machine, and starts the hub. */
    MarkingFleet(Path home) throws IOException, InterruptedException {
        this(home, "127.0.0.1", "queue-spread = 0s\n");
    }

    /** The same, where others reach it at that address, with such settings of the hub. */
    MarkingFleet(Path home, String host, String settings) throws IOException, InterruptedException {
        this.home = home;
        this.host = host;
        programs =
                new Programs(
                        home, Map.of("MUSTER_CONFIG", at("operator/controller.conf").toString()));
        programs.ended(
                start(
                        "ca init --no-passphrase --fleet faults --host %s --broker-port %d"
                                        .formatted(host, bus)
                                + " --enrol-port %d --dir %s --operator alice --operator-dir %s"
                                        .formatted(enrolment, at("ca"), at("operator"))));
        evidence = new Evidence(at("left"), at("operator"));
        Files.writeString(at("hub.conf"), settings);
        hub();
    }

    /** Starts that many, called {@code n1} and so on. */
    MarkingFleet with(int number) throws IOException, InterruptedException {
        var before = IntStream.range(0, number).mapToObj(_ -> List.<String>of()).toList();
        return with(before);
    }

    /**
     * Starts as many as there are such words.
     *
     * @param before the words of a program that starts its node agent
     */
    MarkingFleet with(List<List<String>> before) throws IOException, InterruptedException {
        var token = token(before.size());
        var joining = new ArrayList<Running>();
        for (int number = 1; number <= before.size(); number++) {
            var name = "n" + number;
            furnish(name, number);
            joining.add(
                    programs.start(
                            before.get(number - 1),
                            "agent join --id %s --config %s %s"
                                    .formatted(name, at(name + ".conf"), token),
                            Map.of()));
        }
        for (int number = 1; number <= before.size(); number++) {
            programs.ended(joining.get(number - 1));
            start("n" + number, before.get(number - 1));
        }
        for (int number = 1; number <= before.size(); number++) {
            isThere("n" + number);
        }
        nodes += before.size();
        awaitAll();
        return this;
    }

    /** Gives that node a Puppet that does that. */
    void puppet(String name, String does) throws IOException {
        var program = Files.createDirectories(at(name + "/machine/bin")).resolve("puppet");
        Files.writeString(program, "#!/bin/sh\n" + does + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private String token(int uses) throws IOException, InterruptedException {
        var made =
                start(
                        "ca token --uses %d --dir %s --hub %s:%d"
                                .formatted(uses, at("ca"), host, enrolment));
        programs.ended(made);
        var token = TOKEN.matcher(made.said());
        assertThat(token.find()).as(made.said()).isTrue();
        return token.group();
    }

    private void furnish(String name, int number) throws IOException {
        var actions = Files.createDirectories(at(name + "/machine/actions.d"));
        Files.createDirectories(at(name + "/machine/etc"));
        Files.writeString(at(name + "/machine/etc/hostname"), name + "\n");
        Files.writeString(
                Files.createDirectories(at(name + "/facts.d")).resolve("place.json"),
                // Nobody else has the rank of a node; two nodes are in the first zone.
                """
                {"zone": "%s", "rank": %d, "role": "web"}
                """
                        .formatted(number <= 2 ? "a" : "b", number));
        Files.writeString(at("policy.json"), POLICY);
        Files.writeString(actions.resolve("test.mark.json"), SPEC);
        var program = actions.resolve("test.mark");
        Files.writeString(
                program,
                PROGRAM.replace("HOME", home.toString())
                        .replace("MARKS", evidence.marks().toString())
                        .replace("NODE", name));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(
                at(name + ".conf"),
                """
                state = %1$s/%2$s/state
                sandbox = %1$s/%2$s/machine
                policy = %1$s/policy.json
                facts = %1$s/%2$s/facts.d
                actions = %1$s/%2$s/machine/actions.d
                announce-every = 5s
                """
                        .formatted(home, name));
        evidence.node(name, at(name + "/state"));
    }

    /** Starts the hub, with the ports that it always has. */
    void hub() throws IOException {
        var hub =
                start(
                        "hub --config %6$s --ca %1$s --state %2$s --listen %3$s:%4$d --enrol %3$s:%5$d"
                                .formatted(
                                        at("ca"), at("hub"), host, bus, enrolment, at("hub.conf")));
        programs.says(hub, "ready");
        running.put("hub", hub);
    }

    /** Starts that node agent, and waits until it is on the bus. */
    Running agent(String name) throws IOException {
        start(name, List.of());
        return isThere(name);
    }

    private void start(String name, List<String> before) throws IOException {
        calm = false;
        running.put(name, programs.start(before, "agent --config " + at(name + ".conf"), Map.of()));
    }

    private Running isThere(String name) {
        var agent = of(name);
        programs.says(agent, "connected to");
        programs.says(agent, "ready: ");
        return agent;
    }

    /**
     * Starts a process with that many nodes in it, the same as an earlier one with those numbers;
     * returns at once.
     */
    Running crowd(int first, int number) throws IOException {
        for (int node = first; node < first + number; node++) {
            var state = at("crowd/node%05d".formatted(node));
            if (Files.notExists(state)) {
                Files.createDirectories(state);
                evidence.node("n-%012x".formatted(node), state);
                nodes++;
            }
        }
        return programs.java(
                Emulator.class,
                "--hub %s:%d --ca %s --state %s --first %d --count %d --marks %s"
                        .formatted(
                                host, bus, at("ca"), at("crowd"), first, number, evidence.marks()));
    }

    /** That process: {@code hub}, or the node agent of that node. */
    Running of(String name) {
        return Objects.requireNonNull(running.get(name));
    }

    /** Ends {@code hub}, or the agent of that node, as a power cut would. */
    void kill(String name) throws InterruptedException {
        calm = false;
        of(name).kill();
    }

    /** What is left of all. */
    Evidence evidence() {
        return evidence;
    }

    /**
     * Waits until all nodes answer, are known to be there, and have the list without which they
     * change nothing.
     */
    void awaitAll() throws IOException {
        await().atMost(LIMIT).until(() -> lines("ping", "\"state\":\"ok\"") == nodes);
        await().atMost(LIMIT).until(() -> lines("find", "\"presence\":\"up\"") == nodes);
        try (var all = Files.list(at("left/nodes"))) {
            for (var node : all.toList()) {
                var list = node.resolve("trust/nodes.json");
                await().atMost(LIMIT).until(() -> Files.exists(list));
            }
        }
        calm = true;
    }

    /** The same, if something was killed or started since. */
    void awaitCalm() throws IOException {
        if (!calm) {
            awaitAll();
        }
    }

    private long lines(String verb, String text) throws IOException, InterruptedException {
        var said = run(verb + " --output jsonl").said();
        return said.lines().filter(line -> line.contains(text)).count();
    }

    /** The processes in which deeds were done, or are. */
    List<ProcessHandle> doers() throws IOException {
        return Files.readAllLines(at("pids")).stream()
                .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)).stream())
                .filter(ProcessHandle::isAlive)
                .toList();
    }

    /** A file of the machine that a directory plays for that node. */
    Path machine(String node, String file) {
        return at(node + "/machine").resolve(file);
    }

    /** Has nodes take their time from now on, or no longer: all, or those. */
    void slow(boolean on, String... names) throws IOException {
        var some = Stream.of(names).map(name -> at(name + "/slow")).toList();
        for (var sign : some.isEmpty() ? List.of(at("slow")) : some) {
            if (on) {
                Files.writeString(sign, "");
            } else {
                Files.deleteIfExists(sign);
            }
        }
    }

    /** Starts the program with these words. */
    Running start(String words) throws IOException {
        return programs.start(words);
    }

    /** Starts it for an operator with the same keys, of whose runs the evidence tells nothing. */
    Running unknown(String words) throws IOException {
        var other = Files.createDirectories(at("unknown"));
        for (var name : List.of("operator.key", "operator.crt", "trust.pem", CONFIG)) {
            var from = at("operator").resolve(name);
            Files.copy(from, other.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
        var config = Map.of("MUSTER_CONFIG", other.resolve(CONFIG).toString());
        return programs.start(List.of(), words, config);
    }

    /** Starts a shell that does that. */
    Running script(String text) throws IOException {
        return programs.script(text);
    }

    /** Starts a run of {@code test.mark}, and returns when so many more nodes have begun. */
    Running marking(String words, int begun) throws IOException {
        var all = evidence.deeds().size() + begun;
        var run = start(MARK + words);
        while (true) {
            var begins = run;
            await().atMost(LIMIT)
                    .until(() -> evidence.deeds().size() >= all || !begins.process().isAlive());
            if (!keptOut(run)) {
                assertThat(evidence.deeds()).as(run.said()).hasSizeGreaterThanOrEqualTo(all);
                return run;
            }
            run = start(MARK + words);
        }
    }

    /** A busy machine kept it from the hub, and so nothing was done. */
    private static boolean keptOut(Running run) throws IOException {
        return run.said().contains("cannot connect");
    }

    /** Runs it to its end. */
    Running run(String words) throws IOException, InterruptedException {
        return ended(start(words), words);
    }

    /** Waits for the end of that, which was started so. */
    Running ended(Running ran, String words) throws IOException, InterruptedException {
        programs.status(ran);
        var last = ran;
        while (keptOut(last)) {
            last = start(words);
            programs.status(last);
        }
        return last;
    }

    /**
     * Whether what became of the last run is known within a while: a node that is younger than an
     * hour cannot say of what never came that it never did.
     */
    boolean settles() {
        try {
            settle();
            return true;
        } catch (ConditionTimeoutException _) {
            return false;
        }
    }

    /**
     * Asks what became of the last run until that is known: of what was lost, once it has expired.
     */
    void settle() {
        await().atMost(LIMIT)
                .until(
                        () -> {
                            var asked = run("runs ask last --output jsonl");
                            return !Evidence.states(asked).containsValue("no-reply");
                        });
    }

    /** Waits for the end of a program; its status. */
    int status(Running ran) throws IOException, InterruptedException {
        return programs.status(ran);
    }

    /** Waits until that program says so. */
    void says(Running running, String text) {
        programs.says(running, text);
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
