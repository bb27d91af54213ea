package io.muster.hub.enrolment;

import io.muster.config.IoReason;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One decision about who joins at a time, over all threads and processes that use the same
 * authority: the hub, and people at its command line. A process that dies lets go.
 */
final class EnrolmentLock {
    private final Path file;
    private final ReentrantLock here = new ReentrantLock();

    /** Holding it; close lets go. */
    interface Held extends AutoCloseable {
        @Override
        void close();
    }

    EnrolmentLock(Path file) {
        this.file = file;
    }

    /**
     * Waits for its turn.
     *
     * @throws AuthorityException if the lock file cannot be used
     */
    Held hold() {
        here.lock();
        try {
            var channel =
                    FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                var _ = channel.lock();
                return () -> release(channel);
            } catch (IOException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            here.unlock();
            throw new AuthorityException(file + " cannot be used: " + IoReason.of(e), e);
        }
    }

    /** Closing the channel gives the file lock back. */
    private void release(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new AuthorityException(file + " cannot be used: " + IoReason.of(e), e);
        } finally {
            here.unlock();
        }
    }
}
