package io.muster.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The story, told by the distribution with all its processes. */
class DemoIT {
    private static final String LAUNCHER =
            Path.of("target/muster/bin/muster").toAbsolutePath().toString();
    private static final Duration LIMIT = Duration.ofMinutes(3);

    @TempDir private Path temporary;

    /** In the foreground as far as signals go, whatever started this test. */
    private Process demo(Path output) throws IOException {
        var builder = new ProcessBuilder("env", "--default-signal=INT", LAUNCHER, "demo");
        builder.environment().put("MUSTER_JAVA_OPTS", "-Djava.io.tmpdir=" + temporary);
        return builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    }

    private static int ended(Process process) throws InterruptedException {
        if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            process.destroy();
            throw new AssertionError("it does not end");
        }
        return process.exitValue();
    }

    private List<String> left() throws IOException {
        try (var files = Files.list(temporary)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("muster-demo-"))
                    .toList();
        }
    }

    /** The command lines of processes that have to do with the directory. */
    private List<String> running() throws IOException {
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes
                    .map(process -> process.resolve("cmdline"))
                    .filter(Files::isReadable)
                    .map(DemoIT::words)
                    .filter(words -> words.contains(temporary + "/muster-demo-"))
                    .toList();
        }
    }

    private static String words(Path commandLine) {
        try {
            return new String(Files.readAllBytes(commandLine), StandardCharsets.UTF_8)
                    .replace('\0', ' ');
        } catch (IOException e) {
            return "";
        }
    }

    @Test
    void tellsTheStoryThatTheReadmeShowsAndLeavesNothing(@TempDir Path work) throws Exception {
        var output = work.resolve("out");
        var status = ended(demo(output));
        var told = Files.readString(output);
        assertThat(status).as(told).isZero();
        assertThat(told).contains("Nobody rebooted.").contains("All as it should be");
        assertThat(left()).isEmpty();
        assertThat(running()).isEmpty();
        Tour.of(Path.of("../README.md")).assertThatItIsToldIn(told);
    }

    @Test
    void stoppedInTheMiddleItLeavesNothingEither(@TempDir Path work) throws Exception {
        var output = work.resolve("out");
        var demo = demo(output);
        await().atMost(LIMIT)
                .until(() -> Files.readString(output).contains("$ muster ping") || !demo.isAlive());
        assertThat(running()).as(Files.readString(output)).hasSizeGreaterThanOrEqualTo(6);
        new ProcessBuilder("kill", "-INT", Long.toString(demo.pid())).start().waitFor();
        assertThat(ended(demo)).isEqualTo(130);
        await().atMost(Duration.ofSeconds(10)).until(() -> running().isEmpty());
        assertThat(left()).isEmpty();
        assertThat(Files.readString(output)).doesNotContain("Exception");
    }
}
