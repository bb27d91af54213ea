package io.muster.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.message.Bytes;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

class AtomicFileTest {
    @TempDir Path directory;

    @Test
    void fileIsCreatedAndReplacedWithItsMode() throws IOException {
        var file = directory.resolve("hosts");

        AtomicFile.replace(file, Bytes.utf8("one"));
        assertThat(mode(file)).isEqualTo("rw-------");
        AtomicFile.replace(file, Bytes.utf8("two"), "rw-rw-r--");

        assertThat(file).hasContent("two");
        assertThat(mode(file)).isEqualTo("rw-rw-r--");
        assertNothingElseIsLeft("hosts");
    }

    @Test
    void linkIsReplacedAndItsTargetLeftAlone() throws IOException {
        var target = Files.writeString(directory.resolve("target"), "precious");
        var link = Files.createSymbolicLink(directory.resolve("link"), target);

        AtomicFile.replace(link, Bytes.utf8("new"));

        assertThat(target).hasContent("precious");
        assertThat(link).isRegularFile().hasContent("new");
        assertThat(Files.isSymbolicLink(link)).isFalse();
    }

    @Test
    void whatCannotBeReplacedStaysAndNothingIsLeftBehind() throws IOException {
        var occupied = Files.createDirectory(directory.resolve("occupied"));
        Files.createFile(occupied.resolve("inside"));

        assertThatThrownBy(() -> AtomicFile.replace(occupied, Bytes.utf8("x")))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> AtomicFile.replace(directory.resolve("no/file"), Bytes.utf8("x")))
                .isInstanceOf(IOException.class);

        assertNothingElseIsLeft("occupied");
    }

    @Test
    void interruptNeitherStopsItNorGetsLost() throws IOException {
        var file = directory.resolve("file");
        Thread.currentThread().interrupt();

        AtomicFile.replace(file, Bytes.utf8("content"));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(file).hasContent("content");
    }

    private void assertNothingElseIsLeft(String name) throws IOException {
        try (var files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactly(name);
        }
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
