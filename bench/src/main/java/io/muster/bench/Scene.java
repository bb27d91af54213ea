package io.muster.bench;

import io.muster.bench.Asker.Verb;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A fleet that runs: whatever carries messages, those who answer, and one who asks.
 *
 * @param name what is measured
 * @param bus the broker or brokers
 * @param bare memory of the bus before anybody was connected, in KiB
 * @param connecting how long it took until everybody was there
 */
record Scene(
        String name,
        int size,
        List<Child> bus,
        long bare,
        List<Child> nodes,
        Child talker,
        Duration connecting)
        implements AutoCloseable {
    private static final Duration ROUND = Duration.ofMinutes(3);

    /**
     * What rounds cost.
     *
     * @param rounds how long they took
     * @param bus CPU milliseconds a reply of the bus
     * @param nodes the same of all who answer
     * @param client the same of the one who asks
     */
    record Cost(Rounds rounds, double bus, double nodes, double client) {
        double all() {
            return bus + nodes + client;
        }

        /** Both together. */
        Cost and(Cost other) {
            var mine = (double) rounds.micros().size();
            var share = mine / (mine + other.rounds.micros().size());
            return new Cost(
                    rounds.and(other.rounds),
                    bus * share + other.bus * (1 - share),
                    nodes * share + other.nodes * (1 - share),
                    client * share + other.client * (1 - share));
        }
    }

    /** Asks so often, after a few rounds that do not count. */
    Cost ask(Verb verb, int warmUp, int rounds) throws InterruptedException {
        rounds(verb, warmUp);
        var before = usage();
        var measured = rounds(verb, rounds);
        var after = usage();
        var replies = (double) rounds * size;
        return new Cost(
                measured,
                (after.get(0).cpuMillis() - before.get(0).cpuMillis()) / replies,
                (after.get(1).cpuMillis() - before.get(1).cpuMillis()) / replies,
                (after.get(2).cpuMillis() - before.get(2).cpuMillis()) / replies);
    }

    /** Memory of the bus, in KiB. */
    long busMemory() {
        return Usage.of(bus).residentKib();
    }

    /** Memory of those who answer, in KiB. */
    long nodesMemory() {
        return Usage.of(nodes).residentKib();
    }

    /** Memory of the one who asks, in KiB. */
    long talkerMemory() {
        return Usage.of(List.of(talker)).residentKib();
    }

    private List<Usage> usage() {
        return List.of(Usage.of(bus), Usage.of(nodes), Usage.of(List.of(talker)));
    }

    private Rounds rounds(Verb verb, int number) throws InterruptedException {
        talker.tell(verb.word() + " " + number + " " + size);
        var micros = new ArrayList<Long>();
        var fewest = Integer.MAX_VALUE;
        for (var line = talker.next(ROUND); !line.equals("done"); line = talker.next(ROUND)) {
            var words = line.split(" ", -1);
            micros.add(Long.parseLong(words[1]));
            fewest = Math.min(fewest, Integer.parseInt(words[2]));
        }
        return new Rounds(micros, fewest);
    }

    @Override
    public void close() {
        talker.close();
        nodes.forEach(Child::close);
        bus.forEach(Child::close);
    }
}
