package io.muster.controller.rollout;

import io.muster.controller.discovery.Target;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Puts nodes into an order in which those of the same kind are as far from each other as they can
 * be, so that whatever batch is cut out of it holds about as large a share of a kind as there is of
 * it in all. The same nodes come in the same order.
 */
public final class Spread {
    private Spread() {}

    private record Place(double at, String kind, Target node) {}

    /** The same nodes; {@code kind} says which are alike. */
    public static List<Target> over(List<Target> nodes, Function<Target, String> kind) {
        var kinds = new TreeMap<String, List<Target>>();
        nodes.stream()
                .sorted(Target.BY_NAME)
                .forEach(n -> kinds.computeIfAbsent(kind.apply(n), _ -> new ArrayList<>()).add(n));
        var places = new ArrayList<Place>();
        kinds.forEach(
                (name, alike) -> {
                    for (int i = 0; i < alike.size(); i++) {
                        places.add(new Place((i + 0.5) / alike.size(), name, alike.get(i)));
                    }
                });
        places.sort(Comparator.comparingDouble(Place::at).thenComparing(Place::kind));
        return places.stream().map(Place::node).toList();
    }
}
