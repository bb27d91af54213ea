package io.muster.exec;

import static io.muster.exec.StdStream.STDERR;
import static io.muster.exec.StdStream.STDOUT;

import io.muster.exec.Result.Ending;
import io.muster.exec.Result.Ending.Exited;
import io.muster.exec.Result.Ending.Stopped;
import io.muster.exec.Result.Ending.TimedOut;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * A program that does not end with the process that started it: in a session of its own, where
 * systemd rules in a scope of its own, and with its words and its status in files. Whoever comes
 * later finds it by its process id, its start time and the boot, and is told how it ended.
 *
 * <p>It begins at most once: it takes its place before it does anything, and whoever looks for one
 * that has not taken its place takes it instead.
 */
public final class Detached {
    private static final Duration GRACE = Duration.ofSeconds(5);

    /** How long it may take to begin, on a machine that is busy. */
    private static final Duration BEGINNING = Duration.ofSeconds(20);

    /** How long its readers may take to bring its last words to the files. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    private static final long SHORTEST_PAUSE = 1;
    private static final long LONGEST_PAUSE = 50;

    /**
     * What runs around the program. The same for all: what differs are its arguments. What it says
     * goes through readers, so that no program fills the disk, and none waits for us to read.
     */
    private static final String AROUND =
            """
            d=$1 most=$2; shift 2
            mkdir "$d/taken" || exit 125
            read -r stat </proc/$$/stat || exit 125
            read -r boot </proc/sys/kernel/random/boot_id || exit 125
            printf '%s\\n%s\\n' "$stat" "$boot" >"$d/begun.new" || exit 125
            mv "$d/begun.new" "$d/begun" || exit 125
            mkfifo "$d/stdout.pipe" "$d/stderr.pipe" || exit 125
            now=; command -v stdbuf >/dev/null && now='stdbuf -o0'
            for s in stdout stderr; do
                { $now head -c "$most"; wc -c >"$d/$s.more"; } \\
                    <"$d/$s.pipe" >"$d/$s" 2>/dev/null &
            done
            "$@" <"$d/stdin" >"$d/stdout.pipe" 2>"$d/stderr.pipe"
            echo $? >"$d/status.new"
            mv "$d/status.new" "$d/status"
            """;

    private final Place place;
    private final ProcessId id;

    private Detached(Place place, ProcessId id) {
        this.place = place;
        this.id = id;
    }

    /** This process ends, and the program goes on. */
    public static final class LeftException extends RuntimeException {
        private static final long serialVersionUID = 1;

        LeftException() {
            super("left alone");
        }
    }

    /** It is not there any more and has left no status: it was killed, or the machine went down. */
    public static final class GoneException extends RuntimeException {
        private static final long serialVersionUID = 1;

        GoneException() {
            super("the program is gone, and nobody knows how it ended");
        }
    }

    /**
     * Starts it.
     *
     * @param scopes what makes a scope, if systemd rules here
     * @throws IOException if it was not started
     */
    static Detached start(
            Path setsid,
            Optional<Path> scopes,
            Command command,
            Map<String, String> environment,
            Stay stay)
            throws IOException {
        var place = Place.make(stay.place(), command.input());
        var plain = new ArrayList<>(List.of(setsid.toString(), "/bin/sh", "-c", AROUND));
        plain.addAll(List.of("muster", place.directory().toString(), "" + stay.most()));
        plain.addAll(command.arguments());
        if (scopes.isPresent()) {
            // The unit of this process takes its processes along when it ends.
            var scoped = new ArrayList<>(List.of(scopes.get().toString()));
            scoped.addAll(List.of("--scope", "--quiet", "--collect", "--"));
            scoped.addAll(plain);
            var process = started(scoped, environment);
            var begun = begun(process, place);
            if (begun.isPresent()) {
                return new Detached(place, begun.get());
            }
            // It will never begin: without systemd's leave it runs as part of the unit.
            end(process);
            place.free();
        }
        var begun = begun(started(plain, environment), place);
        return new Detached(place, begun.orElseThrow(() -> new IOException("it did not begin")));
    }

    private static Process started(List<String> arguments, Map<String, String> environment)
            throws IOException {
        var nothing = new File("/dev/null");
        var builder = new ProcessBuilder(arguments).directory(new File("/"));
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.redirectInput(Redirect.from(nothing))
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD);
        return builder.start();
    }

    private static void end(Process process) throws IOException {
        process.destroyForcibly();
        try {
            process.onExit().get(GRACE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("process " + process.pid() + " neither begins nor ends", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("stopped before it began", e);
        }
    }

    /**
     * Waits until it says who it is; if it has ended without, or takes too long to take its place,
     * it does not begin any more.
     *
     * @throws GoneException if it has taken its place and cannot say so, as on a disk that is
     *     stuck; it is ended, and no other may begin
     */
    private static Optional<ProcessId> begun(Process process, Place place) throws IOException {
        var until = System.nanoTime() + BEGINNING.toNanos();
        var interrupted = false;
        while (place.begun().isEmpty() && process.isAlive() && System.nanoTime() - until < 0) {
            try {
                Thread.sleep(SHORTEST_PAUSE);
            } catch (InterruptedException _) {
                // Whoever waits for its end sees that next.
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (place.take()) {
            return Optional.empty();
        }
        var id = place.awaitBegun();
        if (id.isEmpty()) {
            new ProcessTree(process.toHandle(), true).kill();
            // Nobody knows whether it had begun to do something by then.
            throw new GoneException();
        }
        return id;
    }

    /**
     * The program that was started with that place, whether or not it has ended; empty if none was
     * begun there, and then none will be.
     *
     * @throws IOException if the place cannot be read
     */
    public static Optional<Detached> find(Path directory) throws IOException {
        var place = Place.at(directory);
        if (place.isEmpty() || place.get().take()) {
            return Optional.empty();
        }
        return place.get().awaitBegun().map(id -> new Detached(place.get(), id));
    }

    /** How long ago it began; empty if it is not there any more. */
    public Optional<Duration> age() {
        return id.age();
    }

    /**
     * Waits for its end.
     *
     * @param limit how long it may still take before its whole tree is killed
     * @param outputLimit how much of each stream the result has
     * @param hearer hears what it has said, from the beginning
     * @param leaving whether an interrupt of this thread leaves it alone, instead of stopping it
     * @throws LeftException if it is left alone
     * @throws GoneException if it left no status
     */
    public Result await(Duration limit, int outputLimit, Hearer hearer, BooleanSupplier leaving) {
        var deadline = System.nanoTime() + limit.toNanos();
        try (var out = Files.newInputStream(place.file(STDOUT.word()));
                var err = Files.newInputStream(place.file(STDERR.word()))) {
            var stdout = new Capture(out, outputLimit, STDOUT, hearer);
            var stderr = new Capture(err, outputLimit, STDERR, hearer);
            var ending = end(deadline, leaving, stdout, stderr);
            return new Result(
                    ending,
                    stdout.text(),
                    stderr.text(),
                    stdout.bytes() + place.more(STDOUT),
                    stderr.bytes() + place.more(STDERR));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look after a program: " + place.directory(), e);
        }
    }

    private Ending end(long deadline, BooleanSupplier leaving, Capture stdout, Capture stderr)
            throws IOException {
        try {
            var status = status(deadline, stdout, stderr);
            if (status.isPresent()) {
                return new Exited(status.get());
            }
            kill();
            return new TimedOut();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            if (leaving.getAsBoolean()) {
                throw new LeftException();
            }
            kill();
            return new Stopped();
        } finally {
            stdout.takeAll();
            stderr.takeAll();
        }
    }

    /** Takes what it says until it has ended (its status) or the deadline comes (none). */
    private Optional<Integer> status(long deadline, Capture stdout, Capture stderr)
            throws IOException, InterruptedException {
        var pause = SHORTEST_PAUSE;
        while (System.nanoTime() - deadline < 0) {
            var news = stdout.take();
            news |= stderr.take();
            var there = id.alive();
            var status = place.status();
            if (status.isPresent()) {
                place.awaitLastWords(LAST_WORDS);
                return status;
            }
            if (!there) {
                throw new GoneException();
            }
            pause = news ? SHORTEST_PAUSE : Math.min(2 * pause, LONGEST_PAUSE);
            Thread.sleep(pause);
        }
        return Optional.empty();
    }

    /** Asked first, as any other that is stopped; a kill is not left half done. */
    private void kill() {
        id.handle().ifPresent(leader -> new ProcessTree(leader, true).end(GRACE));
    }

    /** Forgets what is there, with all that it said; it should have ended. */
    public static void forget(Path directory) {
        new Place(directory).remove();
    }
}
