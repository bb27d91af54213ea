package io.muster.journal;

import io.muster.message.Bytes;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * The form of a journal, and the reading of one.
 *
 * <p>Eight bytes say what it is and in which version. Then, for each record: its length (four
 * bytes, big-endian, at least 1), the CRC-32C of those four bytes and the content (four bytes), the
 * content.
 *
 * <p>A crash leaves a last record that is not whole: that is a torn tail. Bytes that are no record
 * but have a good record after them cannot come from a crash.
 */
final class JournalScan {
    static final Bytes HEADER = Bytes.wrap("mustrjn\1".getBytes(StandardCharsets.ISO_8859_1));

    private static final int FRAME = 8;
    private static final int LARGEST = FRAME + Journal.MAX_RECORD;
    private static final int WINDOW = 4 * LARGEST;

    private final Path file;
    private final long size;
    private long good = HEADER.length();

    private JournalScan(Path file) {
        this.file = file;
        this.size = file.toFile().length();
    }

    /** The record as it stands in the file. */
    static byte[] frame(Bytes record) {
        var frame = ByteBuffer.allocate(FRAME + record.length());
        frame.putInt(record.length()).putInt(checksum(record.view(), 0, record.length()));
        return frame.put(record.view()).array();
    }

    /**
     * Gives every good record to {@code each}, in order.
     *
     * @return the torn tail, if there is one
     * @throws JournalException if the file is no journal, or damaged before its end
     */
    static Optional<TornTail> read(Path file, Consumer<? super Bytes> each) throws IOException {
        return new JournalScan(file).read(each);
    }

    private Optional<TornTail> read(Consumer<? super Bytes> each) throws IOException {
        try (var in =
                new DataInputStream(
                        new BufferedInputStream(new FileInputStream(file.toFile()), 64 * 1024))) {
            checkHeader(in.readNBytes(HEADER.length()));
            for (var record = next(in); record.isPresent(); record = next(in)) {
                good += FRAME + record.get().length();
                each.accept(record.get());
            }
        }
        if (good >= size) {
            return Optional.empty();
        }
        recordAfterDamage().ifPresent(this::refuse);
        return Optional.of(new TornTail(file, good, size - good));
    }

    private void checkHeader(byte[] header) {
        var read = Bytes.wrap(header);
        if (read.equals(HEADER)) {
            return;
        }
        var version = HEADER.length() - 1;
        if (header.length > version
                && Bytes.wrap(Arrays.copyOf(header, version))
                        .equals(Bytes.wrap(Arrays.copyOf(HEADER.view(), version)))) {
            throw new JournalException(
                    file
                            + ": a journal of version "
                            + header[version]
                            + ", and this program knows version 1; it was written by a newer one");
        }
        throw new JournalException(
                file + ": not a journal (it begins otherwise); move it away to start afresh");
    }

    /** The next record, if what follows is a good one. */
    private Optional<Bytes> next(DataInputStream in) throws IOException {
        if (size - good < FRAME) {
            return Optional.empty();
        }
        var length = in.readInt();
        var checksum = in.readInt();
        if (!plausible(length, size - good)) {
            return Optional.empty();
        }
        var content = in.readNBytes(length);
        return content.length == length && checksum == checksum(content, 0, length)
                ? Optional.of(Bytes.wrap(content))
                : Optional.empty();
    }

    private static boolean plausible(int length, long left) {
        return length >= 1 && length <= Journal.MAX_RECORD && length <= left - FRAME;
    }

    /** Where the first good record beyond the damage begins, at whatever byte. */
    private Optional<Long> recordAfterDamage() throws IOException {
        try (var in = new RandomAccessFile(file.toFile(), "r")) {
            var window = new byte[(int) Math.min(WINDOW, size - good)];
            for (var start = good + 1; size - start > FRAME; start += WINDOW - LARGEST) {
                var length = (int) Math.min(window.length, size - start);
                in.seek(start);
                in.readFully(window, 0, length);
                var found = recordIn(window, length);
                if (found.isPresent()) {
                    return Optional.of(start + found.get());
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<Integer> recordIn(byte[] window, int size) {
        var numbers = ByteBuffer.wrap(window);
        for (int at = 0; at < size - FRAME; at++) {
            var length = numbers.getInt(at);
            if (plausible(length, size - at)
                    && numbers.getInt(at + 4) == checksum(window, at + FRAME, length)) {
                return Optional.of(at);
            }
        }
        return Optional.empty();
    }

    private void refuse(long goodAgain) {
        throw new JournalException(
                file
                        + ": damaged at byte "
                        + good
                        + ", and good again at byte "
                        + goodAgain
                        + ", so no crash did it but the disk or another program. Restore the file"
                        + " from a backup, or move it away to start afresh without its records");
    }

    private static int checksum(byte[] bytes, int from, int length) {
        var checksum = new CRC32C();
        checksum.update(ByteBuffer.allocate(4).putInt(length).flip());
        checksum.update(bytes, from, length);
        return (int) checksum.getValue();
    }
}
