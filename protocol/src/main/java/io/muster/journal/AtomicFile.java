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
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;

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

    /**
     * Creates these, all in one directory, readable and writable by their owner only; each is there
     * whole or not at all. The directory is forced to the disk once for all of them.
     *
     * @throws IOException if that failed: as far as can be, none of them is there then
     */
    public static void createAll(Map<Path, Bytes> contents) throws IOException {
        var written = new LinkedHashMap<Path, Path>();
        try {
            for (var content : contents.entrySet()) {
                var temporary = beside(content.getKey(), System.nanoTime() + ".tmp");
                written.put(temporary, content.getKey());
                write(temporary, content.getValue(), OWNER_ONLY);
            }
            moveAll(written);
        } catch (IOException e) {
            for (var each : written.entrySet()) {
                Files.deleteIfExists(each.getKey());
                Files.deleteIfExists(each.getValue());
            }
            throw e;
        }
    }

    /**
     * Renames these within one directory, which is forced to the disk once for all of them.
     *
     * @throws IOException if that failed: as far as can be, all have their old names then
     */
    public static void moveAll(Map<Path, Path> moves) throws IOException {
        var moved = new ArrayDeque<Map.Entry<Path, Path>>();
        try {
            for (var move : moves.entrySet()) {
                Files.move(move.getKey(), move.getValue(), StandardCopyOption.ATOMIC_MOVE);
                moved.push(move);
            }
            if (!moved.isEmpty()) {
                forceDirectory(directory(moved.getFirst().getValue()));
            }
        } catch (IOException e) {
            moved.forEach(move -> moveBack(move, e));
            throw e;
        }
    }

    private static void moveBack(Map.Entry<Path, Path> move, IOException failed) {
        try {
            Files.move(move.getValue(), move.getKey(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            failed.addSuppressed(e);
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
