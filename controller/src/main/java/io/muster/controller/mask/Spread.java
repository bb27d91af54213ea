package io.muster.controller.mask;

import java.util.Comparator;
import java.util.List;

/**
 * How numbers are spread over nodes.
 *
 * @param <T> who said one
 */
public final class Spread<T> {
    /** The fewest numbers of which one can be far out. */
    static final int FEWEST = 8;

    /** Of a normal distribution, so many mean deviations are a standard deviation. */
    private static final double OF_MEDIAN = 1.4826;

    private static final double OF_MEAN = 1.2533;
    private static final double FAR = 5;
    private static final double MUCH = 0.25;

    private final List<Said<T>> sorted;

    /**
     * One of them.
     *
     * @param amount to compare by
     * @param text as it was said
     * @param who said it
     */
    public record Said<T>(double amount, String text, T who) {}

    private Spread(List<Said<T>> sorted) {
        this.sorted = sorted;
    }

    /**
     * Of these; in the order in which they are given where they are equal.
     *
     * @param said at least one
     */
    public static <T> Spread<T> of(List<Said<T>> said) {
        if (said.isEmpty()) {
            throw new IllegalArgumentException("no numbers");
        }
        return new Spread<>(
                said.stream().sorted(Comparator.comparingDouble(Said::amount)).toList());
    }

    /** The least. */
    public Said<T> min() {
        return sorted.getFirst();
    }

    /** The most. */
    public Said<T> max() {
        return sorted.getLast();
    }

    /** The one in the middle; of two, the less. */
    public Said<T> median() {
        return quantile(0.5);
    }

    /** The least that is not less than that share of them. */
    public Said<T> quantile(double share) {
        var rank = (int) Math.ceil(share * sorted.size()) - 1;
        return sorted.get(Math.clamp(rank, 0, sorted.size() - 1));
    }

    /**
     * Those that are far from the median, the farthest first: farther than chance explains and than
     * a quarter of it. Measured in median deviations, so that they do not hide themselves; in mean
     * deviations where more than half say the same.
     */
    public List<Said<T>> farOut() {
        if (sorted.size() < FEWEST) {
            return List.of();
        }
        var middle = median().amount();
        var least = Math.max(FAR * deviation(middle), MUCH * Math.abs(middle));
        return sorted.stream()
                .filter(said -> distance(said, middle) > least)
                .sorted(
                        Comparator.comparingDouble((Said<T> said) -> -distance(said, middle))
                                .thenComparingDouble(Said::amount))
                .toList();
    }

    private double deviation(double middle) {
        var distances =
                sorted.stream().mapToDouble(said -> distance(said, middle)).sorted().toArray();
        var median = distances[(distances.length - 1) / 2];
        if (median > 0) {
            return OF_MEDIAN * median;
        }
        var sum = 0.0;
        for (var distance : distances) {
            sum += distance;
        }
        return OF_MEAN * sum / distances.length;
    }

    private static <T> double distance(Said<T> said, double middle) {
        return Math.abs(said.amount() - middle);
    }
}
