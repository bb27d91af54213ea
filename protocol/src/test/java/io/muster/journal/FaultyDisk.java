package io.muster.journal;

import io.muster.message.Bytes;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;

/**
 * A disk that forces nothing, so that tests are quick, and that can be full, fail to force or to
 * truncate, and lose power: then what was forced is there, and of the rest some beginning, perhaps
 * with garbage in its last bytes.
 */
public final class FaultyDisk implements Disk {
    private long room = Long.MAX_VALUE;
    private boolean forces = true;
    private boolean truncates = true;
    private boolean renames = true;
    private long forced;

    public void room(long bytes) {
        room = bytes;
    }

    public void forces(boolean works) {
        forces = works;
    }

    void truncates(boolean works) {
        truncates = works;
    }

    void renames(boolean works) {
        renames = works;
    }

    /** The power goes: what was not forced is partly or wholly lost. */
    void crash(Path file, Random random) throws IOException {
        var length = Files.size(file);
        var kept = forced + (length == forced ? 0 : random.nextLong(length - forced + 1));
        try (var content = new RandomAccessFile(file.toFile(), "rw")) {
            content.setLength(kept);
            if (kept > forced && random.nextBoolean()) {
                var garbage = new byte[(int) random.nextLong(kept - forced) + 1];
                if (random.nextBoolean()) {
                    random.nextBytes(garbage);
                }
                content.seek(kept - garbage.length);
                content.write(garbage);
            }
        }
    }

    @Override
    public Tail open(Path file) throws IOException {
        forced = Files.size(file);
        return new FaultyTail(file, REAL.open(file));
    }

    @Override
    public void write(Path file, Bytes content) throws IOException {
        if (content.length() > room) {
            Files.write(file, new byte[(int) room], StandardOpenOption.CREATE_NEW);
            throw new IOException("No space left on device");
        }
        Files.write(file, content.view(), StandardOpenOption.CREATE_NEW);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        if (!renames) {
            throw new IOException("Input/output error");
        }
    }

    private final class FaultyTail implements Tail {
        private final Path file;
        private final Tail real;

        FaultyTail(Path file, Tail real) {
            this.file = file;
            this.real = real;
        }

        @Override
        public void append(byte[] bytes) throws IOException {
            if (bytes.length > room) {
                real.append(Arrays.copyOf(bytes, (int) room));
                room = 0;
                throw new IOException("No space left on device");
            }
            room -= bytes.length;
            real.append(bytes);
        }

        @Override
        public void force() throws IOException {
            if (!forces) {
                throw new IOException("Input/output error");
            }
            forced = Files.size(file);
        }

        @Override
        public void truncate(long length) throws IOException {
            if (!truncates) {
                throw new IOException("Input/output error");
            }
            real.truncate(length);
        }

        @Override
        public void close() throws IOException {
            real.close();
        }
    }
}
