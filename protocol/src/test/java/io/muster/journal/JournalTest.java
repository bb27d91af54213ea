package io.muster.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.message.Bytes;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

class JournalTest {
    @TempDir Path directory;

    private Path file;

    @BeforeEach
    void file() {
        file = directory.resolve("requests.journal");
    }

    private static List<Bytes> records(Path file) {
        var records = new ArrayList<Bytes>();
        Journal.open(file, records::add).close();
        return records;
    }

    private Journal open() {
        return Journal.open(file, _ -> {});
    }

    @Test
    void recordsComeBackInOrder() {
        try (var journal = open()) {
            journal.append(Bytes.utf8("one"));
            journal.appendForced(Bytes.utf8("two"));
            journal.append(Bytes.utf8("one"));
            journal.force();
        }

        assertThat(records(file))
                .containsExactly(Bytes.utf8("one"), Bytes.utf8("two"), Bytes.utf8("one"));
    }

    @Test
    void appendingGoesOnWhereItEnded() {
        for (var text : List.of("one", "two", "three")) {
            try (var journal = open()) {
                assertThat(journal.recovered()).isEmpty();
                journal.append(Bytes.utf8(text));
            }
        }

        assertThat(records(file)).hasSize(3).last().isEqualTo(Bytes.utf8("three"));
    }

    @Test
    void onlyTheOwnerReadsIt() throws IOException {
        open().close();

        assertThat(Files.getPosixFilePermissions(file))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void recordsHaveBetweenOneByteAndTheLimit() {
        try (var journal = open()) {
            journal.append(Bytes.wrap(new byte[Journal.MAX_RECORD]));
            assertThatThrownBy(() -> journal.append(Bytes.utf8("")))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> journal.append(Bytes.wrap(new byte[Journal.MAX_RECORD + 1])))
                    .isInstanceOf(IllegalArgumentException.class);
            journal.append(Bytes.utf8("x"));
        }

        assertThat(records(file)).hasSize(2);
    }

    @Test
    void secondOpenerIsTurnedAwayAndTheFirstGoesOn() {
        try (var journal = open()) {
            assertThatThrownBy(this::open)
                    .isInstanceOf(JournalException.class)
                    .hasMessage(file + ": already open in this process");
            journal.append(Bytes.utf8("x"));
        }

        assertThat(records(file)).hasSize(1);
    }

    @Test
    void closingTwiceDoesNotTakeItFromTheNextOpener() {
        var first = open();
        first.close();
        try (var second = open()) {
            first.close();
            assertThatThrownBy(this::open).hasMessageContaining("already open");
            assertThatThrownBy(() -> first.append(Bytes.utf8("x"))).hasMessageContaining("closed");
            second.append(Bytes.utf8("x"));
        }
    }

    @Test
    void interruptedThreadsWriteToo() {
        try (var journal = open()) {
            Thread.currentThread().interrupt();
            journal.appendForced(Bytes.utf8("one"));
            journal.rewrite(List.of(Bytes.utf8("zero"), Bytes.utf8("one")));
            journal.appendForced(Bytes.utf8("two"));
            assertThat(Thread.interrupted()).isTrue();
        }

        assertThat(records(file))
                .containsExactly(Bytes.utf8("zero"), Bytes.utf8("one"), Bytes.utf8("two"));
    }

    @Test
    void threadsDoNotMixTheirRecords() throws InterruptedException {
        try (var journal = open()) {
            var threads =
                    IntStream.range(0, 8)
                            .mapToObj(n -> Bytes.utf8(String.valueOf(n).repeat(1000)))
                            .map(
                                    record ->
                                            Thread.ofVirtual()
                                                    .start(
                                                            () -> {
                                                                for (int i = 0; i < 50; i++) {
                                                                    journal.append(record);
                                                                }
                                                            }))
                            .toList();
            for (var thread : threads) {
                thread.join();
            }
        }

        assertThat(records(file))
                .hasSize(400)
                .allSatisfy(record -> assertThat(record.length()).isEqualTo(1000));
    }

    @Test
    void rewritingLeavesTheGivenRecordsAndGoesOn() throws IOException {
        try (var journal = open()) {
            IntStream.range(0, 100).forEach(n -> journal.append(Bytes.utf8("old " + n)));
            var before = journal.size();
            journal.rewrite(List.of(Bytes.utf8("kept")));
            assertThat(journal.size()).isLessThan(before).isEqualTo(Files.size(file));
            journal.append(Bytes.utf8("new"));
            assertThat(journal.size()).isEqualTo(Files.size(file));
            assertThatThrownBy(this::open).hasMessageContaining("already open");
        }

        assertThat(records(file)).containsExactly(Bytes.utf8("kept"), Bytes.utf8("new"));
        assertThat(Files.getPosixFilePermissions(file))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        try (var left = Files.list(directory)) {
            assertThat(left.map(p -> p.getFileName().toString()))
                    .containsExactlyInAnyOrder("requests.journal", "requests.journal.lock");
        }
    }

    @Test
    void otherFilesAreNotTakenForJournals() throws IOException {
        Files.writeString(file, "");
        assertThatThrownBy(this::open).hasMessageStartingWith(file + ": not a journal");
        Files.writeString(file, "{\"a\": 1, \"b\": 2}");
        assertThatThrownBy(this::open).hasMessageStartingWith(file + ": not a journal");
        assertThat(file).hasContent("{\"a\": 1, \"b\": 2}");
        Files.write(file, "mustrjn\2".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        assertThatThrownBy(this::open)
                .hasMessageStartingWith(file + ": a journal of version 2, and this program");
        assertThatThrownBy(() -> Journal.open(directory.resolve("no/no"), _ -> {}))
                .isInstanceOf(JournalException.class);
    }
}
