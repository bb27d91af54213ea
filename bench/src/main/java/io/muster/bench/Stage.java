package io.muster.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/** Puts up one kind of fleet, again and again. */
interface Stage {
    /** The most connections of one process: a node agent has four files open. */
    int SHARE = 3_400;

    Duration CONNECTING = Duration.ofMinutes(15);

    /** A fleet of that size, all of it connected. */
    Scene open(int size) throws IOException, InterruptedException;

    /** The processes of those who answer, side by side, all of them ready. */
    static List<Child> nodes(int size, BiFunction<Integer, Integer, Child> start)
            throws InterruptedException {
        var children = new ArrayList<Child>();
        for (int first = 0; first < size; first += SHARE) {
            children.add(start.apply(first, Math.min(SHARE, size - first)));
        }
        for (var child : children) {
            child.await("ready", CONNECTING);
        }
        return children;
    }
}
