package io.muster.documents;

import io.muster.config.IoReason;
import io.muster.journal.AtomicFile;
import io.muster.message.Bytes;
import io.muster.message.MalformedException;
import io.muster.security.Envelope;
import io.muster.security.SecurityFileException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;

/**
 * A directory of signed documents, each a file. They are no secrets, and everybody checks what they
 * say. Thread-safe.
 */
public final class DocumentFiles {
    private final Path directory;
    private Map<String, Bytes> mirrored = Map.of();

    /** In that directory, which is made when there is something to write. */
    public DocumentFiles(Path directory) {
        this.directory = directory;
    }

    /**
     * The documents there, whatever they are; none if there is no directory.
     *
     * @throws SecurityFileException if one cannot be read
     */
    public List<Bytes> all() {
        return files().stream().map(DocumentFiles::read).toList();
    }

    /**
     * Their files, without those that are being written.
     *
     * @throws SecurityFileException if the directory cannot be read
     */
    public List<Path> files() {
        try (var files = Files.list(directory)) {
            return files.filter(DocumentFiles::named).sorted().toList();
        } catch (NoSuchFileException _) {
            return List.of();
        } catch (IOException e) {
            throw new SecurityFileException(directory + " cannot be read: " + IoReason.of(e), e);
        }
    }

    private static boolean named(Path file) {
        return file.getFileName().toString().matches("[^.].*\\.(json|lock|release)");
    }

    /**
     * One of them.
     *
     * @throws SecurityFileException if it cannot be read, or is too large for a document
     */
    public static Bytes read(Path file) {
        try {
            if (Files.size(file) > Envelope.MAX_SIZE) {
                throw new SecurityFileException(file + " is too large for a signed document");
            }
            return Bytes.utf8(Files.readString(file, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new SecurityFileException(file + " cannot be read: " + IoReason.of(e), e);
        }
    }

    /**
     * Makes the directory hold these, by name, and no other locks and releases: what is new comes
     * before what is old goes. A file that is damaged stays, for somebody to look at.
     *
     * @throws SecurityFileException if it cannot; the next call makes up for it
     */
    public synchronized void mirror(Map<String, Bytes> documents) {
        if (documents.equals(mirrored)) {
            return;
        }
        make();
        documents.forEach(this::write);
        for (var file : files()) {
            var name = file.getFileName().toString();
            if (!documents.containsKey(name) && !name.endsWith(".json") && !damaged(file)) {
                remove(file);
            }
        }
        mirrored = Map.copyOf(documents);
    }

    private void make() {
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(directory);
                // whatever the umask: the broker is another user
                Files.setPosixFilePermissions(
                        directory, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        } catch (IOException e) {
            throw new SecurityFileException(directory + " cannot be made: " + IoReason.of(e), e);
        }
    }

    private void write(String name, Bytes document) {
        var file = directory.resolve(name);
        try {
            if (Files.exists(file) && read(file).equals(document)) {
                return;
            }
            AtomicFile.replace(file, document, "rw-r--r--");
        } catch (IOException e) {
            throw new SecurityFileException(file + " cannot be written: " + IoReason.of(e), e);
        }
    }

    private static boolean damaged(Path file) {
        try {
            Envelope.decode(read(file));
            return false;
        } catch (MalformedException | SecurityFileException e) {
            return true;
        }
    }

    private static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new SecurityFileException(file + " cannot be removed: " + IoReason.of(e), e);
        }
    }
}
