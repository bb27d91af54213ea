package io.muster.hub.trust;

import io.muster.config.IoReason;
import io.muster.hub.HubException;
import io.muster.journal.AtomicFile;
import io.muster.message.Bytes;
import io.muster.message.RequestId;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * The signed locks and releases as they came: {@code ID.lock} and {@code ID.release}, each a file.
 *
 * @param directory theirs alone
 */
record LockFiles(Path directory) {

    /** All of them, locks first. */
    List<Bytes> all() {
        try (var files = Files.list(directory)) {
            return files.filter(f -> f.toString().matches(".*\\.(lock|release)"))
                    .sorted((a, b) -> ending(a).compareTo(ending(b)))
                    .map(LockFiles::read)
                    .toList();
        } catch (NoSuchFileException _) {
            return List.of();
        } catch (IOException e) {
            throw new HubException(directory + " cannot be read: " + IoReason.of(e), e);
        }
    }

    void writeLock(RequestId id, Bytes document) {
        write(directory.resolve(id + ".lock"), document);
    }

    /** A lock that was released is of no use any more. */
    void writeRelease(RequestId id, Bytes document) {
        write(directory.resolve(id + ".release"), document);
        remove(id + ".lock");
    }

    void forgetLock(RequestId id) {
        remove(id + ".lock");
    }

    void forgetRelease(RequestId id) {
        remove(id + ".release");
    }

    private void write(Path file, Bytes document) {
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(
                        directory,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
            }
            AtomicFile.replace(file, document);
        } catch (IOException e) {
            throw new HubException(file + " cannot be written: " + IoReason.of(e), e);
        }
    }

    private void remove(String name) {
        try {
            Files.deleteIfExists(directory.resolve(name));
        } catch (IOException e) {
            throw new HubException(
                    directory.resolve(name) + " cannot be removed: " + IoReason.of(e), e);
        }
    }

    private static Bytes read(Path file) {
        try {
            return Bytes.utf8(Files.readString(file, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        }
    }

    private static String ending(Path file) {
        var name = file.getFileName().toString();
        return name.substring(name.lastIndexOf('.')) + name;
    }
}
