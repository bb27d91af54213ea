package io.muster.attacks.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.message.Bytes;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * Searches, guided by which code the bytes reach, for bytes at which a reader behaves as none may.
 * A few seconds for each here; {@code build/fuzz} searches for longer, and keeps what led to new
 * places.
 */
class FuzzIT {
    private static final int SECONDS = Integer.getInteger("muster.fuzz.seconds", 2);
    private static final boolean KEEP = Boolean.getBoolean("muster.fuzz.keep");
    private static final int STARTING = 240;

    @ParameterizedTest
    @EnumSource
    void nothingBadIsFound(Reader reader) throws Exception {
        var directory = Path.of("target/fuzz", reader.word()).toAbsolutePath();
        var corpus = Files.createDirectories(directory.resolve("corpus"));
        for (var seed : new Seeds().of(reader)) {
            write(corpus, seed);
        }
        for (var kept : Seeds.kept(reader)) {
            write(corpus, kept);
        }
        var log = directory.resolve("log").toFile();
        var process =
                new ProcessBuilder(command(reader, corpus))
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log)
                        .start();
        try {
            assertThat(process.waitFor(2L * SECONDS + STARTING, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).as(() -> "see " + log).isZero();
        assertThat(Files.readString(log.toPath())).contains("Done ");
        if (KEEP) {
            keep(reader, corpus);
        }
    }

    private static List<String> command(Reader reader, Path corpus) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx400m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + FuzzedReader.class.getName(),
                "--target_args=" + reader.word(),
                "--instrumentation_includes=io.muster.**",
                "--custom_hook_includes=io.muster.**",
                "-max_total_time=" + SECONDS,
                "-max_len=8192",
                "-timeout=10",
                "-rss_limit_mb=0",
                corpus.toString());
    }

    private static void write(Path corpus, Bytes bytes) throws IOException {
        Files.write(corpus.resolve(bytes.sha256().hex()), bytes.toArray());
    }

    private static void keep(Reader reader, Path corpus) throws IOException {
        var lines = new TreeSet<String>();
        try (var files = Files.list(corpus)) {
            for (var file : files.toList()) {
                lines.add(Bytes.wrap(Files.readAllBytes(file)).base64());
            }
        }
        Files.createDirectories(Seeds.file(reader).getParent());
        Files.write(Seeds.file(reader), lines);
    }
}
