package io.muster.node;

import io.muster.journal.AtomicFile;
import io.muster.message.Json;
import io.muster.message.MalformedException;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;
import io.muster.message.Value.Whole;
import io.muster.policy.Rule;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How often each rule has let each caller in within the last hour. What changes something is
 * counted on disk before it is done, so that a reboot does not begin a new hour. Thread-safe.
 */
final class Usage implements Rule.Usage {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final int MOST = 1_000;

    private final Path file;
    private final InstantSource clock;
    private final Map<String, Deque<Instant>> times =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Deque<Instant>> eldest) {
                    return size() > MOST;
                }
            };

    Usage(Path file, InstantSource clock, Logger log) {
        this.file = file;
        this.clock = clock;
        try {
            if (Files.exists(file)) {
                read(Json.readLocal(Files.readString(file)));
            }
        } catch (IOException | MalformedException e) {
            log.log(Level.ERROR, () -> file + ": cannot be read, counting anew: " + e.getMessage());
        }
    }

    private void read(Fields fields) {
        fields.members()
                .forEach(
                        (key, value) -> {
                            if (value instanceof Items(List<Value> moments)) {
                                moments.forEach(moment -> add(key, moment));
                            }
                        });
    }

    private void add(String key, Value moment) {
        if (moment instanceof Whole(long millis)) {
            times.computeIfAbsent(key, _ -> new ArrayDeque<>()).add(Instant.ofEpochMilli(millis));
        }
    }

    @Override
    public synchronized int lastHour(Rule rule, String caller) {
        var then = clock.instant().minus(HOUR);
        var own = times.getOrDefault(key(rule, caller), new ArrayDeque<>());
        own.removeIf(moment -> !moment.isAfter(then));
        return own.size();
    }

    /**
     * Counts one more.
     *
     * @param durable whether that must be on disk before anything is done
     */
    synchronized void count(Rule rule, String caller, boolean durable) throws IOException {
        times.computeIfAbsent(key(rule, caller), _ -> new ArrayDeque<>()).add(clock.instant());
        if (durable) {
            var all = new LinkedHashMap<String, Value>();
            times.forEach((key, moments) -> all.put(key, written(moments)));
            AtomicFile.replace(file, Json.write(new Fields(all)));
        }
    }

    private static Value written(Deque<Instant> moments) {
        return new Items(moments.stream().map(m -> Value.of(m.toEpochMilli())).toList());
    }

    private static String key(Rule rule, String caller) {
        return rule.id() + " " + caller;
    }
}
