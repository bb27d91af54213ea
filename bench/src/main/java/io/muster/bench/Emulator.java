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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Many real node agents in one process, each with its own key, connection, journal, audit log and
 * sandbox; says "ready N" when all are connected, and ends when its input does. Told "restart 20",
 * it lets the next twenty leave and come back, and says "restarted 20" when they have. Told "doom
 * 5", it says "doomed 5", and from then on the power of its second node fails at the first step at
 * which a journal or log is written, forced or renamed, that of its third node at the second step,
 * and so on to the fifth; it says "failed 5" when that has come to pass, and is to be killed then.
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
        var fleet =
                Fleet.open(
                        BrokerAddress.parse(options.text("hub")),
                        options.path("ca"),
                        options.path("state"),
                        options.optional("marks").map(Path::of));
        var first = options.number("first", 0);
        var count = options.number("count", 100);
        var gate = new Gate(options.number("at-once", 24));
        options.check();
        var failed = new AtomicInteger();
        Runnable fails = () -> say("failed", failed.incrementAndGet());
        var agents = start(fleet, first, count, gate, fails);
        await(gate, count);
        say("ready", agents.size());
        obey(agents);
        System.exit(0);
    }

    private static void say(String what, int number) {
        System.out.println(what + " " + number);
        System.out.flush();
    }

    /** Until whoever started us is done. */
    private static void obey(List<EmulatedNode> agents) throws IOException, InterruptedException {
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        var next = 0;
        for (var line = in.readLine(); line != null; line = in.readLine()) {
            var words = line.split(" ", -1);
            if (words.length != 2 || !words[0].matches("restart|doom")) {
                throw new IOException("not understood: " + line);
            }
            var number = Integer.parseInt(words[1]);
            if (words[0].equals("doom")) {
                for (int step = 1; step <= number; step++) {
                    agents.get(step).doom(step);
                }
                say("doomed", number);
            } else {
                next = restart(agents, next, Math.min(number, agents.size()));
            }
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
        say("restarted", count);
        return next;
    }

    private static void await(Gate gate, int count) {
        while (gate.arrived() < count) {
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private static List<EmulatedNode> start(
            Fleet fleet, int first, int count, Gate gate, Runnable failed)
            throws IOException, InterruptedException {
        var agents = new ArrayList<EmulatedNode>();
        for (int number = first; number < first + count; number++) {
            agents.add(new EmulatedNode(fleet, number, gate.setOut(), failed));
        }
        return agents;
    }
}
