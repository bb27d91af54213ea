package io.muster.attacks;

import io.muster.broker.Intruder;
import io.muster.broker.external.ExternalCheck;
import io.muster.message.NodeId;
import io.muster.security.Credentials;
import io.muster.transport.jms.BrokerAddress;

import org.apache.activemq.command.ActiveMQDestination;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A program of somebody who has stolen a node's key: a process of its own with ActiveMQ's client,
 * and nothing of a node agent. Tries at the broker what he should not be able to, and tells what
 * came of it, a line each; then he floods, until his input ends.
 */
final class EvilNode {
    private final Credentials stolen;
    private final int port;

    private EvilNode(Credentials stolen, int port) {
        this.stolen = stolen;
        this.port = port;
    }

    /** Words: the directory of the stolen credentials, the port, a node, an operator's inbox. */
    static void main(String[] words) throws Exception {
        var evil =
                new EvilNode(
                        Credentials.load(Path.of(words[0]), "node"), Integer.parseInt(words[1]));
        evil.attack(new NodeId(words[2]), words[3]);
        System.out.println("flooding");
        evil.flood();
        while (System.in.read() >= 0) {
            // until the test has seen enough
        }
    }

    private void attack(NodeId victim, String inbox) {
        new ExternalCheck(new BrokerAddress("localhost", port), Duration.ofSeconds(10))
                .as(stolen, f -> tell(f.ok(), f.what(), f.detail()));
        var queue = Intruder.queue("muster.node." + victim);
        var replies = Intruder.queue("muster.reply." + inbox);
        attempt("command the victim", i -> Intruder.send(i.connection(), queue, "{}"));
        attempt("read what is sent to the victim", i -> read(i, queue));
        attempt("read the operator's replies", i -> read(i, replies));
        attempt("remove the victim's queue", i -> i.connection().destroyDestination(queue));
        attempt("end the victim's connection", i -> squat(i, victim));
        attempt("wait in its place", i -> rename(i, victim));
    }

    private interface Attack {
        void by(Intruder intruder) throws Exception;
    }

    private void attempt(String what, Attack attack) {
        try (var intruder = new Intruder(stolen, port)) {
            attack.by(intruder);
            tell(false, what, "it worked");
        } catch (Exception e) {
            tell(true, what, String.valueOf(e.getMessage()));
        }
    }

    private static void tell(boolean refused, String what, String how) {
        System.out.println((refused ? "as it must be: " : "BAD: ") + what + ": " + how);
    }

    private static void read(Intruder intruder, ActiveMQDestination from) throws Exception {
        intruder.connection().createSession(false, 1).createConsumer(from).close();
    }

    /** A second connection of the same name would end the first. */
    private static void squat(Intruder intruder, NodeId victim) throws Exception {
        refused(intruder, "node/" + victim + "/1", "node/" + victim);
    }

    private static void rename(Intruder intruder, NodeId victim) throws Exception {
        refused(intruder, intruder.client() + "/1", "node/" + victim);
    }

    private static void refused(Intruder intruder, String connection, String client)
            throws Exception {
        intruder.open();
        var refusal = intruder.say(intruder.bare(connection, client));
        if (refusal.isPresent()) {
            throw new IllegalStateException(refusal.get());
        }
    }

    /** As much as it can of what it may send. */
    private void flood() {
        for (var i = 0; i < 4; i++) {
            for (var to :
                    List.of("muster.announcements", "muster.reply." + "0".repeat(32) + ".1")) {
                Thread.ofPlatform().daemon().start(() -> floodForEver(to));
            }
        }
    }

    private void floodForEver(String to) {
        while (true) {
            try (var intruder = new Intruder(stolen, port)) {
                var connection = intruder.connection(f -> f.setUseAsyncSend(true));
                while (!connection.isTransportFailed()) {
                    Intruder.send(connection, Intruder.queue(to), "x".repeat(10_000));
                }
            } catch (Exception e) {
                // cut off: once more
            }
        }
    }
}
