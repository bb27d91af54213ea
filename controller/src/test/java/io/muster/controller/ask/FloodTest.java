package io.muster.controller.ask;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.message.Json;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;

/** Answers larger and more than the memory bears. */
class FloodTest {
    @TempDir private Path directory;

    @Test
    void theControllerStaysWithinItsMemoryAndLosesNothing()
            throws IOException, InterruptedException {
        var said = directory.resolve("said");
        var java = ProcessHandle.current().info().command().orElseThrow();
        var program =
                new ProcessBuilder(
                                java,
                                "-Xmx128m",
                                "-XX:+UseSerialGC",
                                "-Djava.io.tmpdir=" + directory,
                                "-cp",
                                System.getProperty("java.class.path"),
                                Flood.class.getName())
                        .redirectErrorStream(true)
                        .redirectOutput(said.toFile())
                        .start();
        assertThat(program.waitFor(3, TimeUnit.MINUTES)).isTrue();
        var text = Files.readString(said, StandardCharsets.UTF_8);
        assertThat(program.exitValue()).as(text).isZero();
        assertThat(text).contains("kept " + Flood.NODES, "TOO_MUCH", "what does not fit is in");
        try (var files = Files.list(directory)) {
            var spilled = files.filter(f -> f.toString().endsWith(".jsonl")).toList();
            assertThat(spilled).hasSize(1);
            assertThat(Files.getPosixFilePermissions(spilled.getFirst()))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
            try (var lines = Files.lines(spilled.getFirst())) {
                var nodes = lines.map(Json::readLocal).map(line -> line.member("id")).distinct();
                assertThat(nodes.count()).isGreaterThan(Flood.NODES / 2);
            }
        }
    }
}
