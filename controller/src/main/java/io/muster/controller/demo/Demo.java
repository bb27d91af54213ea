package io.muster.controller.demo;

import io.muster.exec.Daemon;
import io.muster.exec.ProcessRunner;
import io.muster.message.Escape;
import io.muster.security.Credentials;
import io.muster.security.Tls;
import io.muster.transport.jms.BrokerAddress;
import io.muster.transport.jms.JmsConnectionConfig;
import io.muster.transport.jms.JmsTransport;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;

/**
 * The story, top to bottom: an authority, a hub, five machines from one image under the names a
 * cloud gave them; one of them gets a real name and comes back from a reboot as the same node;
 * users, configuration; and what is refused.
 *
 * <p>Everything is real but the machines: processes, TLS, certificates, signatures, broker. It all
 * lies in one directory, and goes with it.
 */
public final class Demo implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final List<String> CLOUD_NAMES =
            List.of(
                    "domu-12-31-55-11-22-18.compute-1.internal",
                    "domu-12-31-55-11-22-34.compute-1.internal",
                    "domu-12-31-55-11-23-07.compute-1.internal",
                    "domu-12-31-55-11-23-90.compute-1.internal",
                    "domu-12-31-55-11-24-51.compute-1.internal");
    private static final String KEY =
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIADqayHDEJkD60cG/kjtkbOp4Vxc+sNi/+YMM3+x4+Ac"
                    + " deploy@demo";

    private final Path home;
    private final Program program;
    private final Telling telling;
    private final List<PlayedNode> nodes = new ArrayList<>();
    private @Nullable Daemon hub;
    private int port;

    private Demo(Path home, Program program, Telling telling) {
        this.home = home;
        this.program = program;
        this.telling = telling;
    }

    /**
     * The story in that directory, told with the programs of this launcher.
     *
     * @param launcher {@code bin/muster} of a distribution
     * @param environment what its programs find there besides: which Java to use, say
     */
    public static Demo of(
            Path home, Path launcher, Map<String, String> environment, PrintWriter out) {
        var configuration = home.resolve("alice").resolve("controller.conf");
        var program = new Program(launcher, configuration, environment, new ProcessRunner());
        return new Demo(home, program, new Telling(out));
    }

    /**
     * Tells it.
     *
     * @throws DemoException if something was not as it should be
     * @throws InterruptedException if the reader has seen enough
     */
    public void tell() throws InterruptedException {
        telling.say("A data centre is gone. Two images and a backup remain. Everything is under");
        telling.say(home + ", and this machine itself is not touched.");
        telling.part("One controller: an authority with fresh keys, and the hub", this::centre);
        telling.part("Five workers from one image join with one token", this::workers);
        telling.part("Who is there?", () -> telling.show(program, 0, "ping"));
        telling.part("Who should handle mail? Ask the facts", this::find);
        telling.part("Give it a real name, and reboot it by request", this::rename);
        telling.part("A user on two servers, and again: nothing to change", this::user);
        telling.part("A configuration run (the tool is a stand-in script)", this::configure);
        telling.part("What policy does not name is refused", this::refused);
        telling.part("What is forged is not even answered", this::forged);
        telling.report();
    }

    /** Leaves it all running, until the thread is interrupted. */
    public void stay() throws InterruptedException {
        telling.say("");
        telling.say("It goes on until Ctrl-C. To play with it, in another terminal:");
        telling.say("  export MUSTER_CONFIG=" + program.configuration());
        telling.say("  " + program.launcher() + " ping");
        new CountDownLatch(1).await();
    }

    private void centre() throws InterruptedException {
        port = freePort();
        var enrol = freePort();
        telling.show(
                program,
                0,
                "ca",
                "init",
                "--fleet",
                "demo",
                "--no-passphrase",
                "--dir",
                home.resolve("ca").toString(),
                "--operator",
                "alice",
                "--operator-dir",
                home.resolve("alice").toString(),
                "--host",
                "localhost",
                "--host",
                "127.0.0.1",
                "--broker-port",
                Integer.toString(port),
                "--enrol-port",
                Integer.toString(enrol));
        beUnhurried();
        var log = home.resolve("hub.log");
        hub =
                program.start(
                        List.of(
                                "hub",
                                "--ca",
                                home.resolve("ca").toString(),
                                "--state",
                                home.resolve("hub").toString(),
                                "--listen",
                                "127.0.0.1:" + port,
                                "--enrol",
                                "127.0.0.1:" + enrol),
                        log);
        Patience.until("the hub is ready, see " + log, LIMIT, () -> hubSays("ready"));
        telling.say("The hub is up on 127.0.0.1:" + port + ".");
    }

    /** Seven programs start on this one machine at once: silence of some seconds is no news. */
    private void beUnhurried() {
        try {
            Files.writeString(
                    program.configuration(),
                    "discovery-timeout = 20s\nhub-timeout = 10s\nconnect-timeout = 10s\n",
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + program.configuration(), e);
        }
    }

    private void workers() throws InterruptedException {
        var token =
                telling.show(
                                program,
                                0,
                                "ca",
                                "token",
                                "--uses",
                                "5",
                                "--valid",
                                "10m",
                                "--dir",
                                home.resolve("ca").toString())
                        .stdout()
                        .lines()
                        .filter(line -> line.strip().startsWith("muster1."))
                        .findFirst()
                        .orElseThrow(() -> new DemoException("no token was printed"))
                        .strip();
        var roles = List.of("mail", "web", "web", "db", "web");
        for (int i = 0; i < CLOUD_NAMES.size(); i++) {
            var node = new PlayedNode(home.resolve("node" + (i + 1)), program);
            node.furnish(
                    CLOUD_NAMES.get(i),
                    """
                    {"role": "%s", "zone": "us-east-1%s", "memory": {"gib": %d}}
                    """
                            .formatted(roles.get(i), i % 2 == 0 ? "a" : "b", 4 << i % 3));
            nodes.add(node);
        }
        joinAll(token);
        Patience.until(
                "all five nodes are connected",
                LIMIT,
                () -> nodes.stream().allMatch(PlayedNode::connected));
        telling.say("Five node agents are running, each with a key and certificate of its own.");
    }

    private void joinAll(String token) throws InterruptedException {
        try (var two = Executors.newFixedThreadPool(2)) {
            for (var joining : two.invokeAll(nodes.stream().map(n -> joining(n, token)).toList())) {
                joining.get();
            }
        } catch (ExecutionException e) {
            throw new DemoException(String.valueOf(e.getCause()), e);
        }
    }

    private static Callable<Boolean> joining(PlayedNode node, String token) {
        return () -> {
            node.join(token);
            return true;
        };
    }

    private void find() throws InterruptedException {
        telling.show(program, 0, "find", "-F", "role=mail");
        telling.show(program, 0, "facts", "role");
    }

    private void rename() throws InterruptedException {
        var mail = CLOUD_NAMES.getFirst();
        telling.show(program, 0, "rename", mail, "mail01.example");
        telling.show(program, 0, "run", "node.reboot", "-I", "mail01.example", "--yes");
        Patience.until("the node was started again", LIMIT, () -> nodes.getFirst().boots() == 2);
        telling.say("");
        telling.say("The answer came from the next boot: another boot id, the same identity.");
        telling.show(program, 0, "ping");
    }

    private void user() throws InterruptedException {
        for (int i = 0; i < 2; i++) {
            telling.show(
                    program,
                    0,
                    "run",
                    "user.ensure",
                    "name=deploy",
                    "keys=" + KEY,
                    "-F",
                    "role=web",
                    "--limit",
                    "2",
                    "--seed",
                    "1");
        }
    }

    private void configure() throws InterruptedException {
        telling.show(program, 0, "run", "puppet.run", "-F", "role=mail");
        telling.show(program, 0, "run", "puppet.run", "-F", "role=mail");
    }

    private void refused() throws InterruptedException {
        telling.show(
                program,
                4,
                "run",
                "command.run",
                "argv=/bin/rm",
                "argv=-rf",
                "argv=/",
                "-F",
                "role=db",
                "--yes");
    }

    private void forged() throws InterruptedException {
        var alice = Credentials.load(home.resolve("alice"), "operator");
        var thief = Credentials.load(nodes.get(1).credentials(), "node");
        var clock = InstantSource.system();
        var config =
                JmsConnectionConfig.tls(
                        List.of(new BrokerAddress("localhost", port)),
                        Tls.mutual(alice),
                        JmsConnectionConfig.clientId(alice.identity(), "forger"));
        try (var bus = JmsTransport.connect(config, Duration.ofSeconds(5))) {
            var forger = new Forger(bus, clock);
            forger.commandWithNodeKey(thief, alice.identity());
            forger.alterGenuine(alice);
        }
        telling.say(
                "To every node went \"reboot\": signed with a key stolen from a node, and once");
        telling.say("more as a genuine request of Alice's that was altered on its way.");
        Patience.until("all nodes have written down both", LIMIT, this::allDroppedBoth);
        var node = nodes.getLast();
        telling.say("");
        telling.say("In the audit log of " + CLOUD_NAMES.getLast() + ":");
        node.audit()
                .lines()
                .filter(line -> line.contains("\"kind\":\"dropped\""))
                .forEach(line -> telling.say("  " + Escape.line(line)));
        var rebooted = nodes.stream().skip(1).anyMatch(n -> n.boots() != 1);
        if (rebooted) {
            throw new DemoException("a node obeyed a forged request");
        }
        telling.say("");
        telling.say("Nobody rebooted.");
    }

    private boolean allDroppedBoth() {
        return nodes.stream()
                .map(PlayedNode::audit)
                .allMatch(
                        audit ->
                                audit.contains("\"why\":\"wrong-role\"")
                                        && audit.contains("\"why\":\"bad-signature\""));
    }

    private boolean hubSays(String word) {
        var running = hub;
        if (running != null && !running.running()) {
            throw new DemoException("the hub ended, see " + home.resolve("hub.log"));
        }
        try {
            var log = home.resolve("hub.log");
            return Files.exists(log) && Files.readString(log).contains(word);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the hub's log", e);
        }
    }

    /** Stops all processes, nodes first. */
    @Override
    public void close() {
        nodes.parallelStream().forEach(PlayedNode::close);
        var running = hub;
        if (running != null) {
            running.close();
        }
    }

    /** Removes everything the story left behind. */
    public static void remove(Path home) throws IOException {
        try (var all = Files.walk(home)) {
            for (var path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("no free port on this machine", e);
        }
    }
}
