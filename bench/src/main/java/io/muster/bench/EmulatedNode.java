package io.muster.bench;

import io.muster.action.ActionClass;
import io.muster.action.ActionSpec;
import io.muster.exec.ProcessRunner;
import io.muster.message.ActionName;
import io.muster.message.Collective;
import io.muster.message.Identity;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Role;
import io.muster.message.Value.Fields;
import io.muster.node.Announcing;
import io.muster.node.NodeAgent;
import io.muster.node.NodeLimits;
import io.muster.node.action.Action;
import io.muster.node.action.ActionContext;
import io.muster.node.action.Actions;
import io.muster.node.action.ExternalActions;
import io.muster.node.action.Node;
import io.muster.node.action.Performed;
import io.muster.node.fact.ClassesFile;
import io.muster.node.fact.FactCache;
import io.muster.node.fact.HostFacts;
import io.muster.node.host.Host;
import io.muster.node.host.SandboxHost;
import io.muster.node.trust.TrustRules;
import io.muster.policy.Policy;
import io.muster.security.Credentials;
import io.muster.security.Ed25519Key;
import io.muster.security.Issuance;
import io.muster.security.Issuance.Issuer;
import io.muster.security.Pem;
import io.muster.security.Tls;
import io.muster.security.TrustStore;
import io.muster.threads.Threads;
import io.muster.transport.Destination;
import io.muster.transport.EchoPace;
import io.muster.transport.HearingTransport;
import io.muster.transport.Transport;
import io.muster.transport.jms.BrokerAddress;
import io.muster.transport.jms.ConnectionState;
import io.muster.transport.jms.JmsConnectionConfig;
import io.muster.transport.jms.JmsTransport;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;

/**
 * One real node agent on a machine that a directory plays. It differs from an installed one in
 * nothing but its neighbours, a generous limit of requests, and facts that stay the same.
 */
final class EmulatedNode {
    private static final System.Logger LOG = System.getLogger(EmulatedNode.class.getName());
    private static final Duration VALID = Duration.ofDays(1);
    private static final int REQUESTS_PER_MINUTE = 1_000_000;
    private static final Policy EVERYBODY_MAY_LOOK = policy("\"read\"");
    private static final Policy AND_LEAVE_MARKS = policy("\"read\", \"change\"");
    private static final ActionSpec MARK =
            new ActionSpec(
                    new ActionName("test.mark"),
                    "Leave a mark",
                    ActionClass.CHANGE,
                    false,
                    false,
                    Duration.ofSeconds(30),
                    List.of(),
                    List.of());

    private final Fleet fleet;
    private final int number;
    private final DoomedDisk disk;
    private final Credentials credentials;
    private NodeAgent agent;

    /**
     * What the nodes of one process have in common: nothing that a real one has for itself.
     *
     * @param issuer makes their certificates, as the hub would
     * @param state the directory of theirs
     * @param marks the file in which their action {@code test.mark} leaves lines, if they have it
     */
    record Fleet(
            BrokerAddress hub,
            TrustStore trust,
            Issuer issuer,
            Path state,
            SecureRandom random,
            Optional<Path> marks) {

        /** Reads the issuer of nodes from the directory of an authority. */
        static Fleet open(BrokerAddress hub, Path authority, Path state, Optional<Path> marks) {
            var trust = TrustStore.load(authority.resolve("trust.pem"));
            var key = Pem.key(authority.resolve("nodes/nodes.key"));
            var issuer = new Issuer(key, trust.issuer(Role.NODE));
            return new Fleet(hub, trust, issuer, state, new SecureRandom(), marks);
        }

        Credentials credentials(NodeId id) {
            var key = Ed25519Key.generate(random);
            var identity = Identity.node(trust.fleet(), id);
            var now = InstantSource.system().instant();
            var certificate =
                    new Issuance(random)
                            .leaf(issuer, identity, key.publicKey(), List.of(), now, VALID);
            return new Credentials(key, certificate, trust);
        }
    }

    /**
     * Starts it; it connects by itself.
     *
     * @param arrived run at each connection
     * @param failed run once its power has failed
     */
    EmulatedNode(Fleet fleet, int number, Runnable arrived, Runnable failed) throws IOException {
        this.fleet = fleet;
        this.number = number;
        disk = new DoomedDisk(failed);
        credentials = fleet.credentials(new NodeId("n-%012x".formatted(number)));
        var machine = home().resolve("machine");
        Files.createDirectories(machine.resolve("etc"));
        Files.writeString(machine.resolve("etc/hostname"), name() + "\n");
        Files.writeString(
                machine.resolve("etc/hosts"),
                "127.0.0.1\tlocalhost\n127.0.1.1\t%s.example.com\t%s\n".formatted(name(), name()));
        agent = agent(arrived);
    }

    private static Policy policy(String classes) {
        return Policy.parse(
                """
                {"rules": [{"effect": "allow", "callers": ["operator/*"],
                  "actions": ["*"], "classes": [%s]}]}
                """
                        .formatted(classes));
    }

    private String name() {
        return "node%05d".formatted(number);
    }

    private Path home() {
        return fleet.state().resolve(name());
    }

    private NodeAgent agent(Runnable arrived) throws IOException {
        var home = home();
        var clock = InstantSource.system();
        var host = SandboxHost.open(home.resolve("machine"), new ProcessRunner(), () -> {});
        var connected = new Semaphore(0);
        return new NodeAgent(
                new NodeAgent.Parts(
                        credentials,
                        new NodeLimits(Duration.ofSeconds(30), REQUESTS_PER_MINUTE, 32),
                        Announcing.every(Duration.ofMinutes(1)),
                        home,
                        transport(connected, arrived),
                        connected,
                        node(host, home, clock),
                        () -> fleet.marks().isPresent() ? AND_LEAVE_MARKS : EVERYBODY_MAY_LOOK,
                        Optional.empty(),
                        Optional.empty(),
                        TrustRules.DEFAULT,
                        fleet.random(),
                        LOG,
                        disk,
                        Threads.REAL));
    }

    /**
     * Leaves in good order, and comes back as the same node.
     *
     * @param arrived run at each connection
     */
    void restart(Runnable arrived) throws IOException {
        agent.finish();
        agent.close();
        agent = agent(arrived);
    }

    /** Its power fails at that step from now on at which it writes something down. */
    void doom(int step) {
        disk.doom(step);
    }

    /** Leaves at once. */
    void close() {
        agent.close();
    }

    private Transport transport(Semaphore connected, Runnable arrived) {
        var line =
                JmsTransport.open(
                        JmsConnectionConfig.tls(
                                List.of(fleet.hub()),
                                Tls.mutual(credentials),
                                JmsConnectionConfig.clientId(credentials.identity())),
                        state -> {
                            if (state instanceof ConnectionState.Connected) {
                                connected.release();
                                arrived.run();
                            }
                        });
        var transport =
                new HearingTransport(
                        line,
                        Set.of(new Destination.Node(credentials.identity().nodeId())),
                        EchoPace.ALONE,
                        line::cut,
                        problem -> LOG.log(Level.WARNING, () -> name() + ": " + problem),
                        InstantSource.system(),
                        fleet.random(),
                        Threads.REAL);
        transport.start();
        return transport;
    }

    private Node node(Host host, Path home, InstantSource clock) {
        var actions = new ArrayList<>(Actions.builtIn(Optional.empty()));
        fleet.marks().ifPresent(file -> actions.add(Action.of(MARK, (_, c) -> marked(file, c))));
        return new Node(
                "bench",
                clock.instant(),
                List.of(Collective.MAIN),
                host,
                new FactCache(List.of(new PlainFacts(number), new HostFacts(host, "bench")), clock),
                new ClassesFile(host.files(), ClassesFile.USUAL),
                new Actions(actions, new ExternalActions(home.resolve("actions.d"), host, clock)),
                clock);
    }

    /** A line with the node, the request's id, and the time. */
    private Performed marked(Path file, ActionContext context) throws IOException {
        var line =
                "{\"node\":\"%s\",\"request\":\"%s\",\"at\":%d}%n"
                        .formatted(
                                credentials.identity().nodeId(),
                                context.request(),
                                InstantSource.system().millis());
        Files.writeString(file, line, StandardOpenOption.APPEND);
        return Performed.done(new Outcome.Changed("marked", Fields.EMPTY));
    }
}
