package io.muster.controller.audit;

import io.muster.message.Bytes;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Keeps the signed replies that name the head of a node's audit log, a line each: with them {@code
 * muster audit verify} can tell later whether that log was cut off or written anew. Two files of a
 * bounded size, the newer one with the newer replies. Thread-safe.
 */
public final class HeadsFile implements Consumer<Bytes> {
    private static final long LARGEST = 32L << 20;

    private final Path file;
    private final List<Bytes> taken = new ArrayList<>();

    /** Kept in that file, which is made when there is something to keep. */
    public HeadsFile(Path file) {
        this.file = file;
    }

    /** Takes a reply, envelope and all; it is on the disk after {@link #write}. */
    @Override
    public synchronized void accept(Bytes message) {
        taken.add(message);
    }

    /** Appends what was taken since the last time. */
    public synchronized void write() throws IOException {
        if (taken.isEmpty()) {
            return;
        }
        var text = new StringBuilder();
        for (var message : taken) {
            text.append(line(message)).append('\n');
        }
        taken.clear();
        var directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        if (Files.exists(file) && Files.size(file) > LARGEST) {
            Files.move(
                    file,
                    file.resolveSibling(file.getFileName() + ".1"),
                    StandardCopyOption.REPLACE_EXISTING);
        }
        try (var out =
                Files.newByteChannel(
                        file,
                        Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")))) {
            var bytes = java.nio.ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
        }
    }

    /** An envelope is JSON, in which the end of a line means nothing. */
    private static String line(Bytes message) {
        return new String(message.view(), StandardCharsets.UTF_8).replaceAll("[\r\n]", " ");
    }
}
