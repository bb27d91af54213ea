package io.muster.node.audit;

import io.muster.message.Bytes;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/**
 * A little room on the disk that is taken beforehand, so that when the disk is full there is some
 * to say so in. Written in place: that needs no more of the disk. Not thread-safe.
 */
final class Reserve {
    private static final int SIZE = 8 * 1024;

    private final Path file;

    Reserve(Path file) {
        this.file = file;
    }

    /** Takes the room, if it is not taken; what is in it stays. */
    void take() throws IOException {
        try (var out = AuditFiles.open(file)) {
            var length = out.length();
            if (length < SIZE) {
                out.seek(length);
                out.write(new byte[(int) (SIZE - length)]);
            }
        }
    }

    /** Writes a line, forced to the disk; whether there was room for it. */
    boolean add(Bytes line) throws IOException {
        var bytes = line.view();
        try (var out = AuditFiles.open(file)) {
            var used = used(out);
            if (used + bytes.length > out.length()) {
                return false;
            }
            out.seek(used);
            out.write(bytes);
            out.getFD().sync();
            return true;
        }
    }

    /** What was written, in whole lines. */
    Bytes lines() throws IOException {
        try (var in = AuditFiles.open(file)) {
            var bytes = new byte[used(in)];
            in.seek(0);
            in.readFully(bytes);
            return Bytes.wrap(bytes);
        }
    }

    /** Forgets what was written, which is somewhere else by now. */
    void clear() throws IOException {
        try (var out = AuditFiles.open(file)) {
            out.write(new byte[used(out)]);
            out.getFD().sync();
        }
    }

    private static int used(RandomAccessFile in) throws IOException {
        var bytes = new byte[(int) Math.min(SIZE, in.length())];
        in.seek(0);
        in.readFully(bytes);
        int used = 0;
        for (int at = 0; at < bytes.length && bytes[at] != 0; at++) {
            if (bytes[at] == '\n') {
                used = at + 1;
            }
        }
        in.seek(0);
        return used;
    }
}
