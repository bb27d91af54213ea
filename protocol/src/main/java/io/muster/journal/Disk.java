package io.muster.journal;

import io.muster.message.Bytes;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The steps by which journals and logs change files; tests let each of them fail, and a simulation
 * loses what was not forced.
 */
public interface Disk {
    /** The disk of this machine. */
    Disk REAL =
            new Disk() {
                @Override
                public Tail open(Path file) throws IOException {
                    return new RealTail(file);
                }

                @Override
                public void write(Path file, Bytes content) throws IOException {
                    AtomicFile.write(file, content, "rw-------");
                }

                @Override
                public void rename(Path from, Path to) throws IOException {
                    AtomicFile.rename(from, to);
                }
            };

    /** Opens a file that is there, to write at its end. */
    Tail open(Path file) throws IOException;

    /** Creates a file with that content and forces it to the disk. */
    void write(Path file, Bytes content) throws IOException;

    /** Renames and forces the directory to the disk. */
    void rename(Path from, Path to) throws IOException;

    /** The end of an open file. */
    interface Tail extends Closeable {
        /** Writes these at the end. */
        void append(byte[] bytes) throws IOException;

        /** Returns when all that was written is on the disk. */
        void force() throws IOException;

        /** Cuts the file off there; that is the end from now on. */
        void truncate(long length) throws IOException;
    }

    /**
     * Of a real file. Not through a channel: an interrupt of the writing thread would close that
     * for good.
     */
    final class RealTail implements Tail {
        private final RandomAccessFile file;

        private RealTail(Path path) throws IOException {
            if (!Files.exists(path)) {
                throw new NoSuchFileException(path.toString());
            }
            file = new RandomAccessFile(path.toFile(), "rw");
            file.seek(file.length());
        }

        @Override
        public void append(byte[] bytes) throws IOException {
            file.write(bytes);
        }

        @Override
        public void force() throws IOException {
            file.getFD().sync();
        }

        @Override
        public void truncate(long length) throws IOException {
            file.setLength(length);
            file.seek(length);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
