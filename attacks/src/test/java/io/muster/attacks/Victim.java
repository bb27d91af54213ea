package io.muster.attacks;

import io.muster.action.ActionClass;
import io.muster.action.ActionSpec;
import io.muster.action.InputSpec;
import io.muster.exec.ProcessRunner;
import io.muster.journal.Disk;
import io.muster.message.ActionName;
import io.muster.message.Bytes;
import io.muster.message.Collective;
import io.muster.message.FieldReader;
import io.muster.message.Json;
import io.muster.message.Outcome;
import io.muster.message.Value.Fields;
import io.muster.node.Announcing;
import io.muster.node.NodeAgent;
import io.muster.node.NodeLimits;
import io.muster.node.PolicyFile;
import io.muster.node.action.Action;
import io.muster.node.action.ActionContext;
import io.muster.node.action.Actions;
import io.muster.node.action.ExternalActions;
import io.muster.node.action.Node;
import io.muster.node.action.Performed;
import io.muster.node.fact.ClassesFile;
import io.muster.node.fact.FactCache;
import io.muster.node.host.SandboxHost;
import io.muster.node.trust.TrustRules;
import io.muster.policy.Situation;
import io.muster.security.Credentials;
import io.muster.threads.Threads;
import io.muster.transport.jms.ConnectionState;
import io.muster.transport.jms.JmsConnectionConfig;
import io.muster.transport.jms.JmsTransport;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;

/**
 * A real node agent whose machine is a directory. What it does leaves marks there: a line for each
 * time that something was carried out.
 */
final class Victim implements AutoCloseable {
    static final ActionName MARK = new ActionName("test.mark");
    static final ActionName LOOK = new ActionName("test.look");

    /** Allowed to nobody: a wildcard allows nothing that cannot be undone. */
    static final ActionName WIPE = new ActionName("test.wipe");

    private static final String POLICY =
            """
            {"rules":[{"effect":"allow","callers":["operator/alice"],"actions":["test.*"]}]}
            """;

    private final Credentials credentials;
    private final Path directory;
    private final JmsConnectionConfig bus;
    private volatile Duration ahead = Duration.ZERO;
    private NodeAgent agent;
    private boolean open;

    Victim(Credentials credentials, Path directory, JmsConnectionConfig bus) throws IOException {
        this.credentials = credentials;
        this.directory = directory;
        this.bus = bus;
        Files.createDirectories(directory.resolve("machine"));
        Files.createDirectories(directory.resolve("state"));
        Files.createDirectories(directory.resolve("actions"));
        Files.writeString(directory.resolve("policy.json"), POLICY);
        agent = start();
    }

    private NodeAgent start() throws IOException {
        var runner = new ProcessRunner();
        var host = SandboxHost.open(directory.resolve("machine"), runner, () -> {});
        InstantSource clock = () -> Instant.now().plus(ahead);
        var connected = new Semaphore(0);
        var actions =
                new Actions(
                        List.of(
                                Action.of(spec(MARK, ActionClass.CHANGE), (_, c) -> mark(c)),
                                Action.of(spec(WIPE, ActionClass.DESTRUCTIVE), (_, c) -> mark(c)),
                                Action.of(spec(LOOK, ActionClass.READ), (_, _) -> seen())),
                        new ExternalActions(directory.resolve("actions"), runner, clock));
        var node =
                new Node(
                        "1",
                        clock.instant(),
                        List.of(Collective.MAIN),
                        host,
                        new FactCache(List.of(), clock),
                        new ClassesFile(host.files(), ClassesFile.USUAL),
                        actions,
                        clock);
        var log = System.getLogger("io.muster.victim");
        open = true;
        return new NodeAgent(
                new NodeAgent.Parts(
                        credentials,
                        new NodeLimits(Duration.ofSeconds(30), 1_000_000, 32),
                        new Announcing(Duration.ofMinutes(1), Duration.ZERO),
                        directory.resolve("state"),
                        transport(connected),
                        connected,
                        node,
                        new PolicyFile(
                                directory.resolve("policy.json"),
                                () -> Situation.UNKNOWN,
                                actions,
                                log),
                        Optional.empty(),
                        Optional.empty(),
                        TrustRules.DEFAULT,
                        new Random(1),
                        log,
                        Disk.REAL,
                        Threads.REAL));
    }

    private JmsTransport transport(Semaphore connected) {
        return JmsTransport.open(
                bus,
                state -> {
                    if (state instanceof ConnectionState.Connected) {
                        connected.release();
                    }
                });
    }

    private static ActionSpec spec(ActionName name, ActionClass actionClass) {
        var word =
                new InputSpec(
                        "word",
                        "a word",
                        new InputSpec.Kind.Text(30, Optional.empty()),
                        false,
                        Optional.empty(),
                        false);
        return new ActionSpec(
                name,
                "for tests",
                actionClass,
                false,
                false,
                Duration.ofMinutes(1),
                List.of(word),
                List.of());
    }

    private Performed mark(ActionContext context) throws IOException {
        var mark =
                Fields.EMPTY
                        .with("node", credentials.identity().nodeId().value())
                        .with("request", context.request().value())
                        .with("at", Instant.now().plus(ahead).toEpochMilli());
        Files.writeString(
                marks(),
                Json.text(mark) + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
        return Performed.done(new Outcome.Changed("marked", Fields.EMPTY));
    }

    private Performed seen() {
        return Performed.done(Outcome.ok("seen " + credentials.identity().name()));
    }

    Credentials credentials() {
        return credentials;
    }

    /** The requests that were carried out, each time. */
    List<String> marked() {
        try (var lines = Files.exists(marks()) ? Files.lines(marks()) : Stream.<String>empty()) {
            return lines.map(line -> new FieldReader("mark", Json.read(Bytes.utf8(line))))
                    .map(mark -> mark.text("request"))
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A line for each of them, with when it was. */
    Path marks() {
        return directory.resolve("marks");
    }

    /** What its node agent has on the disk. */
    Path state() {
        return directory.resolve("state");
    }

    String audit() throws IOException {
        return Files.readString(auditLog());
    }

    Path auditLog() {
        return directory.resolve("state/audit.jsonl");
    }

    /** Another policy, in force at once. */
    void policy(String text) throws IOException {
        Files.writeString(directory.resolve("policy.json"), text);
    }

    /** Its clock goes ahead. */
    void pass(Duration time) {
        ahead = ahead.plus(time);
    }

    /** A new life on the same disk. */
    void restart() throws IOException {
        agent.close();
        agent = start();
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            agent.close();
        }
    }
}
