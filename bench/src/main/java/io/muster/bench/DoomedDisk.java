package io.muster.bench;

import io.muster.journal.Disk;
import io.muster.message.Bytes;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The disk of one node, whose power fails at a chosen step: that step is not done, nor any after
 * it, and whoever wants one waits for ever, until somebody kills the process. Thread-safe.
 */
final class DoomedDisk implements Disk {
    private final Runnable failed;
    private final AtomicInteger steps = new AtomicInteger(Integer.MAX_VALUE);
    private final CountDownLatch never = new CountDownLatch(1);

    /**
     * @param failed run once it has
     */
    DoomedDisk(Runnable failed) {
        this.failed = failed;
    }

    /** The power fails at that step from now, the first being 1. */
    void doom(int step) {
        steps.set(step);
    }

    private void step() {
        if (steps.get() == Integer.MAX_VALUE) {
            return;
        }
        var left = steps.decrementAndGet();
        if (left == 0) {
            failed.run();
        }
        while (left <= 0) {
            try {
                never.await();
            } catch (InterruptedException _) {
                // Nobody gets away from a power cut.
            }
        }
    }

    @Override
    public Tail open(Path file) throws IOException {
        var real = REAL.open(file);
        return new Tail() {
            @Override
            public void append(byte[] bytes) throws IOException {
                step();
                real.append(bytes);
            }

            @Override
            public void force() throws IOException {
                step();
                real.force();
            }

            @Override
            public void truncate(long length) throws IOException {
                step();
                real.truncate(length);
            }

            @Override
            public void close() throws IOException {
                real.close();
            }
        };
    }

    @Override
    public void write(Path file, Bytes content) throws IOException {
        step();
        REAL.write(file, content);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        step();
        REAL.rename(from, to);
    }
}
