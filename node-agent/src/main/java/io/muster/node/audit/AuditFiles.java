package io.muster.node.audit;

import io.muster.journal.AtomicFile;
import io.muster.journal.Disk;
import io.muster.message.AuditHead;
import io.muster.message.Bytes;
import io.muster.message.Json;
import io.muster.message.MalformedException;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Where the audit log lies: {@code audit.jsonl} is written, {@code audit-CHAIN-SEQUENCE.jsonl} are
 * older, {@code audit.head} says how far it had come. For their owner's eyes alone.
 */
record AuditFiles(Path directory, Disk disk) {
    private static final String OWNER_ONLY = "rw-------";

    /** The file that is written. */
    Path current() {
        return directory.resolve("audit.jsonl");
    }

    /** The next one, until it has its first record. */
    Path next() {
        return directory.resolve("audit.next");
    }

    Path reserve() {
        return directory.resolve("audit.reserve");
    }

    private Path headFile() {
        return directory.resolve("audit.head");
    }

    /** Opens a file, which is made if it is not there. */
    static RandomAccessFile open(Path file) throws IOException {
        if (Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
            Files.createFile(
                    file,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString(OWNER_ONLY)));
        }
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(file + " is not a regular file");
        }
        return new RandomAccessFile(file.toFile(), "rw");
    }

    /** The end of a file, which is made if it is not there. */
    Disk.Tail tail(Path file) throws IOException {
        open(file).close();
        return disk.open(file);
    }

    /** How far the log had surely come, if that was noted. */
    Optional<AuditHead> head() throws IOException {
        var file = headFile();
        if (Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try {
            return Optional.of(AuditHead.of(Json.read(Bytes.wrap(Files.readAllBytes(file)))));
        } catch (MalformedException e) {
            throw new IOException(file + ": " + e.problem(), e);
        }
    }

    /** Notes how far the log has come; that much must be on the disk. */
    void note(AuditHead head) throws IOException {
        AtomicFile.replace(headFile(), Json.write(head.toValue()));
    }

    /** Gives the file its name among the older ones. */
    void retire(String chain, long first) throws IOException {
        var name = "audit-%s-%012d.jsonl".formatted(chain.substring(0, 8), first);
        Files.move(current(), directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    /** The next file, which has its first record, becomes the one that is written. */
    void begin() throws IOException {
        Files.move(next(), current(), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Takes a file that cannot be gone on with out of the way, and says under which name. */
    Path setAside(long now) throws IOException {
        var aside = directory.resolve("audit-aside-" + now + ".jsonl");
        return Files.move(current(), aside, StandardCopyOption.ATOMIC_MOVE);
    }

    /** After a crash between two renames the newest file has a name among the older ones. */
    void restore(AuditHead head) throws IOException {
        if (Files.exists(current(), LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        var ofChain = "audit-" + head.chain().substring(0, 8) + "-";
        var newest =
                older().stream()
                        .filter(file -> name(file).startsWith(ofChain))
                        .max(Comparator.comparing(AuditFiles::name));
        if (newest.isPresent()) {
            Files.move(newest.get(), current(), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /** Deletes the oldest ones beyond that number. */
    void prune(int keep) throws IOException {
        var older = older();
        for (var file : older.subList(0, Math.max(0, older.size() - keep))) {
            Files.delete(file);
        }
    }

    private List<Path> older() throws IOException {
        var files = new ArrayList<Path>();
        try (var found = Files.newDirectoryStream(directory, "audit-*.jsonl")) {
            found.forEach(files::add);
        }
        var times = new java.util.HashMap<Path, Long>();
        for (var file : files) {
            times.put(file, Files.getLastModifiedTime(file).toMillis());
        }
        files.sort(Comparator.comparing((Path f) -> times.get(f)).thenComparing(AuditFiles::name));
        return files;
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }
}
