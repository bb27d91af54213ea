package io.muster.exec;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/**
 * A program that goes on while we do other things; its output goes to a file. Close it to stop it
 * and everything it started. Thread-safe.
 */
public final class Daemon implements AutoCloseable {
    private final Process process;
    private final Duration patience;

    private Daemon(Process process, Duration patience) {
        this.process = process;
        this.patience = patience;
    }

    /**
     * Starts a program with nothing to read.
     *
     * @param arguments the program's absolute path, then its arguments
     * @param environment the whole environment it gets
     * @param output where stdout and stderr are appended to
     * @param patience how long it may take to stop before it is killed
     * @throws UncheckedIOException if it cannot be started
     */
    public static Daemon start(
            List<String> arguments,
            Map<String, String> environment,
            Path output,
            Duration patience) {
        var builder = new ProcessBuilder(arguments);
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
        builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        try {
            return new Daemon(builder.start(), patience);
        } catch (IOException e) {
            throw new UncheckedIOException(arguments.getFirst() + " cannot be started", e);
        }
    }

    /** Whether it is still running. */
    public boolean running() {
        return process.isAlive();
    }

    /** Its process id. */
    public long pid() {
        return process.pid();
    }

    /** Waits for its end, at most so long; its exit status if it has ended. */
    public OptionalInt await(Duration limit) throws InterruptedException {
        return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)
                ? OptionalInt.of(process.exitValue())
                : OptionalInt.empty();
    }

    /** Asks it to stop, waits, and then kills it with all that it started; idempotent. */
    @Override
    public void close() {
        var tree = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        tree.forEach(ProcessHandle::destroyForcibly);
    }
}
