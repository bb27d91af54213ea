package io.muster.attacks.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.message.Bytes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One search of Jazzer's, in a process and a directory of its own. */
final class Search {
    /** Starting, and finishing what is under way. */
    private static final int MARGIN = 240;

    private final String word;
    private final Path directory;
    private final Path corpus;

    /**
     * Prepares it.
     *
     * @param word of the reader, or {@link FuzzedReader#ALL}
     */
    Search(String word) throws IOException {
        this.word = word;
        this.directory = Path.of("target/fuzz", word).toAbsolutePath();
        this.corpus = Files.createDirectories(directory.resolve("corpus"));
    }

    /** Where what led to new code is kept, one file for each. */
    Path corpus() {
        return corpus;
    }

    void seed(Bytes bytes) throws IOException {
        Files.write(corpus.resolve(bytes.sha256().hex()), bytes.toArray());
    }

    /** Searches for so long; fails if it finds something. */
    void run(int seconds) throws IOException, InterruptedException {
        var log = directory.resolve("log").toFile();
        var process =
                new ProcessBuilder(command(seconds))
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log)
                        .start();
        try {
            assertThat(process.waitFor(2L * seconds + MARGIN, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).as(() -> "see " + log).isZero();
        assertThat(Files.readString(log.toPath())).contains("Done ");
    }

    private List<String> command(int seconds) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx400m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + FuzzedReader.class.getName(),
                "--target_args=" + word,
                "--instrumentation_includes=io.muster.**",
                "--custom_hook_includes=io.muster.**",
                "-max_total_time=" + seconds,
                "-max_len=8192",
                "-timeout=10",
                "-rss_limit_mb=0",
                corpus.toString());
    }
}
