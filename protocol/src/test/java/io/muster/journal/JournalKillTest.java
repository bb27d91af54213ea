package io.muster.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.muster.exec.Command;
import io.muster.exec.ProcessRunner;
import io.muster.exec.Result;
import io.muster.exec.Result.Ending.Stopped;
import io.muster.message.Bytes;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

class JournalKillTest {

    @Test
    void killedWriterLosesNothingItWasPromisedAndGivesTheLockBack(@TempDir Path directory)
            throws Exception {
        var file = directory.resolve("journal");
        var promised = directory.resolve("promised");
        var end = new CompletableFuture<Result>();
        var writer =
                Thread.ofVirtual()
                        .start(
                                () ->
                                        end.complete(
                                                new ProcessRunner().run(writing(file, promised))));
        await().atMost(Duration.ofSeconds(60))
                .until(() -> end.isDone() || (Files.exists(promised) && Files.size(promised) > 20));
        assertThat(end).as(() -> "the writer: " + end.getNow(null)).isNotDone();
        assertThatThrownBy(() -> Journal.open(file, _ -> {}))
                .hasMessageContaining("in use by another process");

        writer.interrupt();

        assertThat(end.get(20, TimeUnit.SECONDS).ending()).isEqualTo(new Stopped());
        var records = new ArrayList<Bytes>();
        Journal.open(file, records::add).close();
        assertThat((long) records.size()).isGreaterThanOrEqualTo(Files.size(promised));
        for (int n = 0; n < records.size(); n++) {
            assertThat(records.get(n)).isEqualTo(Bytes.utf8("record " + n));
        }
    }

    private static Command writing(Path file, Path promised) {
        return Command.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-cp",
                place(Journal.class) + ":" + place(JournalWriter.class),
                JournalWriter.class.getName(),
                file.toString(),
                promised.toString());
    }

    private static Path place(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }
}
