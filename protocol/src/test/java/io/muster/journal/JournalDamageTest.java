package io.muster.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.message.Bytes;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

class JournalDamageTest {
    private static final List<Bytes> RECORDS =
            List.of(
                    Bytes.utf8("a"),
                    Bytes.utf8("{\"state\":\"started\"}"),
                    Bytes.wrap(new byte[40]),
                    Bytes.utf8("{\"state\":\"finished\"}"));

    private static byte[] journal(Path directory) throws IOException {
        var file = directory.resolve("whole");
        try (var journal = Journal.open(file, _ -> {}, new FaultyDisk())) {
            RECORDS.forEach(journal::append);
        }
        return Files.readAllBytes(file);
    }

    @Test
    void cutAnywhereLeavesTheRecordsBeforeTheCut(@TempDir Path directory) throws IOException {
        var whole = journal(directory);
        for (int length = 8; length <= whole.length; length++) {
            var file = Files.write(directory.resolve("cut" + length), head(whole, length));
            var records = new ArrayList<Bytes>();

            try (var journal = Journal.open(file, records::add, new FaultyDisk())) {
                assertThat(records).isEqualTo(RECORDS.subList(0, records.size()));
                var lost = length - journal.size();
                assertThat(journal.recovered().map(TornTail::bytes).orElse(0L)).isEqualTo(lost);
                assertThat(Files.size(file)).isEqualTo(journal.size());
                journal.append(Bytes.utf8("next"));
            }

            records.add(Bytes.utf8("next"));
            assertThat(read(file)).isEqualTo(records);
        }
    }

    @Test
    void cutInTheHeaderIsRefused(@TempDir Path directory) throws IOException {
        var whole = journal(directory);
        for (int length = 0; length < 8; length++) {
            var file = Files.write(directory.resolve("cut" + length), head(whole, length));

            assertThatThrownBy(() -> read(file)).isInstanceOf(JournalException.class);
        }
    }

    @Test
    void anyFlippedBitIsRefusedOrReported(@TempDir Path directory) throws IOException {
        var whole = journal(directory);
        var last = whole.length - 8 - RECORDS.getLast().length();
        for (int bit = 0; bit < whole.length * 8; bit++) {
            var damaged = whole.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            var file = Files.write(directory.resolve("flipped"), damaged);
            if (bit / 8 < last) {
                assertThatThrownBy(() -> read(file)).isInstanceOf(JournalException.class);
                assertThat(file).hasBinaryContent(damaged);
            } else {
                var records = new ArrayList<Bytes>();
                try (var journal = Journal.open(file, records::add, new FaultyDisk())) {
                    assertThat(journal.recovered().map(TornTail::offset)).contains((long) last);
                }
                assertThat(records).isEqualTo(RECORDS.subList(0, 3));
            }
        }
    }

    @Test
    void damageInTheMiddleIsRefusedWithPlaceAndWayOut(@TempDir Path directory) throws IOException {
        var damaged = journal(directory);
        damaged[8 + 8 + 1 + 8] ^= 1;
        var file = Files.write(directory.resolve("damaged"), damaged);

        assertThatThrownBy(() -> read(file))
                .hasMessageStartingWith(file + ": damaged at byte 17, and good again at byte ")
                .hasMessageContaining("Restore the file from a backup, or move it away");
    }

    @Test
    void goodRecordFarBehindTheDamageIsFound(@TempDir Path directory) throws IOException {
        var file = directory.resolve("large");
        try (var journal = Journal.open(file, _ -> {}, new FaultyDisk())) {
            journal.append(Bytes.utf8("first"));
            for (int i = 0; i < 9; i++) {
                journal.append(Bytes.wrap(new byte[Journal.MAX_RECORD]));
            }
            journal.append(Bytes.utf8("last"));
        }
        var bytes = Files.readAllBytes(file);
        Arrays.fill(bytes, 8, bytes.length - 12, (byte) 0);
        Files.write(file, bytes);

        assertThatThrownBy(() -> read(file))
                .hasMessageContaining(
                        "damaged at byte 8, and good again at byte " + (bytes.length - 12));
    }

    @Test
    void tailOfZerosIsATornTail(@TempDir Path directory) throws IOException {
        journal(directory);
        var file = directory.resolve("whole");
        Files.write(file, new byte[100_000], StandardOpenOption.APPEND);

        assertThat(read(file)).isEqualTo(RECORDS);
    }

    private Path scratch = Path.of("/");

    @BeforeProperty
    void scratch() throws IOException {
        scratch = Files.createTempDirectory("journal");
    }

    @AfterProperty
    void clean() throws IOException {
        try (var files = Files.list(scratch)) {
            for (var file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(scratch);
    }

    @Property(tries = 300)
    void garbageAfterTheEndNeverBecomesARecord(@ForAll @Size(max = 200) byte[] garbage)
            throws IOException {
        var file = scratch.resolve("garbage");
        Files.deleteIfExists(file);
        try (var journal = Journal.open(file, _ -> {}, new FaultyDisk())) {
            RECORDS.forEach(journal::append);
        }
        Files.write(file, garbage, StandardOpenOption.APPEND);

        assertThat(read(file)).isEqualTo(RECORDS);
    }

    @Property(tries = 300)
    void anyRecordsComeBack(@ForAll @Size(max = 20) List<@Size(min = 1, max = 300) byte[]> contents)
            throws IOException {
        var file = scratch.resolve("any");
        Files.deleteIfExists(file);
        var records = contents.stream().map(Bytes::wrap).toList();
        try (var journal = Journal.open(file, _ -> {}, new FaultyDisk())) {
            records.forEach(journal::append);
        }

        assertThat(read(file)).isEqualTo(records);
    }

    private static List<Bytes> read(Path file) {
        var records = new ArrayList<Bytes>();
        Journal.open(file, records::add, new FaultyDisk()).close();
        return records;
    }

    private static byte[] head(byte[] whole, int length) {
        return Arrays.copyOf(whole, length);
    }
}
