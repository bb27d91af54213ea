package io.muster.controller.rollout;

import io.muster.controller.discovery.Target;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Puts nodes into an order in which those of the same kind are as far from each other as they can
 * be, so that whatever batch is cut out of it holds as large a share of a kind as there is of it in
 * all, rounded up, and one more at most. The same nodes come in the same order.
 */
public final class Spread {
    private Spread() {}

    /**
     * Each node of a kind has its part of the order to be in, one after the other. Whoever may come
     * and must come first does: no kind is ever a node ahead of its share, or behind it.
     */
    private record Place(long from, long until, String kind, Target node) {}

    /** The same nodes; {@code kind} says which are alike. */
    public static List<Target> over(List<Target> nodes, Function<Target, String> kind) {
        var coming = places(nodes, kind);
        var ready =
                new PriorityQueue<Place>(
                        Comparator.comparingLong(Place::until).thenComparing(Place::kind));
        var order = new ArrayList<Target>();
        int next = 0;
        while (order.size() < nodes.size()) {
            while (next < coming.size() && coming.get(next).from() <= order.size()) {
                ready.add(coming.get(next++));
            }
            order.add(ready.remove().node());
        }
        return List.copyOf(order);
    }

    private static List<Place> places(List<Target> nodes, Function<Target, String> kind) {
        var kinds = new TreeMap<String, List<Target>>();
        nodes.stream()
                .sorted(Target.BY_NAME)
                .forEach(n -> kinds.computeIfAbsent(kind.apply(n), _ -> new ArrayList<>()).add(n));
        long all = nodes.size();
        var places = new ArrayList<Place>();
        kinds.forEach(
                (name, alike) -> {
                    for (int i = 0; i < alike.size(); i++) {
                        var from = i * all / alike.size();
                        var until = Math.ceilDiv((i + 1) * all, (long) alike.size());
                        places.add(new Place(from, until, name, alike.get(i)));
                    }
                });
        places.sort(Comparator.comparingLong(Place::from));
        return places;
    }
}
