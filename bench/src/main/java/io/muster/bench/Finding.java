package io.muster.bench;

import io.muster.bench.Scene.Cost;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One line of the result: a fleet, a question, and what the answers cost.
 *
 * @param fleet what was measured
 * @param what the question
 * @param floor the median of the raw floor of the same size and run in milliseconds, once known
 */
record Finding(
        String fleet,
        String what,
        int size,
        Cost cost,
        Memory memory,
        double connectSeconds,
        Optional<Double> floor) {

    /**
     * Memory at the end of the rounds.
     *
     * @param busMib of the bus
     * @param connectionKib what the bus has grown by for each connection
     * @param nodeKib of those who answer, for each, their virtual machines included
     * @param clientMib of the one who asks
     */
    record Memory(double busMib, double connectionKib, double nodeKib, double clientMib) {
        static Memory of(Scene scene) {
            var size = (double) scene.size();
            return new Memory(
                    scene.busMemory() / 1024.0,
                    (scene.busMemory() - scene.bare()) / size,
                    scene.nodesMemory() / size,
                    scene.talkerMemory() / 1024.0);
        }
    }

    static Finding of(Scene scene, String what, Cost cost) {
        var seconds = scene.connecting().toMillis() / 1000.0;
        return new Finding(
                scene.name(),
                what,
                scene.size(),
                cost,
                Memory.of(scene),
                seconds,
                Optional.empty());
    }

    /** This one, and the same fleet measured once more later. */
    Finding and(Finding later) {
        return new Finding(
                fleet, what, size, cost.and(later.cost), later.memory, later.connectSeconds, floor);
    }

    /** With a floor to compare to. */
    Finding against(Finding raw) {
        var median = raw.cost.rounds().median();
        return new Finding(fleet, what, size, cost, memory, connectSeconds, Optional.of(median));
    }

    /** All of them as a table in Markdown. */
    static String table(List<Finding> findings) {
        var head =
                """
                | nodes | fleet, question | x raw | all answers, median (min-max) ms | answers/s \
                | fewest | CPU ms an answer: bus | nodes | client | all | bus MiB \
                | KiB a connection | KiB a node | client MiB | connected after s |
                |---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
                """;
        return head + String.join("\n", findings.stream().map(Finding::row).toList()) + "\n";
    }

    /** A row of {@link #table}. */
    String row() {
        var median = cost.rounds().median();
        return String.format(
                Locale.ROOT,
                "| %d | %s, %s | %s | %s | %.0f | %d | %.3f | %.3f | %.3f | %.3f | %.0f | %.0f"
                        + " | %.0f | %.0f | %.1f |",
                size,
                fleet,
                what,
                floor.map(f -> String.format(Locale.ROOT, "%.2f", median / f)).orElse("-"),
                cost.rounds(),
                size / median * 1000,
                cost.rounds().fewest(),
                cost.bus(),
                cost.nodes(),
                cost.client(),
                cost.all(),
                memory.busMib(),
                memory.connectionKib(),
                memory.nodeKib(),
                memory.clientMib(),
                connectSeconds);
    }
}
