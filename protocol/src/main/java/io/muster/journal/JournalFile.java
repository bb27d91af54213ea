package io.muster.journal;

import io.muster.message.Bytes;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The file of an open journal and what to do when it cannot be written. Not thread-safe; whoever
 * calls holds the journal's lock.
 */
final class JournalFile implements Closeable {
    private final Disk disk;
    private final Path path;
    private Disk.Tail tail;

    /** Where the next record goes: the length of the file as far as it is good. */
    private long end;

    /** Why nothing is taken any more; empty as long as all is well. */
    private String refusal = "";

    private JournalFile(Disk disk, Path path, Disk.Tail tail, long end) {
        this.disk = disk;
        this.path = path;
        this.tail = tail;
        this.end = end;
    }

    /** Makes a journal without records; a crash leaves it whole or not at all. */
    static void create(Disk disk, Path path) throws IOException {
        write(disk, path, JournalScan.HEADER);
        disk.rename(beside(path), path);
    }

    /** Opens one to append to, without the torn tail that was found. */
    static JournalFile open(Disk disk, Path path, Optional<TornTail> torn) throws IOException {
        var tail = disk.open(path);
        try {
            if (torn.isPresent()) {
                tail.truncate(torn.get().offset());
                tail.force();
            }
            return new JournalFile(disk, path, tail, Files.size(path));
        } catch (IOException e) {
            tail.close();
            throw e;
        }
    }

    long size() {
        return end;
    }

    void append(Bytes record) {
        checkUsable();
        var frame = frame(record);
        try {
            tail.append(frame);
            end += frame.length;
        } catch (IOException e) {
            cutBack(e);
            throw new JournalException(path + ": record not taken: " + e.getMessage(), e);
        }
    }

    private void cutBack(IOException cause) {
        try {
            tail.truncate(end);
        } catch (IOException e) {
            cause.addSuppressed(e);
            refusal = "half a record could not be removed (" + e.getMessage() + ")";
        }
    }

    /** A second try would succeed and mean nothing: the kernel reports a lost page once. */
    void force() {
        checkUsable();
        try {
            tail.force();
        } catch (IOException e) {
            refusal = "forcing it to the disk failed (" + e.getMessage() + ")";
            throw unusable(e);
        }
    }

    void replace(List<Bytes> records) {
        checkUsable();
        var content = new ByteArrayOutputStream();
        content.writeBytes(JournalScan.HEADER.view());
        records.forEach(record -> content.writeBytes(frame(record)));
        try {
            write(disk, path, Bytes.wrap(content.toByteArray()));
        } catch (IOException e) {
            throw new JournalException(path + ": not rewritten: " + e.getMessage(), e);
        }
        try {
            disk.rename(beside(path), path);
            var old = tail;
            tail = disk.open(path);
            end = content.size();
            old.close();
        } catch (IOException e) {
            refusal = "putting the rewritten file in its place failed (" + e.getMessage() + ")";
            throw unusable(e);
        }
    }

    @Override
    public void close() throws IOException {
        refusal = "it is closed";
        tail.close();
    }

    private static byte[] frame(Bytes record) {
        if (record.length() == 0 || record.length() > Journal.MAX_RECORD) {
            throw new IllegalArgumentException(
                    "a record has 1 to " + Journal.MAX_RECORD + " bytes, not " + record.length());
        }
        return JournalScan.frame(record);
    }

    /** Writes beside {@code path}; what a crash left there is in nobody's use: we hold the lock. */
    private static void write(Disk disk, Path path, Bytes content) throws IOException {
        Files.deleteIfExists(beside(path));
        try {
            disk.write(beside(path), content);
        } catch (IOException e) {
            Files.deleteIfExists(beside(path));
            throw e;
        }
    }

    private static Path beside(Path path) {
        return AtomicFile.beside(path, "new");
    }

    private void checkUsable() {
        if (!refusal.isEmpty()) {
            throw new JournalException(refused());
        }
    }

    private JournalException unusable(IOException cause) {
        return new JournalException(refused(), cause);
    }

    private String refused() {
        return path + ": takes nothing until it is opened again: " + refusal;
    }
}
