package io.muster.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Processes of the distribution, each with a file for what it says; whatever still runs is ended.
 */
final class Programs implements AutoCloseable {
    private static final Path PRODUCT = Path.of("target/muster").toAbsolutePath();

    static final String LAUNCHER = PRODUCT.resolve("bin/muster").toString();

    private static final Duration LIMIT = Duration.ofMinutes(1);

    /** Whoever runs the tests in the background ignores Ctrl-C, and so would what they start. */
    private static final List<String> DEFAULT_SIGNALS = List.of("env", "--default-signal");

    private final Path home;
    private final Map<String, String> environment;
    private final List<Process> started = new ArrayList<>();

    /**
     * @param home where their logs go
     * @param environment what all of them find in theirs
     */
    Programs(Path home, Map<String, String> environment) {
        this.home = home;
        this.environment = Map.copyOf(environment);
    }

    /** A program that was started, and where its output goes. */
    record Running(Process process, Path log) {
        String said() throws IOException {
            return Files.readString(log);
        }

        /** Ends it as a power cut would. */
        void kill() throws InterruptedException {
            process.destroyForcibly().waitFor();
        }

        /** Sends it that signal, such as {@code INT}. */
        void signal(String name) throws IOException, InterruptedException {
            var sent = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
            assertThat(sent.waitFor()).as(name).isZero();
        }

        /** Types a line for it. */
        void tell(String line) throws IOException {
            var in = process.getOutputStream();
            in.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            in.flush();
        }
    }

    /** Starts the program with these words. */
    Running start(String words) throws IOException {
        return start(List.of(), words, Map.of());
    }

    /**
     * The same by another program, and with more in its environment.
     *
     * @param before the words of that other program
     */
    Running start(List<String> before, String words, Map<String, String> more) throws IOException {
        var command = new ArrayList<>(before);
        command.add(LAUNCHER);
        command.addAll(List.of(words.split(" ")));
        return start(command, more, ProcessBuilder.Redirect.PIPE);
    }

    /**
     * Starts a program of the tests' own, with the jars of the node agent first: they have an
     * archive of their classes.
     */
    Running java(Class<?> program, String words) throws IOException {
        var lib = PRODUCT.resolve("lib");
        var path = new ArrayList<String>();
        for (var jar : Files.readAllLines(lib.resolve("agent.classpath"))) {
            path.add(lib.resolve(jar).toString());
        }
        path.add(System.getProperty("java.class.path"));
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-XX:SharedArchiveFile=" + lib.resolve("agent.jsa"),
                        "-Xlog:disable",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        String.join(":", path),
                        program.getName()));
        command.addAll(List.of(words.split(" ")));
        return start(command, Map.of(), ProcessBuilder.Redirect.PIPE);
    }

    /** Starts a shell that does that. */
    Running script(String text) throws IOException {
        return start(List.of("bash", "-c", text), Map.of(), ProcessBuilder.Redirect.PIPE);
    }

    /** Starts a shell that a person types these lines into, and that remembers them. */
    Running shell(String lines) throws IOException {
        var typed = Files.writeString(home.resolve("typed." + started.size()), lines);
        return start(
                List.of("bash", "--noprofile", "--norc", "-i"),
                Map.of(),
                ProcessBuilder.Redirect.from(typed.toFile()));
    }

    private Running start(
            List<String> command, Map<String, String> more, ProcessBuilder.Redirect input)
            throws IOException {
        var log = home.resolve("log." + (started.size() + 1));
        var words = new ArrayList<>(DEFAULT_SIGNALS);
        words.addAll(command);
        var builder = new ProcessBuilder(words).redirectErrorStream(true).redirectInput(input);
        builder.environment().putAll(environment);
        builder.environment().putAll(more);
        var process = builder.redirectOutput(log.toFile()).start();
        started.add(process);
        return new Running(process, log);
    }

    /** Waits until that program says so. */
    void says(Running running, String text) {
        await().atMost(LIMIT)
                .until(() -> running.said().contains(text) || !running.process().isAlive());
        assertThat(running.log()).content().contains(text);
    }

    /** Waits for the end of a program; its status. */
    int status(Running running) throws IOException, InterruptedException {
        assertThat(running.process().waitFor(5, TimeUnit.MINUTES)).as(running.said()).isTrue();
        return running.process().exitValue();
    }

    /** Waits for the end of a program that does what it was started for. */
    void ended(Running running) throws IOException, InterruptedException {
        assertThat(status(running)).as(running.said()).isZero();
    }

    @Override
    public void close() {
        started.forEach(process -> process.destroyForcibly().onExit().join());
    }
}
