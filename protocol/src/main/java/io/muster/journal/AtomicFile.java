package io.muster.journal;

import io.muster.message.Bytes;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The one way to replace a small file: after a crash or with a full disk there is the old file or
 * the new one, never a mixture and never nothing.
 *
 * <p>Written beside the target, forced to the disk, renamed over it, and the directory forced. A
 * symbolic link in the target's place is itself replaced. An interrupt of the calling thread
 * neither stops this nor gets lost.
 */
public final class AtomicFile {
    private static final String OWNER_ONLY = "rw-------";

    private AtomicFile() {}

    /**
     * Replaces or creates {@code target}, readable and writable by its owner only.
     *
     * @throws IOException if that failed; the target is as before, unless the very last step (the
     *     directory's way to the disk) failed
     */
    public static void replace(Path target, Bytes content) throws IOException {
        replace(target, content, OWNER_ONLY);
    }

    /**
     * Replaces or creates {@code target}.
     *
     * @param mode its permissions whatever the umask, such as {@code rw-r--r--}
     * @throws IOException as for {@link #replace(Path, Bytes)}
     */
    public static void replace(Path target, Bytes content, String mode) throws IOException {
        var temporary = beside(target, System.nanoTime() + ".tmp");
        try {
            write(temporary, content, mode);
            rename(temporary, target);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** A hidden name in the directory of {@code target}. */
    static Path beside(Path target, String ending) {
        return target.resolveSibling("." + target.getFileName() + "." + ending);
    }

    /** The directory that {@code file} is in. */
    static Path directory(Path file) throws IOException {
        var directory = file.toAbsolutePath().getParent();
        if (directory == null) {
            throw new IOException(file + " is no file");
        }
        return directory;
    }

    /** Creates {@code file}, which must not be there, and forces its content to the disk. */
    static void write(Path file, Bytes content, String mode) throws IOException {
        Files.createFile(
                file,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_ONLY)));
        try (var out = new FileOutputStream(file.toFile())) {
            out.write(content.view());
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
            out.getFD().sync();
        }
    }

    /** Renames within a directory and forces the directory to the disk. */
    static void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        forceDirectory(directory(to));
    }

    /** Only channels can open directories, and an interrupt closes channels. */
    private static void forceDirectory(Path directory) throws IOException {
        var interrupted = Thread.interrupted();
        try {
            while (!forced(directory)) {
                interrupted |= Thread.interrupted();
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static boolean forced(Path directory) throws IOException {
        try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
            return true;
        } catch (ClosedByInterruptException e) {
            return false;
        }
    }
}
