package io.muster.exec;

import io.muster.message.Bytes;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/** The directory of a program that does not end with this process; nobody else can look into it. */
record Place(Path directory) {
    private static final FileAttribute<?> OWNER_FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<?> OWNER_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    /** From taking the place to saying who one is, on a machine that is busy. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final long PAUSE = 10;

    /** A new one, with what the program will read. */
    static Place make(Path directory, Bytes input) throws IOException {
        var place = new Place(directory.toAbsolutePath());
        place.remove();
        Files.createDirectories(directory, OWNER_FOLDER);
        for (var stream : StdStream.values()) {
            Files.createFile(place.file(stream.word()), OWNER_FILE);
        }
        Files.createFile(place.file("stdin"), OWNER_FILE);
        Files.write(place.file("stdin"), input.view());
        return place;
    }

    /** The one that is there. */
    static Optional<Place> at(Path directory) {
        return Files.isDirectory(directory)
                ? Optional.of(new Place(directory.toAbsolutePath()))
                : Optional.empty();
    }

    Path file(String name) {
        return directory.resolve(name);
    }

    /** Takes it, so that no program begins here any more; false if one was faster. */
    boolean take() throws IOException {
        try {
            Files.createDirectory(file("taken"));
            return true;
        } catch (FileAlreadyExistsException _) {
            return false;
        }
    }

    /** After {@link #take}: another may. */
    void free() throws IOException {
        Files.delete(file("taken"));
    }

    /** Who runs here, if that was said. */
    Optional<ProcessId> begun() throws IOException {
        try {
            var lines = Files.readAllLines(file("begun"));
            return lines.size() == 2
                    ? ProcessId.of(lines.getFirst(), lines.getLast().strip())
                    : Optional.empty();
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    /** The same, of one that has taken the place just now. */
    Optional<ProcessId> awaitBegun() throws IOException {
        var until = System.nanoTime() + PATIENCE.toNanos();
        var interrupted = false;
        var begun = begun();
        while (begun.isEmpty() && System.nanoTime() - until < 0) {
            try {
                Thread.sleep(PAUSE);
            } catch (InterruptedException _) {
                interrupted = true;
            }
            begun = begun();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return begun;
    }

    /** The exit status, if it has ended. */
    Optional<Integer> status() throws IOException {
        return number("status").map(Long::intValue);
    }

    /** How many bytes came after those that are kept. */
    long more(StdStream stream) throws IOException {
        return number(stream.word() + ".more").orElse(0L);
    }

    /** Until all that it said is in the files, or somebody it left behind goes on writing. */
    void awaitLastWords(Duration limit) throws IOException, InterruptedException {
        var until = System.nanoTime() + limit.toNanos();
        while (System.nanoTime() - until < 0) {
            if (number("stdout.more").isPresent() && number("stderr.more").isPresent()) {
                return;
            }
            Thread.sleep(PAUSE);
        }
    }

    private Optional<Long> number(String name) throws IOException {
        try {
            var text = Files.readString(file(name)).strip();
            return text.matches("[0-9]{1,18}")
                    ? Optional.of(Long.parseLong(text))
                    : Optional.empty();
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    /** What cannot be removed stays for the next one to try. */
    void remove() {
        try (Stream<Path> files = Files.list(directory)) {
            for (var file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(directory);
        } catch (IOException _) {
            // Not there, or a disk that is not well: then nothing new is put there either.
        }
    }
}
