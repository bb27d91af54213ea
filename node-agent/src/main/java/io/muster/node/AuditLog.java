package io.muster.node;

import io.muster.message.Json;
import io.muster.message.Value;
import io.muster.message.Value.Fields;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Who asked this node for what, and what was decided: one JSON object a line, written before the
 * act. Thread-safe; interrupts have no effect.
 *
 * <p>A line that cannot be written leaves none behind, so that the file stays readable after the
 * disk was full. A file that cannot be opened is tried again with each line.
 */
public final class AuditLog implements AutoCloseable {
    private final Path file;
    private final InstantSource clock;
    private Optional<RandomAccessFile> open = Optional.empty();
    private boolean closed;
    private long sequence;

    /** What an audit line is about. */
    public enum Kind {
        /** An action is about to begin. */
        ACCEPTED,
        /** An action has its outcome. */
        FINISHED,
        /** A genuine request that this node would not carry out. */
        REFUSED,
        /** A message that is not what it claims, or not readable. */
        DROPPED,
        /** The node agent itself: start, stop, what it found on its disk. */
        AGENT
    }

    /** The log in that file, which is opened, or made for its owner's eyes alone, when needed. */
    public AuditLog(Path file, InstantSource clock) {
        this.file = file;
        this.clock = clock;
    }

    /**
     * Writes one line.
     *
     * @param durable whether to wait for the disk: for everything about change and destruction
     * @throws IOException if it could not be written, or the file is a link; then there is no such
     *     line
     */
    public synchronized void write(Kind kind, Map<String, Value> details, boolean durable)
            throws IOException {
        var line = new LinkedHashMap<String, Value>();
        line.put("sequence", Value.of(sequence));
        line.put("time", Value.of(clock.instant().toString()));
        line.put("kind", Value.of(kind.name().toLowerCase(Locale.ROOT)));
        line.putAll(details);
        write(opened(), Json.text(new Fields(line)) + "\n", durable);
        sequence++;
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        if (open.isPresent()) {
            open.get().close();
        }
    }

    /** Not a channel: an interrupt of the writing thread would close that for good. */
    private RandomAccessFile opened() throws IOException {
        if (closed) {
            throw new IOException(file + " is closed");
        }
        if (open.isEmpty()) {
            if (Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
                Files.createFile(
                        file,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
            }
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                throw new IOException(file + " is not a regular file");
            }
            open = Optional.of(atTheEnd(new RandomAccessFile(file.toFile(), "rw")));
        }
        return open.get();
    }

    private static RandomAccessFile atTheEnd(RandomAccessFile out) throws IOException {
        try {
            var length = out.length();
            if (length > 0) {
                out.seek(length - 1);
                if (out.read() != '\n') {
                    write(out, "\n", false);
                }
            }
            return out;
        } catch (IOException e) {
            out.close();
            throw e;
        }
    }

    private static void write(RandomAccessFile out, String text, boolean durable)
            throws IOException {
        var before = out.getFilePointer();
        try {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            if (durable) {
                out.getFD().sync();
            }
        } catch (IOException e) {
            try {
                out.setLength(before);
                out.seek(before);
            } catch (IOException second) {
                e.addSuppressed(second);
            }
            throw e;
        }
    }
}
