package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

class SignalsTest {
    @TempDir private Path directory;
    private Process process;

    /** A daemon that takes long to stop in good order. */
    static final class Slow {
        private Slow() {}

        public static void main(String[] args) throws InterruptedException, IOException {
            var never = new CountDownLatch(1);
            Signals.listen(
                    status -> System.exit(status), status -> Runtime.getRuntime().halt(status));
            var stopping = Path.of(args[0], "stopping");
            Runtime.getRuntime()
                    .addShutdownHook(
                            new Thread(
                                    () -> {
                                        try {
                                            Files.writeString(stopping, "");
                                            never.await();
                                        } catch (IOException | InterruptedException e) {
                                            throw new IllegalStateException(e);
                                        }
                                    }));
            Files.writeString(Path.of(args[0], "ready"), "");
            never.await();
        }
    }

    @BeforeEach
    void start() throws IOException {
        process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Slow.class.getName(),
                                directory.toString())
                        .start();
        there("ready");
    }

    @AfterEach
    void kill() {
        process.destroyForcibly();
    }

    private void there(String file) {
        await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(directory.resolve(file)));
    }

    @Test
    void theFirstStopsInGoodOrderAndTheSecondAtOnce() throws InterruptedException {
        process.destroy();
        there("stopping");
        assertThat(process.isAlive()).isTrue();
        process.destroy();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(143);
    }
}
