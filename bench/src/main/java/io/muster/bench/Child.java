package io.muster.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A process that is talked to by lines; its errors go to a file. For one thread. */
final class Child implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final String name;
    private final Process process;
    private final Path errors;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    private Child(String name, Process process, Path errors) {
        this.name = name;
        this.process = process;
        this.errors = errors;
        Thread.ofVirtual().name("read " + name).start(this::read);
    }

    /**
     * Starts it.
     *
     * @param environment added to ours
     * @param directory where its errors go, into {@code NAME.err}
     */
    static Child start(
            String name, List<String> command, Map<String, String> environment, Path directory) {
        var errors = directory.resolve(name + ".err");
        var builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        builder.redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()));
        try {
            return new Child(name, builder.start(), errors);
        } catch (IOException e) {
            throw new UncheckedIOException(command.getFirst() + " cannot be started", e);
        }
    }

    String name() {
        return name;
    }

    long pid() {
        return process.pid();
    }

    /** Sends a line. */
    void tell(String line) {
        try {
            var out = process.getOutputStream();
            out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(problem("does not listen"), e);
        }
    }

    /**
     * The rest of the next line that begins with this word; others are skipped.
     *
     * @throws IllegalStateException if none comes in time
     */
    String await(String word, Duration limit) throws InterruptedException {
        return awaitLine(line -> line.equals(word) || line.startsWith(word + " "), limit)
                .substring(word.length())
                .strip();
    }

    /**
     * The next line like that; others are skipped.
     *
     * @throws IllegalStateException if none comes in time
     */
    String awaitLine(Predicate<String> wanted, Duration limit) throws InterruptedException {
        var until = System.nanoTime() + limit.toNanos();
        while (true) {
            var line = next(until);
            if (wanted.test(line)) {
                return line;
            }
        }
    }

    /** The next line. */
    String next(Duration limit) throws InterruptedException {
        return next(System.nanoTime() + limit.toNanos());
    }

    private String next(long until) throws InterruptedException {
        while (System.nanoTime() < until) {
            var line = lines.poll(1, TimeUnit.SECONDS);
            if (line != null) {
                return line;
            }
            if (!process.isAlive() && lines.isEmpty()) {
                throw new IllegalStateException(
                        problem("ended with " + process.exitValue() + " too early"));
            }
        }
        throw new IllegalStateException(problem("says nothing"));
    }

    /** Ends it at once, as a crash does. */
    void kill() throws InterruptedException {
        // The launcher is a shell that becomes the program, or its parent.
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        process.waitFor();
    }

    /** Ends its input, waits, and kills it if that does not end it. */
    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(1, TimeUnit.SECONDS)) {
                process.destroy();
            }
            if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private void read() {
        try (var in =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (var line = in.readLine(); line != null; line = in.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            lines.add("broken " + e.getMessage());
        }
    }

    private String problem(String what) {
        var last = "";
        try {
            var all = Files.readAllLines(errors);
            last = String.join("\n", all.subList(Math.max(0, all.size() - 20), all.size()));
        } catch (IOException e) {
            last = e.toString();
        }
        return name + " " + what + "\n" + last;
    }
}
