package io.muster.bench;

import io.muster.journal.Disk;
import io.muster.message.Bytes;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The disk of this machine, whose power fails at a chosen step: before the step is done, and for
 * the whole process. Thread-safe.
 */
final class DoomedDisk implements Disk {
    private static final int POWER_CUT = 137;

    private final AtomicInteger steps = new AtomicInteger(Integer.MAX_VALUE);

    /** The power fails at that step from now, the first being 1. */
    void doom(int step) {
        steps.set(step);
    }

    private void step() {
        if (steps.get() != Integer.MAX_VALUE && steps.decrementAndGet() == 0) {
            Runtime.getRuntime().halt(POWER_CUT);
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
