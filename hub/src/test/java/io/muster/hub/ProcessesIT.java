package io.muster.hub;

import static io.muster.hub.registry.redis.HostileRedis.ascii;
import static io.muster.hub.registry.redis.HostileRedis.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.enrolment.Applicant;
import io.muster.enrolment.JoinClient;
import io.muster.enrolment.JoinToken;
import io.muster.hub.enrolment.Authority;
import io.muster.hub.registry.redis.HostileRedis;
import io.muster.message.Announcement;
import io.muster.message.Collective;
import io.muster.message.NodeId;
import io.muster.message.Request;
import io.muster.message.RequestId;
import io.muster.message.Role;
import io.muster.message.Value.Fields;
import io.muster.queue.QueueState;
import io.muster.security.Credentials;
import io.muster.security.Ed25519Key;
import io.muster.security.Envelope;
import io.muster.security.PayloadType;
import io.muster.security.Tls;
import io.muster.transport.Destination;
import io.muster.transport.jms.BrokerAddress;
import io.muster.transport.jms.JmsConnectionConfig;
import io.muster.transport.jms.JmsTransport;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The hub's program as people and service managers run it: in processes of its own. */
class ProcessesIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Pattern READY =
            Pattern.compile(
                    "ready: fleet prod, bus ssl://127\\.0\\.0\\.1:[0-9]+,"
                            + " enrolment 127\\.0\\.0\\.1:([0-9]+), pid ([0-9]+)");

    private static final Pattern BUS = Pattern.compile("bus ssl://127\\.0\\.0\\.1:([0-9]+)");

    @TempDir private Path temporary;
    private final List<Process> processes = new ArrayList<>();

    @AfterEach
    void end() {
        processes.forEach(Process::destroyForcibly);
    }

    private Path ca() {
        return temporary.resolve("ca");
    }

    private Process start(String log, Class<?> program, String... words) throws IOException {
        return start(log, "-Xmx256m", program, words);
    }

    private Process start(String log, String heap, Class<?> program, String... words)
            throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", heap));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
        command.addAll(List.of(words));
        var process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(temporary.resolve(log).toFile())
                        .start();
        processes.add(process);
        return process;
    }

    private int code(Process process) throws InterruptedException {
        assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private String log(String name) throws IOException {
        return Files.readString(temporary.resolve(name));
    }

    private Process init(String log, String operatorDirectory) throws IOException {
        return start(
                log,
                HubMain.class,
                "ca",
                "init",
                "--no-passphrase",
                "--fleet",
                "prod",
                "--host",
                "localhost",
                "--dir",
                ca().toString(),
                "--operator-dir",
                temporary.resolve(operatorDirectory).toString());
    }

    private Process hub(String log) throws IOException {
        return hub(log, "-Xmx256m");
    }

    private Process hub(String log, String heap, String... more) throws IOException {
        var words = new ArrayList<>(List.of(more));
        words.addFirst("hub");
        words.addAll(
                List.of(
                        "--ca",
                        ca().toString(),
                        "--state",
                        temporary.resolve("state").toString(),
                        "--listen",
                        "127.0.0.1:0",
                        "--enrol",
                        "127.0.0.1:0"));
        return start(log, heap, HubMain.class, words.toArray(String[]::new));
    }

    private Matcher ready(String log) {
        await().atMost(LIMIT).until(() -> READY.matcher(log(log)).find());
        try {
            var ready = READY.matcher(log(log));
            assertThat(ready.find()).isTrue();
            return ready;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private JoinToken token(String port) throws Exception {
        var words =
                new String[] {
                    "ca", "token", "--dir", ca().toString(), "--hub", "localhost:" + port
                };
        assertThat(code(start("token.log", HubMain.class, words))).isZero();
        var printed =
                log("token.log").lines().filter(line -> line.startsWith("muster1.")).findFirst();
        return JoinToken.parse(printed.orElseThrow());
    }

    @Test
    void ofTwoWhoFoundAFleetAtTheSameTimeExactlyOneDoes() throws Exception {
        var both = List.of(init("a.log", "a"), init("b.log", "b"));
        var codes = List.of(code(both.getFirst()), code(both.getLast()));
        assertThat(codes).containsExactlyInAnyOrder(0, 1);
        assertThat(log("a.log") + log("b.log")).doesNotContain("defect");
        assertThat(ca().resolve("trust.pem")).exists();
        assertThat(temporary.resolve("ca.incomplete")).doesNotExist();
    }

    @Test
    void ofTwoProcessesExactlyOneUsesASingleUseToken() throws Exception {
        assertThat(code(init("init.log", "op"))).isZero();
        var tokens = new StringBuilder();
        for (int i = 0; i < 3; i++) {
            tokens.append(token("61618").printed()).append('\n');
        }
        Files.writeString(temporary.resolve("tokens"), tokens);
        var racers = new ArrayList<Process>();
        for (var result : List.of("one", "two")) {
            racers.add(
                    start(
                            result + ".log",
                            Racer.class,
                            ca().toString(),
                            temporary.resolve("tokens").toString(),
                            temporary.resolve(result).toString()));
        }
        for (var racer : racers) {
            assertThat(code(racer)).isZero();
        }
        var one = Files.readAllLines(temporary.resolve("one"));
        var two = Files.readAllLines(temporary.resolve("two"));
        for (int i = 0; i < 3; i++) {
            assertThat(List.of(one.get(i), two.get(i)))
                    .containsExactlyInAnyOrder("granted", "refused");
        }
    }

    @Test
    void theHubRunsOnceLetsMachinesJoinAndStopsWell() throws Exception {
        assertThat(code(init("init.log", "op"))).isZero();
        var hub = hub("hub.log");
        var ready = ready("hub.log");
        assertThat(ready.group(2)).isEqualTo("" + hub.pid());
        var again = hub("again.log");
        assertThat(code(again)).isZero();
        assertThat(log("again.log")).contains("already running, pid " + hub.pid());
        var random = new SecureRandom();
        var joined =
                new JoinClient(InstantSource.system(), random, LIMIT, (_, _) -> {}, Thread::sleep)
                        .join(
                                token(ready.group(1)),
                                Ed25519Key.generate(random),
                                new Applicant(Optional.empty(), "domu-12.example.org", "m"));
        assertThat(joined.credentials().identity().fleet()).isEqualTo("prod");
        hub.destroy();
        assertThat(code(hub)).isZero();
        assertThat(log("hub.log")).contains("granted").endsWith("stopped\n");
        assertThat(log("hub.log").lines())
                .allMatch(
                        line ->
                                Stream.of("ready: ", "To let ", "20", "stopped")
                                        .anyMatch(line::startsWith));
    }

    @Test
    void aHubThatWasKilledLeavesNothingInTheWayAndKnowsTheFleetWhenItStarts() throws Exception {
        assertThat(code(init("init.log", "op"))).isZero();
        var settings = temporary.resolve("hub.conf");
        Files.writeString(settings, "queue-spread = 0s");
        var hub = hub("hub.log", "-Xmx256m", "--config", settings.toString());
        var ready = ready("hub.log");
        var node = joined(token(ready.group(1)));
        announce(node, bus("hub.log"));
        await().atMost(LIMIT).until(() -> log("hub.log").contains("is up, last heard"));
        var registry = temporary.resolve("state/registry/nodes.journal");
        await().atMost(LIMIT).until(() -> Files.size(registry) > 100);
        var left = left(node.identity().nodeId(), bus("hub.log"));
        hub.destroyForcibly();
        hub.waitFor();
        var next = hub("next.log", "-Xmx256m", "--config", settings.toString());
        assertThat(ready("next.log").group(2)).isEqualTo("" + next.pid());
        assertThat(log("next.log")).contains("registry: 1 nodes are known from before");
        await().atMost(LIMIT).until(() -> log("next.log").contains("(n.example.org) is up, last"));
        assertThat(handed(node, bus("next.log"), left.size())).isEqualTo(left);
    }

    /** What is left at the hub for that node, and not expired before the hub dies. */
    private List<RequestId> left(NodeId node, BrokerAddress bus) throws Exception {
        var alice = Credentials.load(temporary.resolve("op"), "operator");
        try (var operator = new QueueingOperator(alice, bus)) {
            assertThat(operator.leave(node, 10, Duration.ofSeconds(3))).hasSize(10);
            var good = operator.leave(node, 190, Duration.ofHours(1));
            await().atMost(LIMIT)
                    .until(
                            () ->
                                    operator.listed().stream()
                                                    .filter(e -> e.state() == QueueState.EXPIRED)
                                                    .count()
                                            == 10);
            return good;
        }
    }

    /** What comes to that node once it says that it is there, until so many have come. */
    private static List<RequestId> handed(Credentials node, BrokerAddress bus, int many)
            throws Exception {
        var ids = new CopyOnWriteArrayList<RequestId>();
        try (var transport = JmsTransport.connect(config(node, bus), LIMIT)) {
            transport.subscribe(
                    new Destination.Node(node.identity().nodeId()),
                    body -> {
                        var envelope = Envelope.decode(body);
                        if (envelope.type() == PayloadType.REQUEST) {
                            ids.add(Request.decode(envelope.payload()).id());
                        }
                    });
            announce(node, transport);
            await().atMost(LIMIT).until(() -> ids.size() >= many);
        }
        return ids;
    }

    /** Twice as much as the hub has memory, and then more. */
    @Test
    void aRedisThatLiesNeitherFillsAHubThatStartsNorHoldsItUp() throws Exception {
        assertThat(code(init("init.log", "op"))).isZero();
        var page = new AtomicInteger();
        try (var redis = new HostileRedis((words, out) -> forge(words, page, out))) {
            var settings = temporary.resolve("hub.conf");
            Files.writeString(settings, "redis = " + redis.place().server() + "\nmax-nodes = 2000");
            var hub = hub("hub.log", "-Xmx64m", "--config", settings.toString());
            assertThat(ready("hub.log").group(2)).isEqualTo("" + hub.pid());
            assertThat(log("hub.log"))
                    .contains("bytes of nodes: the hub starts without what it has not read of it")
                    .containsOnlyOnce("entries were left out, which no node of this fleet signed")
                    .doesNotContain("OutOfMemory");
        }
    }

    @Test
    void aHubThatNothingReachesEndsWithTheReason() throws Exception {
        assertThat(code(init("init.log", "op"))).isZero();
        var authority = Authority.open(ca(), new SecureRandom(), InstantSource.system());
        try (var broker = new SwallowingBroker(authority.server(Role.BROKER))) {
            var settings = temporary.resolve("hub.conf");
            Files.writeString(
                    settings, "broker = localhost:" + broker.port() + "\necho-after = 1s");
            var hub = hub("hub.log", "-Xmx256m", "--config", settings.toString());
            assertThat(code(hub)).isEqualTo(1);
            assertThat(log("hub.log"))
                    .contains("ready: ")
                    .contains("nothing arrives that is sent to muster.")
                    .contains("the connection is made anew")
                    .contains("muster hub: connected, and nothing arrives");
        }
    }

    private static boolean forge(List<String> words, AtomicInteger page, OutputStream out)
            throws IOException {
        if (!words.getFirst().equals("HSCAN")) {
            return false;
        }
        var number = page.incrementAndGet();
        var sheet = "{\"heard\":1,\"since\":1}\n" + "x".repeat(400_000);
        out.write(ascii("*2\r\n" + bulk("" + number) + "*40\r\n"));
        for (int i = 0; i < 20; i++) {
            out.write(ascii(bulk("n-" + number + "-" + i) + bulk(sheet)));
        }
        return true;
    }

    private BrokerAddress bus(String log) throws IOException {
        var bus = BUS.matcher(log(log));
        assertThat(bus.find()).isTrue();
        return new BrokerAddress("localhost", Integer.parseInt(bus.group(1)));
    }

    private static Credentials joined(JoinToken token) throws Exception {
        var random = new SecureRandom();
        return new JoinClient(InstantSource.system(), random, LIMIT, (_, _) -> {}, Thread::sleep)
                .join(
                        token,
                        Ed25519Key.generate(random),
                        new Applicant(Optional.empty(), "n.example.org", "m"))
                .credentials();
    }

    private static JmsConnectionConfig config(Credentials node, BrokerAddress bus) {
        return JmsConnectionConfig.tls(
                List.of(bus), Tls.mutual(node), JmsConnectionConfig.clientId(node.identity()));
    }

    private static void announce(Credentials node, BrokerAddress bus) {
        try (var transport = JmsTransport.connect(config(node, bus), LIMIT)) {
            announce(node, transport);
        }
    }

    private static void announce(Credentials node, JmsTransport transport) {
        var now = Instant.now();
        var said =
                new Announcement(
                        node.identity(),
                        "n.example.org",
                        List.of(Collective.MAIN),
                        Announcement.Kind.UP,
                        1,
                        now,
                        Duration.ofMinutes(1),
                        "boot",
                        "m",
                        "0.1.0",
                        List.of(),
                        List.of(),
                        Optional.of(Fields.EMPTY.with("role", "web")));
        transport.publishConfirmed(
                new Destination.Announcements(),
                node.signer().sign(PayloadType.ANNOUNCEMENT, said.encode()),
                now.plusSeconds(60),
                LIMIT);
    }
}
