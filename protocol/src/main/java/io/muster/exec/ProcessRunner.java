package io.muster.exec;

import static io.muster.exec.StdStream.STDERR;
import static io.muster.exec.StdStream.STDOUT;

import io.muster.exec.Result.Ending;
import io.muster.exec.Result.Ending.Exited;
import io.muster.exec.Result.Ending.NotStarted;
import io.muster.exec.Result.Ending.Stopped;
import io.muster.exec.Result.Ending.TimedOut;
import io.muster.message.Bytes;
import io.muster.message.Escape;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs programs of the machine: in {@code /}, with the fixed minimal environment and what the
 * command adds, in a session and process group of their own.
 *
 * <p>The result comes as soon as the program itself has ended, with what is in its pipes then. What
 * it left running is left alone, is not waited for, and finds its output closed. One thread watches
 * everything by looking at what the pipes hold: a thread that reads a pipe waits as long as any
 * grandchild keeps it open, and nothing could wake it.
 */
public final class ProcessRunner implements CommandRunner {
    private static final Logger log = System.getLogger(ProcessRunner.class.getName());

    private static final String PATH =
            "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static final long SHORTEST_PAUSE = 1;
    private static final long LONGEST_PAUSE = 50;

    /** What is stopped may put things in order for so long. */
    private static final Duration GRACE = Duration.ofSeconds(3);

    private static final Path SYSTEMD = Path.of("/run/systemd/system");
    private static final Path SYSTEMD_RUN = Path.of("/usr/bin/systemd-run");

    private final Optional<Path> setsid;
    private final Optional<Path> scopes;
    private final Charset argumentCharset;
    private final Optional<Programs> programs;

    /** A runner that uses the machine's {@code setsid}, if there is one, to kill whole trees. */
    public ProcessRunner() {
        this(Optional.empty());
    }

    /** The same; what it has running is noted there for whoever comes after this process. */
    public ProcessRunner(Programs programs) {
        this(Optional.of(programs));
    }

    private ProcessRunner(Optional<Programs> programs) {
        this(
                Stream.of("/usr/bin/setsid", "/bin/setsid")
                        .map(Path::of)
                        .filter(Files::isExecutable)
                        .findFirst(),
                Optional.of(SYSTEMD_RUN)
                        .filter(_ -> Files.isDirectory(SYSTEMD))
                        .filter(Files::isExecutable),
                Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8")),
                programs);
    }

    /**
     * @param setsid starts a program as the leader of a new session; without it only processes
     *     whose parents live are found when it is time to kill them
     * @param scopes makes a scope of systemd's for what is to outlive this process's unit, if
     *     systemd rules here
     * @param argumentCharset how Java encodes arguments, which depends on the locale it started in
     */
    ProcessRunner(Optional<Path> setsid, Optional<Path> scopes, Charset argumentCharset) {
        this(setsid, scopes, argumentCharset, Optional.empty());
    }

    private ProcessRunner(
            Optional<Path> setsid,
            Optional<Path> scopes,
            Charset argumentCharset,
            Optional<Programs> programs) {
        this.setsid = setsid;
        this.scopes = scopes;
        this.argumentCharset = argumentCharset;
        this.programs = programs;
    }

    /**
     * Runs the program to its end, as the interface says.
     *
     * @throws UncheckedIOException if its output cannot be read; it is killed then
     */
    @Override
    public Result run(Command command, Hearer hearer) {
        if (Thread.currentThread().isInterrupted()) {
            return new Result(new Stopped(), "", "", 0, 0);
        }
        var deadline = System.nanoTime() + command.limit().toNanos();
        var problem = problem(command);
        if (problem.isPresent()) {
            return notStarted(problem.get());
        }
        Process process;
        try {
            process = builder(command).start();
        } catch (IOException | IllegalArgumentException e) {
            return notStarted(Escape.line(String.valueOf(e.getMessage())));
        }
        programs.ifPresent(noted -> noted.begun(process.pid()));
        feed(process, command.input());
        var tree = new ProcessTree(process.toHandle(), setsid.isPresent());
        try {
            return watch(process, tree, command.outputLimit(), hearer, deadline);
        } catch (IOException e) {
            tree.kill();
            throw new UncheckedIOException(
                    "cannot read the output of " + command.arguments().getFirst(), e);
        } finally {
            programs.ifPresent(noted -> noted.ended(process.pid()));
        }
    }

    /**
     * Without {@code setsid} there is no session of its own, and it runs as any other.
     *
     * @throws UncheckedIOException as above
     */
    @Override
    public Result run(Command command, Hearer hearer, Stay stay) {
        if (setsid.isEmpty() || Thread.currentThread().isInterrupted()) {
            return run(command, hearer);
        }
        var problem = problem(command);
        if (problem.isPresent()) {
            return notStarted(problem.get());
        }
        try {
            return Detached.start(setsid.get(), scopes, command, environment(command), stay)
                    .await(command.limit(), command.outputLimit(), hearer, stay.leaving());
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot start, or look after, " + command.arguments().getFirst(), e);
        }
    }

    /** What no program could be started with, seen before anything is. */
    private Optional<String> problem(Command command) {
        var program = command.arguments().getFirst();
        if (!program.startsWith("/")) {
            return Optional.of("not an absolute path: " + Escape.quoted(program));
        }
        var texts = new ArrayList<>(command.arguments());
        command.environment().forEach((name, value) -> texts.addAll(List.of(name, value)));
        for (var text : texts) {
            if (text.indexOf('\0') >= 0) {
                return Optional.of("no program can take a NUL: " + Escape.quoted(text));
            }
            if (!argumentCharset.newEncoder().canEncode(text)) {
                return Optional.of(
                        "cannot be passed on in "
                                + argumentCharset
                                + ": "
                                + Escape.quoted(text)
                                + "; start this process with LC_ALL=C.UTF-8");
            }
        }
        return executable(Path.of(program));
    }

    private static Optional<String> executable(Path program) {
        if (!Files.exists(program)) {
            return Optional.of("no such program: " + Escape.line(program.toString()));
        }
        return Files.isRegularFile(program) && Files.isExecutable(program)
                ? Optional.empty()
                : Optional.of("not an executable file: " + Escape.line(program.toString()));
    }

    private ProcessBuilder builder(Command command) {
        var arguments = new ArrayList<String>();
        setsid.ifPresent(path -> arguments.add(path.toString()));
        arguments.addAll(command.arguments());
        var builder = new ProcessBuilder(arguments).directory(new File("/"));
        builder.environment().clear();
        builder.environment().putAll(environment(command));
        return builder;
    }

    private static Map<String, String> environment(Command command) {
        var environment = new LinkedHashMap<String, String>();
        environment.put("PATH", PATH);
        environment.put("LANG", "C.UTF-8");
        environment.put("HOME", "/");
        environment.putAll(command.environment());
        return environment;
    }

    private Result watch(
            Process process, ProcessTree tree, int outputLimit, Hearer hearer, long deadline)
            throws IOException {
        var stdout = new Capture(process.getInputStream(), outputLimit, STDOUT, hearer);
        var stderr = new Capture(process.getErrorStream(), outputLimit, STDERR, hearer);
        // Java's reaper would read on after the program's end for as long as somebody writes,
        // and keep it all. It wants this lock first; when it gets it the pipes are closed.
        synchronized (process.getInputStream()) {
            try (var _ = process.getInputStream();
                    var _ = process.getErrorStream()) {
                var ending = end(process, tree, deadline, stdout, stderr);
                return result(ending, stdout, stderr);
            }
        }
    }

    private Ending end(
            Process process, ProcessTree tree, long deadline, Capture stdout, Capture stderr)
            throws IOException {
        try {
            if (exited(process, deadline, stdout, stderr)) {
                return new Exited(process.exitValue());
            }
            tree.kill();
            return new TimedOut();
        } catch (InterruptedException e) {
            tree.ask();
            hearOut(tree, stdout, stderr);
            tree.kill();
            Thread.currentThread().interrupt();
            return new Stopped();
        } finally {
            stdout.takeRest();
            stderr.takeRest();
        }
    }

    /** Drains both outputs until the program ends (true) or the deadline comes (false). */
    private static boolean exited(Process process, long deadline, Capture stdout, Capture stderr)
            throws IOException, InterruptedException {
        var pause = SHORTEST_PAUSE;
        while (System.nanoTime() - deadline < 0) {
            var news = stdout.take();
            news |= stderr.take();
            if (news) {
                pause = SHORTEST_PAUSE;
            } else if (process.waitFor(pause, TimeUnit.MILLISECONDS)) {
                return true;
            } else {
                pause = Math.min(2 * pause, LONGEST_PAUSE);
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
        return !process.isAlive();
    }

    /** Takes what it still writes; somebody in a hurry interrupts once more. */
    private static void hearOut(ProcessTree tree, Capture stdout, Capture stderr)
            throws IOException {
        var deadline = System.nanoTime() + GRACE.toNanos();
        try {
            while (tree.alive() && System.nanoTime() - deadline < 0) {
                var news = stdout.take();
                news |= stderr.take();
                if (!news) {
                    Thread.sleep(SHORTEST_PAUSE);
                }
            }
        } catch (InterruptedException _) {
            // It is killed now, and the caller's thread is interrupted already.
        }
    }

    /** On a thread of its own: the program may read late, or never. */
    private static void feed(Process process, Bytes input) {
        Thread.ofVirtual()
                .name("stdin of " + process.pid())
                .start(
                        () -> {
                            try (var stdin = process.getOutputStream()) {
                                stdin.write(input.view());
                            } catch (IOException e) {
                                log.log(Level.DEBUG, () -> process.pid() + " reads no input", e);
                            }
                        });
    }

    /** What came out, unless it is the word of {@code setsid} that nothing was started. */
    private Result result(Ending ending, Capture stdout, Capture stderr) {
        var complaint = stderr.text();
        if (setsid.isPresent()
                && ending instanceof Exited(int status)
                && (status == 126 || status == 127)
                && complaint.startsWith("setsid: failed to execute ")) {
            return notStarted(Escape.line(complaint.strip()));
        }
        return new Result(ending, stdout.text(), complaint, stdout.bytes(), stderr.bytes());
    }

    private static Result notStarted(String problem) {
        return new Result(new NotStarted(problem), "", "", 0, 0);
    }
}
