package io.muster.simulation;

import java.time.Duration;

/**
 * How much goes wrong in one simulation: some are quiet, some are full of everything, and most have
 * one thing that goes wrong again and again.
 */
final class Troubles {
    private final double loss;
    private final double repetition;
    private final double delay;
    private final double stalls;
    private final int crashes;
    private final int partitions;
    private final int replays;
    private final int fullDisks;
    private final int absences;
    private final Duration skew;
    private boolean on = true;

    Troubles(Chance chance) {
        loss = chance.of(0.5) ? 0 : 0.3 * chance.below(100) / 100;
        repetition = chance.of(0.5) ? 0 : 0.5 * chance.below(100) / 100;
        delay = chance.of(0.5) ? 0 : 0.3 * chance.below(100) / 100;
        stalls = chance.of(0.6) ? 0 : 0.1 * chance.below(100) / 100;
        crashes = chance.of(0.3) ? 0 : chance.between(1, 6);
        partitions = chance.of(0.5) ? 0 : chance.between(1, 4);
        replays = chance.of(0.6) ? 0 : chance.between(1, 20);
        fullDisks = chance.of(0.7) ? 0 : chance.between(1, 2);
        absences = chance.of(0.5) ? 0 : chance.between(1, 4);
        skew = Duration.ofSeconds(chance.of(0.5) ? 0 : chance.between(1, 40));
    }

    /** Whether things go wrong still. */
    boolean on() {
        return on;
    }

    /** From now on all goes well. */
    void end() {
        on = false;
    }

    double loss() {
        return loss;
    }

    double repetition() {
        return repetition;
    }

    double delay() {
        return delay;
    }

    double stalls() {
        return stalls;
    }

    int crashes() {
        return crashes;
    }

    int partitions() {
        return partitions;
    }

    int replays() {
        return replays;
    }

    int fullDisks() {
        return fullDisks;
    }

    int absences() {
        return absences;
    }

    /** How wrong a clock may be. */
    Duration skew() {
        return skew;
    }
}
