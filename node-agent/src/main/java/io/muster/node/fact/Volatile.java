package io.muster.node.fact;

import io.muster.message.Value;
import io.muster.message.Value.Fields;

import java.util.LinkedHashMap;
import java.util.Set;

/** Knows which facts change by themselves all the time, and so are no news. */
final class Volatile {
    private static final Set<String> ROOTS =
            Set.of(
                    "load_averages",
                    "system_uptime",
                    "uptime",
                    "uptime_seconds",
                    "uptime_hours",
                    "uptime_days",
                    "memoryfree",
                    "memoryfree_mb",
                    "swapfree",
                    "swapfree_mb");

    private static final Set<String> PARTED = Set.of("memory", "mountpoints");
    private static final Set<String> PARTS =
            Set.of("available", "available_bytes", "used", "used_bytes", "capacity");

    private Volatile() {}

    /** The facts but for those. */
    static Fields without(Fields facts) {
        var rest = new LinkedHashMap<String, Value>();
        facts.members()
                .forEach(
                        (name, value) -> {
                            if (PARTED.contains(name) && value instanceof Fields maps) {
                                rest.put(name, withoutParts(maps));
                            } else if (!ROOTS.contains(name)) {
                                rest.put(name, value);
                            }
                        });
        return new Fields(rest);
    }

    private static Fields withoutParts(Fields maps) {
        var rest = new LinkedHashMap<String, Value>();
        maps.members()
                .forEach(
                        (name, value) -> {
                            if (value instanceof Fields map) {
                                var kept = new LinkedHashMap<>(map.members());
                                kept.keySet().removeAll(PARTS);
                                rest.put(name, new Fields(kept));
                            } else {
                                rest.put(name, value);
                            }
                        });
        return new Fields(rest);
    }
}
