package io.muster.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.action.ActionClass;
import io.muster.broker.EvilBroker;
import io.muster.controller.Entry;
import io.muster.controller.Fleet;
import io.muster.controller.Logbook;
import io.muster.controller.Past;
import io.muster.controller.Report;
import io.muster.controller.Run;
import io.muster.controller.Signing;
import io.muster.controller.ask.Asked;
import io.muster.controller.ask.Caller;
import io.muster.controller.discovery.Presence;
import io.muster.controller.discovery.Target;
import io.muster.controller.discovery.Targets;
import io.muster.controller.rollout.Rollout;
import io.muster.controller.runs.Plan;
import io.muster.controller.runs.RunsDirectory;
import io.muster.filter.Filter;
import io.muster.message.ActionName;
import io.muster.message.Bytes;
import io.muster.message.Collective;
import io.muster.message.NodeId;
import io.muster.message.Value.Fields;
import io.muster.security.Credentials;
import io.muster.security.Envelope;
import io.muster.security.TestFleet;
import io.muster.simulation.Checker;
import io.muster.simulation.HistoryReader;
import io.muster.transport.Destination;
import io.muster.transport.jms.BrokerAddress;
import io.muster.transport.jms.JmsConnectionConfig;
import io.muster.transport.jms.JmsTransport;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/** The evil broker, real node agents and the operator Alice on it: without TLS, without rights. */
final class Stage implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(30);

    /** How long is waited for those who will not answer. */
    static final Duration SILENCE = Duration.ofSeconds(2);

    private final Path directory;
    private final TestFleet fleet = TestFleet.create();
    private final EvilBroker broker = EvilBroker.start();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final List<Victim> victims = new ArrayList<>();
    private final Credentials alice = fleet.operator("alice");
    private final Caller caller;

    Stage(Path directory) {
        this.directory = directory;
        this.caller = caller(alice);
    }

    TestFleet fleet() {
        return fleet;
    }

    EvilBroker broker() {
        return broker;
    }

    Credentials alice() {
        return alice;
    }

    /** A node agent that is there and listens. */
    Victim node(String id) throws IOException {
        var before = broker.seen(Destination.Announcements.class).size();
        var credentials = fleet.node(id);
        var bus = bus(JmsConnectionConfig.clientId(credentials.identity()));
        var node = keep(new Victim(credentials, directory.resolve(id), bus));
        victims.add(node);
        await().atMost(PATIENCE)
                .until(() -> broker.seen(Destination.Announcements.class).size() > before);
        return node;
    }

    /** An operator with an inbox of his own. */
    Caller caller(Credentials operator) {
        var process = Integer.toString(opened.size());
        return keep(
                new Caller(
                        connect(operator, process),
                        operator,
                        Collective.MAIN,
                        InstantSource.system(),
                        new SecureRandom()));
    }

    private JmsTransport connect(Credentials who, String process) {
        return keep(
                JmsTransport.connect(
                        bus(JmsConnectionConfig.clientId(who.identity(), process)), PATIENCE));
    }

    private JmsConnectionConfig bus(String clientId) {
        return JmsConnectionConfig.plain(
                List.of(new BrokerAddress("127.0.0.1", broker.port())), clientId);
    }

    /** Alice has those nodes leave a mark. */
    Report mark(Duration timeout, Victim... nodes) {
        return mark(timeout, _ -> {}, nodes);
    }

    /** Alice has those nodes look. */
    Report look(Duration timeout, Victim... nodes) {
        return run(caller, Victim.LOOK, ActionClass.READ, timeout, nodes);
    }

    /** The same, and somebody is told of each last word as it is taken. */
    Report mark(Duration timeout, Consumer<Entry> replied, Victim... nodes) {
        var run = run(Victim.MARK, ActionClass.CHANGE, timeout);
        var targets = targets(ids(nodes));
        var past =
                Past.none(run.action(), run.actionClass(), timeout, Rollout.ALL_AT_ONCE, targets);
        return recorded(caller, run, past, new Fleet(caller).signing(run, targets), replied);
    }

    /** Runs it as the command does, which writes down what it does and hears. */
    Report recorded(Caller from, Run run, Past past, Signing signing, Consumer<Entry> replied) {
        var queue = signing.queued().map(_ -> Duration.ofHours(24));
        var plan = Plan.of(run, past.rollout(), from, queue);
        var now = Instant.now();
        try (var book =
                new RunsDirectory(left().resolve("runs"), Duration.ofDays(1))
                        .begin(
                                plan,
                                past.targets(),
                                past.schedule(),
                                now,
                                new SecureRandom(),
                                _ -> {})) {
            var report = new Fleet(from).run(past, signing, book, replied);
            book.ended(report, Instant.now());
            return report;
        }
    }

    private Path left() {
        return directory.resolve("left");
    }

    /** What is promised was kept, by what is left of it; once all that was begun has ended. */
    void holds() throws IOException {
        var nodes = Files.createDirectories(left().resolve("nodes"));
        Files.writeString(left().resolve("trust.pem"), fleet.trust().pem());
        var marks = new StringBuilder();
        for (var victim : victims) {
            Files.createSymbolicLink(
                    nodes.resolve(victim.credentials().identity().name()), victim.state());
            if (Files.exists(victim.marks())) {
                marks.append(Files.readString(victim.marks()));
            }
        }
        Files.writeString(left().resolve("marks.jsonl"), marks);
        assertThat(Checker.check(HistoryReader.read(left()), false)).isEmpty();
    }

    /** That operator runs that. */
    static Report run(
            Caller from,
            ActionName action,
            ActionClass actionClass,
            Duration timeout,
            Victim... nodes) {
        return run(from, action, actionClass, timeout, _ -> {}, ids(nodes));
    }

    /** The same on nodes of any kind. */
    static Report run(
            Caller from,
            ActionName action,
            ActionClass actionClass,
            Duration timeout,
            List<NodeId> nodes) {
        return run(from, action, actionClass, timeout, _ -> {}, nodes);
    }

    private static List<NodeId> ids(Victim... nodes) {
        return Stream.of(nodes).map(node -> node.credentials().identity().nodeId()).toList();
    }

    private static Report run(
            Caller from,
            ActionName action,
            ActionClass actionClass,
            Duration timeout,
            Consumer<Entry> replied,
            List<NodeId> nodes) {
        var run = run(action, actionClass, timeout);
        var fleet = new Fleet(from);
        try {
            return fleet.run(run, fleet.ready(run, targets(nodes)), replied);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Run run(ActionName action, ActionClass actionClass, Duration timeout) {
        return new Run(
                action,
                actionClass,
                Fields.EMPTY,
                Filter.EVERYTHING,
                false,
                Duration.ofMinutes(1),
                timeout);
    }

    private static Targets targets(List<NodeId> nodes) {
        var targets =
                nodes.stream()
                        .map(id -> new Target(id, id.value(), Presence.UP, Optional.empty()))
                        .toList();
        return new Targets(targets, List.of(), "test", Duration.ZERO, List.of());
    }

    /** That operator has that node leave a mark, with what others are said to have approved. */
    static Report approved(Caller from, Function<Asked, List<Bytes>> approvals, Victim node)
            throws InterruptedException {
        var run = run(Victim.MARK, ActionClass.CHANGE, PATIENCE);
        var targets = targets(ids(node));
        var fleet = new Fleet(from);
        var asked = fleet.propose(run, targets, Rollout.ALL_AT_ONCE, 2, run.ttl());
        var message = Envelope.decode(asked.message()).with(approvals.apply(asked)).encode();
        var signing =
                Signing.signed(new Asked(asked.id(), asked.digest(), message, asked.expires()));
        var past =
                Past.none(run.action(), run.actionClass(), PATIENCE, Rollout.ALL_AT_ONCE, targets);
        return fleet.run(past, signing, Logbook.NONE, _ -> {});
    }

    private <T extends AutoCloseable> T keep(T closed) {
        opened.add(closed);
        return closed;
    }

    @Override
    public void close() {
        for (var o : opened.reversed()) {
            try {
                o.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
        broker.close();
    }
}
