package io.muster.bench;

import io.muster.bench.EmulatedNode.Fleet;
import io.muster.transport.jms.BrokerAddress;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Many real node agents in one process, each with its own key, connection, journal, audit log and
 * sandbox; says "ready N" when all are connected, and ends when its input does. Told "restart 20",
 * it lets the next twenty leave and come back, and says "restarted 20" when they have. Told "doom
 * 5", it says "doomed 5", and ends as by a power cut at the fifth step from then on at which a
 * journal or log is written, forced or renamed.
 *
 * <p>{@code --hub HOST:PORT --ca DIRECTORY --state DIRECTORY --first 0 --count 100 --at-once 24};
 * with {@code --marks FILE} they have an action {@code test.mark}, which leaves lines there
 */
public final class Emulator {
    private static final long POLL_NANOS = 20_000_000;

    private Emulator() {}

    /** Runs it. */
    public static void main(String[] words) throws Exception {
        var options = new Options(words);
        var disk = new DoomedDisk();
        var fleet =
                Fleet.open(
                        BrokerAddress.parse(options.text("hub")),
                        options.path("ca"),
                        options.path("state"),
                        disk,
                        options.optional("marks").map(Path::of));
        var first = options.number("first", 0);
        var count = options.number("count", 100);
        var gate = new Gate(options.number("at-once", 24));
        options.check();
        var agents = start(fleet, first, count, gate);
        await(gate, count);
        System.out.println("ready " + agents.size());
        System.out.flush();
        obey(agents, disk);
        System.exit(0);
    }

    /** Until whoever started us is done. */
    private static void obey(List<EmulatedNode> agents, DoomedDisk disk)
            throws IOException, InterruptedException {
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        var next = 0;
        for (var line = in.readLine(); line != null; line = in.readLine()) {
            var words = line.split(" ", -1);
            if (words.length != 2 || !words[0].matches("restart|doom")) {
                throw new IOException("not understood: " + line);
            }
            var number = Integer.parseInt(words[1]);
            if (words[0].equals("doom")) {
                disk.doom(number);
                System.out.println("doomed " + number);
            } else {
                next = restart(agents, next, Math.min(number, agents.size()));
            }
            System.out.flush();
        }
    }

    /** Which is the next one. */
    private static int restart(List<EmulatedNode> agents, int from, int count)
            throws IOException, InterruptedException {
        var next = from;
        var gate = new Gate(count);
        for (int i = 0; i < count; i++) {
            agents.get(next).restart(gate.setOut());
            next = (next + 1) % agents.size();
        }
        await(gate, count);
        System.out.println("restarted " + count);
        return next;
    }

    private static void await(Gate gate, int count) {
        while (gate.arrived() < count) {
            LockSupport.parkNanos(POLL_NANOS);
        }
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
