package io.muster.hub.enrolment;

import io.muster.message.Bytes;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;

/**
 * Files that are written once: after a crash there is the whole file or none, and of two who write
 * the same name, in one process or in two, exactly one succeeds.
 */
final class OnceFile {
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final Set<PosixFilePermission> READABLE =
            PosixFilePermissions.fromString("rw-r--r--");

    private OnceFile() {}

    /**
     * Creates a file that only its owner can read.
     *
     * @throws FileAlreadyExistsException if there is one; it is as it was
     */
    static void secret(Path file, Bytes content) throws IOException {
        create(file, content, false);
    }

    /** As {@link #secret}, but everybody may read it. */
    static void readable(Path file, Bytes content) throws IOException {
        create(file, content, true);
    }

    /** Creates a directory that only its owner can enter, with those above it that are missing. */
    static void directory(Path directory) throws IOException {
        var parent = directory.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        if (!Files.isDirectory(directory)) {
            Files.createDirectory(directory, PRIVATE_DIRECTORY);
        }
    }

    /** Brings the name of that file or directory to the disk. */
    static void forceEntry(Path entry) throws IOException {
        var directory = entry.toAbsolutePath().resolveSibling(".");
        try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static void create(Path file, Bytes content, boolean readable) throws IOException {
        var beside = file.resolveSibling(".new-" + UUID.randomUUID());
        try {
            Files.createFile(beside, PRIVATE);
            try (var channel = FileChannel.open(beside, StandardOpenOption.WRITE)) {
                var rest = ByteBuffer.wrap(content.view());
                while (rest.hasRemaining()) {
                    channel.write(rest);
                }
                if (readable) {
                    Files.setPosixFilePermissions(beside, READABLE);
                }
                channel.force(true);
            }
            Files.createLink(file, beside);
        } finally {
            Files.deleteIfExists(beside);
        }
        forceEntry(file);
    }
}
