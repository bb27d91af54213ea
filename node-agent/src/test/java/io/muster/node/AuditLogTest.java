package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.message.Value;
import io.muster.node.AuditLog.Kind;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.Map;

class AuditLogTest {
    @TempDir private Path directory;

    private Path file() {
        return directory.resolve("audit.jsonl");
    }

    private AuditLog log() {
        return new AuditLog(file(), InstantSource.system());
    }

    private static void write(AuditLog log, String event, boolean durable) throws IOException {
        log.write(Kind.AGENT, Map.of("event", Value.of(event)), durable);
    }

    @Test
    void anInterruptedThreadWritesAndSoDoesTheNext() throws IOException {
        try (var log = log()) {
            write(log, "one", true);
            Thread.currentThread().interrupt();
            write(log, "two", true);
            assertThat(Thread.interrupted()).isTrue();
            write(log, "three", true);
        }
        assertThat(Files.readAllLines(file())).hasSize(3).last().asString().contains("three");
    }

    @Test
    void itIsForItsOwnersEyesAlone() throws IOException {
        try (var log = log()) {
            write(log, "one", false);
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
    }

    @Test
    void afterALineThatWasCutOffANewOneBegins() throws IOException {
        Files.writeString(file(), "{\"event\":\"be");
        try (var log = log()) {
            write(log, "one", false);
        }
        assertThat(Files.readAllLines(file())).hasSize(2).last().asString().startsWith("{");
    }

    @Test
    void aLinkIsNotFollowed() throws IOException {
        var elsewhere = Files.createFile(directory.resolve("elsewhere"));
        Files.createSymbolicLink(file(), elsewhere);
        try (var log = log()) {
            assertThatThrownBy(() -> write(log, "one", false)).isInstanceOf(IOException.class);
        }
        assertThat(elsewhere).isEmptyFile();
    }

    @Test
    void whatIsClosedTakesNothing() throws IOException {
        var log = log();
        write(log, "one", false);
        log.close();
        assertThatThrownBy(() -> write(log, "two", false)).hasMessageContaining("closed");
    }
}
