package io.muster.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.message.Bytes;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

class JournalFaultTest {
    @TempDir Path directory;

    private final FaultyDisk disk = new FaultyDisk();
    private Path file;

    @BeforeEach
    void file() {
        file = directory.resolve("journal");
    }

    private Journal open() {
        return Journal.open(file, _ -> {}, disk);
    }

    private List<Bytes> records() {
        var records = new ArrayList<Bytes>();
        Journal.open(file, records::add, disk).close();
        return records;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 8, 9, 13})
    void fullDiskCostsOneRecordAndNoMore(int room) {
        try (var journal = open()) {
            journal.append(Bytes.utf8("before"));
            disk.room(room);
            assertThatThrownBy(() -> journal.append(Bytes.utf8("too much")))
                    .isInstanceOf(JournalException.class)
                    .hasMessage(file + ": record not taken: No space left on device");
            disk.room(1000);
            journal.appendForced(Bytes.utf8("after"));
        }

        assertThat(records()).containsExactly(Bytes.utf8("before"), Bytes.utf8("after"));
    }

    @Test
    void halfARecordThatCannotBeRemovedEndsTheJournalUntilItIsOpenedAgain() {
        try (var journal = open()) {
            journal.append(Bytes.utf8("before"));
            disk.room(9);
            disk.truncates(false);
            assertThatThrownBy(() -> journal.append(Bytes.utf8("too much")))
                    .hasMessageContaining("not taken");
            disk.room(1000);
            assertThatThrownBy(() -> journal.append(Bytes.utf8("after")))
                    .hasMessageStartingWith(file + ": takes nothing until it is opened again: ")
                    .hasMessageContaining("half a record");
        }
        disk.truncates(true);

        try (var journal = open()) {
            assertThat(journal.recovered()).isPresent();
            journal.append(Bytes.utf8("after"));
        }
        assertThat(records()).containsExactly(Bytes.utf8("before"), Bytes.utf8("after"));
    }

    @Test
    void afterAFailedForceNothingIsTakenUntilItIsOpenedAgain() {
        try (var journal = open()) {
            disk.forces(false);
            assertThatThrownBy(() -> journal.appendForced(Bytes.utf8("unsure")))
                    .isInstanceOf(JournalException.class)
                    .hasMessageContaining("forcing it to the disk failed (Input/output error)");
            disk.forces(true);
            assertThatThrownBy(() -> journal.append(Bytes.utf8("x")))
                    .hasMessageContaining("takes nothing until it is opened again");
            assertThatThrownBy(journal::force).isInstanceOf(JournalException.class);
            assertThatThrownBy(() -> journal.rewrite(List.of()))
                    .isInstanceOf(JournalException.class);
        }

        try (var journal = open()) {
            journal.appendForced(Bytes.utf8("sure"));
        }
        assertThat(records()).last().isEqualTo(Bytes.utf8("sure"));
    }

    @Test
    void rewritingOntoAFullDiskLeavesTheOldRecords() throws IOException {
        try (var journal = open()) {
            journal.append(Bytes.utf8("old"));
            disk.room(10);
            assertThatThrownBy(() -> journal.rewrite(List.of(Bytes.utf8("new"))))
                    .hasMessage(file + ": not rewritten: No space left on device");
            disk.room(1000);
            journal.append(Bytes.utf8("more"));
        }

        assertThat(records()).containsExactly(Bytes.utf8("old"), Bytes.utf8("more"));
        try (var left = Files.list(directory)) {
            assertThat(left).hasSize(2);
        }
    }

    @Test
    void rewritingThatMayNotLastEndsTheJournalUntilItIsOpenedAgain() {
        try (var journal = open()) {
            journal.append(Bytes.utf8("old"));
            disk.renames(false);
            assertThatThrownBy(() -> journal.rewrite(List.of(Bytes.utf8("new"))))
                    .hasMessageContaining("takes nothing until it is opened again");
            assertThatThrownBy(() -> journal.append(Bytes.utf8("x")))
                    .isInstanceOf(JournalException.class);
        }

        assertThat(records()).containsExactly(Bytes.utf8("new"));
    }

    @Test
    void leftoversOfACrashWhileRewritingAreNoHindrance() throws IOException {
        open().close();
        Files.writeString(directory.resolve(".journal.new"), "half");
        try (var journal = open()) {
            journal.rewrite(List.of(Bytes.utf8("new")));
        }

        assertThat(records()).containsExactly(Bytes.utf8("new"));
        assertThat(directory.resolve(".journal.new")).doesNotExist();
    }

    /** What was forced is there, what is there was appended, in order and without a gap. */
    @Test
    void lossOfPowerCostsOnlyWhatWasNotForced() throws IOException {
        for (long seed = 0; seed < 300; seed++) {
            file = directory.resolve("journal" + seed);
            var random = new Random(seed);
            var appended = new ArrayList<Bytes>();
            for (int boot = 0; boot < 3; boot++) {
                var sure = appended.size();
                try (var journal = open()) {
                    for (int i = random.nextInt(6); i > 0; i--) {
                        var record = new byte[1 + random.nextInt(30)];
                        random.nextBytes(record);
                        appended.add(Bytes.wrap(record));
                        if (random.nextInt(3) == 0) {
                            journal.appendForced(appended.getLast());
                            sure = appended.size();
                        } else {
                            journal.append(appended.getLast());
                        }
                    }
                }
                disk.crash(file, random);
                var found = records();
                assertThat(found).as("seed %d", seed).hasSizeGreaterThanOrEqualTo(sure);
                assertThat(found).as("seed %d", seed).isEqualTo(appended.subList(0, found.size()));
                appended = new ArrayList<>(found);
            }
        }
    }
}
