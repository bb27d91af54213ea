package io.muster.controller.render;

import java.time.Duration;
import java.util.List;

/** The shape of a fleet at a glance: how many answers came in each slice of time. */
final class PingGraph {
    private static final String LEVELS = "▁▂▃▄▅▆▇█";
    private static final long SLICE_MILLIS = 50;
    private static final int MOST_SLICES = 40;

    private PingGraph() {}

    /** One character for each slice of 50 ms, or of more if that would be too many. */
    static String of(List<Duration> times) {
        var longest = times.stream().mapToLong(Duration::toMillis).max().orElse(0);
        var slice = Math.max(SLICE_MILLIS, longest / MOST_SLICES + 1);
        var counts = new int[(int) (longest / slice) + 1];
        times.forEach(time -> counts[(int) (time.toMillis() / slice)]++);
        var most = 1;
        for (var count : counts) {
            most = Math.max(most, count);
        }
        var graph = new StringBuilder();
        for (var count : counts) {
            graph.append(count == 0 ? ' ' : LEVELS.charAt((count * 8 - 1) / most));
        }
        return graph.toString();
    }
}
