package io.muster.journal;

import io.muster.config.IoReason;
import io.muster.message.Bytes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * A file of records that is only ever appended to: what was started, what was finished.
 *
 * <p>Promises: a record is there whole or not at all, in the order of appending. One for which
 * {@link #appendForced} returned survives the loss of power, one for which {@link #append} returned
 * survives the end of the process. A crash costs at most the records that were not forced; what it
 * left half-written is cut off at the next {@link #open}. Damage that no crash explains is never
 * taken for the end of the file, but refused.
 *
 * <p>A full disk refuses one record and no more: the file is cut back, and later appends work once
 * there is room. When forcing fails, nobody knows what is on the disk: the journal takes nothing
 * more until it is opened again.
 *
 * <p>The file is 0600 and locked: one opener at a time, on this machine. Thread-safe; interrupts
 * have no effect.
 */
public final class Journal implements AutoCloseable {
    /** The largest record, in bytes. */
    public static final int MAX_RECORD = 1 << 20;

    private final ReentrantLock lock = new ReentrantLock();
    private final JournalFile file;
    private final JournalLock exclusive;
    private final Optional<TornTail> recovered;

    private Journal(JournalFile file, JournalLock exclusive, Optional<TornTail> recovered) {
        this.file = file;
        this.exclusive = exclusive;
        this.recovered = recovered;
    }

    /**
     * Opens a journal, or begins one if there is no such file, and cuts off a torn tail.
     *
     * @param record gets every record, in order, before this returns; if this throws, what it got
     *     is void
     * @throws JournalInUseException if another has it open
     * @throws JournalException if the file is no journal or damaged, or if it cannot be read or
     *     created
     */
    public static Journal open(Path file, Consumer<? super Bytes> record) {
        return open(file, record, Disk.REAL);
    }

    /**
     * The same, on that disk.
     *
     * @throws JournalException as above
     */
    public static Journal open(Path file, Consumer<? super Bytes> record, Disk disk) {
        try {
            var exclusive = JournalLock.take(file);
            try {
                return opened(file, record, disk, exclusive);
            } catch (IOException | RuntimeException e) {
                exclusive.close();
                throw e;
            }
        } catch (IOException e) {
            throw new JournalException(file + ": cannot be opened: " + IoReason.of(e), e);
        }
    }

    private static Journal opened(
            Path file, Consumer<? super Bytes> record, Disk disk, JournalLock exclusive)
            throws IOException {
        if (Files.notExists(file)) {
            JournalFile.create(disk, file);
        }
        var torn = JournalScan.read(file, record);
        return new Journal(JournalFile.open(disk, file, torn), exclusive, torn);
    }

    /**
     * Reads a journal that somebody else may be writing to, changing nothing: the records so far.
     *
     * @throws JournalException if the file is no journal or damaged, or if it cannot be read
     */
    public static void read(Path file, Consumer<? super Bytes> record) {
        try {
            JournalScan.read(file, record);
        } catch (IOException e) {
            throw new JournalException(file + ": cannot be read: " + IoReason.of(e), e);
        }
    }

    /** Whether somebody has it open. */
    public static boolean inUse(Path file) {
        try {
            JournalLock.take(file).close();
            return false;
        } catch (JournalInUseException e) {
            return true;
        } catch (IOException e) {
            return false; // who could not even lock it has not opened it
        }
    }

    /** The torn tail that opening cut off; worth a line in the log. */
    public Optional<TornTail> recovered() {
        return recovered;
    }

    /** The size of the file in bytes: when it has grown much since it was rewritten, rewrite it. */
    public long size() {
        lock.lock();
        try {
            return file.size();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Hands a record to the operating system.
     *
     * @throws IllegalArgumentException if it is empty or larger than {@link #MAX_RECORD}
     * @throws JournalException if it was not taken
     */
    public void append(Bytes record) {
        lock.lock();
        try {
            file.append(record);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Appends a record and returns when it, and all before it, is on the disk.
     *
     * @throws IllegalArgumentException if it is empty or larger than {@link #MAX_RECORD}
     * @throws JournalException if it was not taken, or if it is not known whether it was
     */
    public void appendForced(Bytes record) {
        lock.lock();
        try {
            file.append(record);
            file.force();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Returns when everything appended so far is on the disk.
     *
     * @throws JournalException if it is not known whether it is
     */
    public void force() {
        lock.lock();
        try {
            file.force();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Replaces all records by {@code live}, on the disk, in one step: after a crash there are
     * either the old ones or these.
     *
     * @throws JournalException if that failed; the old records stay, and the journal usable, unless
     *     the message says otherwise
     */
    public void rewrite(List<Bytes> live) {
        lock.lock();
        try {
            file.replace(live);
        } finally {
            lock.unlock();
        }
    }

    /** Lets another open it; what was not forced is left to the operating system. */
    @Override
    public void close() {
        lock.lock();
        try (exclusive;
                file) {
            // closed by leaving
        } catch (IOException e) {
            throw new JournalException("cannot close a journal: " + IoReason.of(e), e);
        } finally {
            lock.unlock();
        }
    }
}
