package io.muster.bench;

import io.muster.bench.EmulatedNode.Fleet;
import io.muster.transport.jms.BrokerAddress;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Many real node agents in one process, each with its own key, connection, journal, audit log and
 * sandbox; says "ready N" when all are connected, and ends when its input does.
 *
 * <p>{@code --hub HOST:PORT --ca DIRECTORY --state DIRECTORY --first 0 --count 100 --at-once 24}
 */
public final class Emulator {
    private static final long POLL_NANOS = 20_000_000;

    private Emulator() {}

    /** Runs it. */
    public static void main(String[] words) throws Exception {
        var options = new Options(words);
        var fleet =
                Fleet.open(
                        BrokerAddress.parse(options.text("hub")),
                        options.path("ca"),
                        options.path("state"));
        var first = options.number("first", 0);
        var count = options.number("count", 100);
        var gate = new Gate(options.number("at-once", 24));
        options.check();
        var agents = start(fleet, first, count, gate);
        while (gate.arrived() < count) {
            LockSupport.parkNanos(POLL_NANOS);
        }
        System.out.println("ready " + agents.size());
        System.out.flush();
        while (System.in.read() >= 0) {
            // until whoever started us is done
        }
        System.exit(0);
    }

    private static List<EmulatedNode> start(Fleet fleet, int first, int count, Gate gate)
            throws IOException, InterruptedException {
        var agents = new ArrayList<EmulatedNode>();
        for (int number = first; number < first + count; number++) {
            agents.add(new EmulatedNode(fleet, number, gate.setOut()));
        }
        return agents;
    }
}
