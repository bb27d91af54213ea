package io.muster.simulation;

import io.muster.exec.ProcessRunner;
import io.muster.journal.Disk;
import io.muster.message.Identity;
import io.muster.message.NodeId;
import io.muster.message.Role;
import io.muster.node.NodeLimits;
import io.muster.node.RequestJournal;
import io.muster.node.action.ExternalActions;
import io.muster.node.fact.ClassesFile;
import io.muster.node.host.SandboxHost;
import io.muster.security.Credentials;
import io.muster.security.Ed25519Key;
import io.muster.security.Issuance;
import io.muster.security.Issuance.Issuer;
import io.muster.security.Pem;
import io.muster.security.TrustStore;
import io.muster.trust.Series;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Who plays in all simulations of one program: an authority, an operator, a hub and nodes, with
 * keys that are the same each time, since they are worth nothing.
 */
final class Cast {
    /** How many nodes there are. */
    static final int NODES = 5;

    private static final String FLEET = "sim";
    private static final Duration BEFORE = Duration.ofHours(2);
    private static final Duration YEAR = Duration.ofDays(365);

    private final TrustStore trust;
    private final String anchors;
    private final Credentials operator;
    private final Credentials hub;
    private final Map<NodeId, Player> nodes = new LinkedHashMap<>();

    /**
     * A node, and the machine that it runs on, as far as nothing changes it.
     *
     * @param journal what a node has that has been there for long, and was asked nothing yet: a new
     *     one cannot say of any request that it never came
     */
    record Player(
            Credentials credentials,
            SandboxHost host,
            ClassesFile classes,
            ExternalActions external,
            Path journal) {}

    /** Bytes that are the same each time. */
    private static final class Foreseen extends SecureRandom {
        private static final long serialVersionUID = 1;
        private final Random random = new Random(20);

        @Override
        public void nextBytes(byte[] bytes) {
            random.nextBytes(bytes);
        }
    }

    /**
     * @param directory for what the machines need
     */
    Cast(Path directory) throws IOException {
        var random = new Foreseen();
        var issuance = new Issuance(random);
        var root = issuance.root(FLEET, Stage.DAWN, YEAR);
        var operators = issuer(issuance, root, "operators");
        var issuerOfNodes = issuer(issuance, root, "nodes");
        trust =
                new TrustStore(
                        root.certificate(), operators.certificate(), issuerOfNodes.certificate());
        anchors =
                Pem.certificate(root.certificate())
                        + Pem.certificate(operators.certificate())
                        + Pem.certificate(issuerOfNodes.certificate());
        operator = leaf(issuance, random, operators, new Identity(FLEET, Role.OPERATOR, "alice"));
        hub = leaf(issuance, random, issuerOfNodes, new Identity(FLEET, Role.HUB, "hub"));
        for (int number = 1; number <= NODES; number++) {
            var id = new NodeId("n" + number);
            var identity = Identity.node(FLEET, id);
            nodes.put(
                    id,
                    player(
                            leaf(issuance, random, issuerOfNodes, identity),
                            directory.resolve(id.value())));
        }
    }

    private static Issuer issuer(Issuance issuance, Issuer root, String name) {
        return issuance.issuer(root, FLEET, name, Series.FOUNDING, Stage.DAWN, YEAR);
    }

    private Credentials leaf(
            Issuance issuance, SecureRandom random, Issuer issuer, Identity identity) {
        var key = Ed25519Key.generate(random);
        var certificate =
                issuance.leaf(issuer, identity, key.publicKey(), List.of(), Stage.DAWN, YEAR);
        return new Credentials(key, certificate, trust);
    }

    private static Player player(Credentials credentials, Path directory) throws IOException {
        var machine = Files.createDirectories(directory.resolve("machine"));
        var actions = Files.createDirectories(directory.resolve("actions"));
        var runner = new ProcessRunner();
        var journal = directory.resolve("requests.journal");
        RequestJournal.open(
                        journal,
                        () -> Stage.DAWN.minus(BEFORE),
                        NodeLimits.DEFAULT.skew(),
                        NodeLimits.DEFAULT.retention(),
                        Disk.REAL)
                .close();
        var host = SandboxHost.open(machine, runner, () -> {});
        return new Player(
                credentials,
                host,
                new ClassesFile(host.files(), ClassesFile.USUAL),
                new ExternalActions(actions, runner, () -> Stage.DAWN),
                journal);
    }

    TrustStore trust() {
        return trust;
    }

    /** The same, as it is kept in a file. */
    String anchors() {
        return anchors;
    }

    Credentials operator() {
        return operator;
    }

    Credentials hub() {
        return hub;
    }

    List<NodeId> ids() {
        return List.copyOf(nodes.keySet());
    }

    Player node(NodeId id) {
        var player = nodes.get(id);
        if (player == null) {
            throw new IllegalArgumentException("no node " + id);
        }
        return player;
    }
}
