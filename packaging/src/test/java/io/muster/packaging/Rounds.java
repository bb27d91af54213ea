package io.muster.packaging;

/**
 * How often the tests of faults go through what they do: once, or for {@code build/faults} as often
 * as {@code -Dmuster.rounds} says, at moments that {@code -Dmuster.seed} decides.
 */
final class Rounds {
    /** Of this run of the tests. */
    static final long SEED = Long.getLong("muster.seed", System.nanoTime());

    private static final int ALL = Integer.getInteger("muster.rounds", 1);

    private final String test;
    private final int number;

    private Rounds(String test, int number) {
        this.test = test;
        this.number = number;
    }

    /**
     * Those of one test.
     *
     * @param share what one round of it costs, in rounds of the cheapest test
     */
    static Rounds of(Class<?> test, int share) {
        return new Rounds(test.getSimpleName(), Math.max(1, ALL / share));
    }

    int number() {
        return number;
    }

    /** In words that let one find it again. */
    String name(int round) {
        return "%s, round %d of %d, seed %d".formatted(test, round + 1, number, SEED);
    }

    /** That one was gone through, and every promise was kept. */
    void kept(int round) {
        System.out.println("faults: " + name(round) + ": kept");
    }
}
