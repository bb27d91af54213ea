package io.muster.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps a journal to one opener. The lock is on a file of its own, which is never removed: the
 * journal itself is replaced by rewriting. The kernel lets go of it however the process ends.
 */
final class JournalLock implements AutoCloseable {
    /**
     * What this process has locked. Such a lock belongs to the process as a whole, so what knows
     * about it must too: merely closing a second descriptor of the lock file would give it up.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;

    private JournalLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * @throws JournalInUseException if somebody has it
     */
    static JournalLock take(Path journal) throws IOException {
        var directory = AtomicFile.directory(journal).toRealPath();
        var file = directory.resolve(journal.getFileName() + ".lock");
        if (!HELD.add(file)) {
            throw new JournalInUseException(journal + ": already open in this process");
        }
        try {
            return new JournalLock(file, locked(journal, file));
        } catch (IOException | RuntimeException e) {
            HELD.remove(file);
            throw e;
        }
    }

    private static FileChannel locked(Path journal, Path file) throws IOException {
        var channel =
                FileChannel.open(
                        file,
                        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return channel;
            }
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        channel.close();
        throw new JournalInUseException(
                journal
                        + ": in use by another process, which holds "
                        + file
                        + "; stop that one first");
    }

    @Override
    public void close() throws IOException {
        if (!channel.isOpen()) {
            return;
        }
        try {
            channel.close();
        } finally {
            HELD.remove(file);
        }
    }
}
