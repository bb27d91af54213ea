package io.muster.node;

import io.muster.message.Json;
import io.muster.message.Value;
import io.muster.message.Value.Fields;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Who asked this node for what, and what was decided: one JSON object a line, written before the
 * act. Thread-safe.
 *
 * <p>A line that cannot be written leaves none behind, so that the file stays readable after the
 * disk was full.
 */
public final class AuditLog implements AutoCloseable {
    private final FileChannel channel;
    private final InstantSource clock;
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

    /**
     * Opens the file for appending, and makes it, readable for its owner alone.
     *
     * @throws IOException if it cannot be written, or is a link
     */
    public AuditLog(Path file, InstantSource clock) throws IOException {
        this.clock = clock;
        this.channel =
                FileChannel.open(
                        file,
                        Set.of(
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE,
                                LinkOption.NOFOLLOW_LINKS),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
        channel.position(channel.size());
        if (channel.size() > 0 && !endsLine(file)) {
            write("\n", false);
        }
    }

    /**
     * Writes one line.
     *
     * @param durable whether to wait for the disk: for everything about change and destruction
     * @throws IOException if it could not be written; then there is no such line
     */
    public synchronized void write(Kind kind, Map<String, Value> details, boolean durable)
            throws IOException {
        var line = new LinkedHashMap<String, Value>();
        line.put("sequence", Value.of(sequence));
        line.put("time", Value.of(clock.instant().toString()));
        line.put("kind", Value.of(kind.name().toLowerCase(Locale.ROOT)));
        line.putAll(details);
        write(Json.text(new Fields(line)) + "\n", durable);
        sequence++;
    }

    @Override
    public synchronized void close() throws IOException {
        channel.close();
    }

    private void write(String text, boolean durable) throws IOException {
        var before = channel.position();
        var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            if (durable) {
                channel.force(false);
            }
        } catch (IOException e) {
            try {
                channel.truncate(before);
            } catch (IOException second) {
                e.addSuppressed(second);
            }
            throw e;
        }
    }

    private static boolean endsLine(Path file) throws IOException {
        try (var in = FileChannel.open(file, StandardOpenOption.READ)) {
            var last = ByteBuffer.allocate(1);
            in.read(last, in.size() - 1);
            return last.get(0) == '\n';
        }
    }
}
