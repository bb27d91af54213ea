package io.muster.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Simulations, one after the other, on files that are gone afterwards. */
public final class Simulation implements AutoCloseable {
    /** Much is written and little is kept: a disk in memory is as good as another. */
    private static final Path MEMORY = Path.of("/dev/shm");

    /** Kept here, as nobody else does. */
    private static final List<Logger> QUIET =
            List.of(Logger.getLogger("io.muster.hub"), Logger.getLogger("io.muster.node"));

    private final Path directory;
    private final Cast cast;

    /**
     * What came of one.
     *
     * @param violations what must not be, and is
     * @param story what happened, a line each
     * @param trace tells it from one that went another way
     * @param happened what it tried
     */
    public record Result(
            long seed,
            List<Violation> violations,
            List<String> story,
            long trace,
            Set<Happening> happened) {}

    /** Makes the keys, and a directory to play in. */
    public Simulation() throws IOException {
        QUIET.forEach(logger -> logger.setLevel(Level.OFF));
        directory =
                Files.isWritable(MEMORY)
                        ? Files.createTempDirectory(MEMORY, "muster-simulation-")
                        : Files.createTempDirectory("muster-simulation-");
        cast = new Cast(Files.createDirectory(directory.resolve("cast")));
    }

    /** The one of that seed, which is the same each time; on any thread. */
    public Result run(long seed) throws IOException {
        return run(seed, Flaw.NONE);
    }

    /** The same, leaving what is left of it there. */
    Result keep(long seed, Path to) throws IOException {
        return run(seed, Flaw.NONE, Optional.of(to));
    }

    Result run(long seed, Flaw flaw) throws IOException {
        return run(seed, flaw, Optional.empty());
    }

    private Result run(long seed, Flaw flaw, Optional<Path> to) throws IOException {
        var place = Files.createTempDirectory(directory, seed + "-");
        var world = new World(seed, cast, place, flaw);
        try {
            var violations = new ArrayList<>(Checker.check(world.live(), true));
            violations.addAll(world.seen());
            world.close();
            if (to.isPresent()) {
                world.keep(to.get());
            }
            return new Result(
                    seed,
                    List.copyOf(violations),
                    List.copyOf(world.story()),
                    world.stage().trace(),
                    world.happened());
        } catch (RuntimeException e) {
            throw new IllegalStateException(
                    "seed " + seed + ", after\n" + String.join("\n", world.story()), e);
        } finally {
            remove(place);
        }
    }

    /**
     * Those of these seeds in which something is wrong, on all processors.
     *
     * @param done is told of each when it is over, on any thread
     */
    public List<Result> search(long from, long seeds, Consumer<Result> done) {
        var next = new AtomicLong(from);
        var bad = new ConcurrentLinkedQueue<Result>();
        // Next to the threads of what is simulated: to hand over to those costs little.
        try (var workers = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = new ArrayList<Future<?>>();
            for (int i = Runtime.getRuntime().availableProcessors(); i > 0; i--) {
                all.add(workers.submit(() -> work(next, from + seeds, bad, done)));
            }
            for (var each : all) {
                each.get();
            }
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("a simulation failed", e);
        }
        return List.copyOf(bad);
    }

    private void work(AtomicLong next, long end, Queue<Result> bad, Consumer<Result> done) {
        for (var seed = next.getAndIncrement(); seed < end; seed = next.getAndIncrement()) {
            var result = told(seed);
            done.accept(result);
            if (!result.violations().isEmpty()) {
                bad.add(result);
            }
        }
    }

    private Result told(long seed) {
        try {
            return run(seed);
        } catch (IOException e) {
            throw new UncheckedIOException("seed " + seed, e);
        }
    }

    @Override
    public void close() throws IOException {
        remove(directory);
    }

    private static void remove(Path place) throws IOException {
        try (var all = Files.walk(place)) {
            for (var file : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
