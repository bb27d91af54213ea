package io.muster.node;

import io.muster.config.IoReason;
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
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How often each rule has let each caller in within the last hour. What changes something is
 * counted on disk before it is done, so that a reboot does not begin a new hour. Where the file
 * cannot be read nothing is counted, and so nothing let in, until it can, or is moved away.
 * Thread-safe.
 */
final class Usage implements Rule.Usage {
    private static final Duration HOUR = Duration.ofHours(1);

    /** Callers, each by each rule, within an hour. */
    static final int MOST = 1_000;

    private final Path file;
    private final InstantSource clock;
    private final Map<String, Deque<Instant>> times = new LinkedHashMap<>();
    private Optional<String> damage = Optional.empty();

    Usage(Path file, InstantSource clock, Logger log) {
        this.file = file;
        this.clock = clock;
        load();
        damage.ifPresent(
                problem ->
                        log.log(
                                Level.ERROR,
                                () -> "no rule with perHour allows anything here: " + problem));
    }

    private void load() {
        try {
            if (!Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
                times.putAll(read(Json.readLocal(Files.readString(file))));
            }
            damage = Optional.empty();
        } catch (IOException e) {
            damage = Optional.of(problem(IoReason.of(e)));
        } catch (MalformedException e) {
            damage = Optional.of(problem(e.problem()));
        }
    }

    private String problem(String why) {
        return file + " cannot be read: " + why + "; put it right, or move it away to count anew";
    }

    private static Map<String, Deque<Instant>> read(Fields fields) {
        var all = new LinkedHashMap<String, Deque<Instant>>();
        fields.members().forEach((key, value) -> all.put(key, moments(value)));
        return all;
    }

    private static Deque<Instant> moments(Value value) {
        if (!(value instanceof Items(List<Value> items))) {
            throw new MalformedException("not a list of moments");
        }
        var moments = new ArrayDeque<Instant>();
        for (var item : items) {
            if (!(item instanceof Whole(long millis))) {
                throw new MalformedException("not a moment in milliseconds");
            }
            moments.add(Instant.ofEpochMilli(millis));
        }
        return moments;
    }

    /** What could not be read may be right by now. */
    private void mend() {
        if (damage.isPresent()) {
            load();
        }
    }

    @Override
    public synchronized int lastHour(Rule rule, String caller) {
        mend();
        var own = times.getOrDefault(key(rule, caller), new ArrayDeque<>());
        forget(own);
        return own.size();
    }

    private void forget(Deque<Instant> moments) {
        var then = clock.instant().minus(HOUR);
        moments.removeIf(moment -> !moment.isAfter(then));
    }

    /** Why one more cannot be counted, if so: then nothing may be done. */
    synchronized Optional<String> problem(Rule rule, String caller) {
        mend();
        if (damage.isPresent()) {
            return damage;
        }
        if (times.size() >= MOST) {
            forget();
        }
        return times.size() >= MOST && !times.containsKey(key(rule, caller))
                ? Optional.of("there were " + MOST + " others within the hour")
                : Optional.empty();
    }

    private void forget() {
        times.values().forEach(this::forget);
        times.values().removeIf(Deque::isEmpty);
    }

    /**
     * Counts one more.
     *
     * @param durable whether that must be on disk before anything is done
     * @throws IOException saying why it cannot be counted; then nothing may be done
     */
    synchronized void count(Rule rule, String caller, boolean durable) throws IOException {
        var problem = problem(rule, caller);
        if (problem.isPresent()) {
            throw new IOException(problem.get());
        }
        var key = key(rule, caller);
        if (durable) {
            forget();
        }
        times.computeIfAbsent(key, _ -> new ArrayDeque<>()).add(clock.instant());
        if (durable) {
            var all = new LinkedHashMap<String, Value>();
            times.forEach((k, moments) -> all.put(k, written(moments)));
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
