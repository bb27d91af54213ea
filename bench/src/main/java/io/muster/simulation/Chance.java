package io.muster.simulation;

import java.time.Duration;
import java.util.List;
import java.util.Random;

/** All chance of one simulation, from one seed. Used on one thread. */
final class Chance {
    private final Random random;

    Chance(long seed) {
        // Neighbouring seeds must not begin alike.
        random = new Random(seed * 0x9E3779B97F4A7C15L ^ 0x5DEECE66DL);
    }

    /** Chance of its own for somebody, so that what others do does not change it. */
    Random other() {
        return new Random(random.nextLong());
    }

    boolean of(double share) {
        return random.nextDouble() < share;
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    /** From one, the other included. */
    int between(int from, int to) {
        return from + random.nextInt(to - from + 1);
    }

    Duration between(Duration from, Duration to) {
        var range = to.toNanos() - from.toNanos();
        return from.plusNanos((long) (random.nextDouble() * range));
    }

    /** Mostly short, sometimes long: half of them below the middle, one in a hundred far beyond. */
    Duration around(Duration middle) {
        var stretch = Math.min(100, -Math.log(1 - random.nextDouble()) / Math.log(2));
        return Duration.ofNanos((long) (middle.toNanos() * stretch));
    }

    <T> T one(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    long number() {
        return random.nextLong();
    }
}
