package io.muster.exec;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/**
 * The programs that a process has running, noted in a directory, so that the next one ends what was
 * left by one that died without a word. Where systemd ends all of a unit with it there is nothing
 * left to end.
 *
 * <p>Nothing is forced to the disk: what a machine that goes down leaves is gone with it. Nor is
 * anything kept from running because it cannot be noted. Thread-safe.
 */
public final class Programs {
    private static final Logger log = System.getLogger(Programs.class.getName());

    /** What is ended may put things in order for so long. */
    private static final Duration GRACE = Duration.ofSeconds(3);

    private final Path directory;

    /**
     * @param directory made when it is first needed
     */
    public Programs(Path directory) {
        this.directory = directory;
    }

    /** Notes a program that was started just now; {@link #ended} follows. */
    void begun(long pid) {
        try {
            var mode = PosixFilePermissions.fromString("rwx------");
            Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(mode));
            var who = ProcessId.stat(pid) + "\n" + ProcessId.currentBoot() + "\n";
            Files.writeString(note(pid), who, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            log.log(Level.WARNING, () -> "a program is not noted: " + e.getMessage());
        }
    }

    /** It does not run any more. */
    void ended(long pid) {
        try {
            Files.deleteIfExists(note(pid));
        } catch (IOException e) {
            log.log(Level.WARNING, () -> "a program stays noted: " + e.getMessage());
        }
    }

    private Path note(long pid) {
        return directory.resolve(Long.toString(pid));
    }

    /**
     * Ends all that an earlier process left running, with all that it started. To be called before
     * anything is begun, by whoever alone may.
     */
    public void endLeft() {
        // All at once: each may take its time.
        try (var each = Executors.newVirtualThreadPerTaskExecutor()) {
            notes().forEach(note -> each.execute(() -> endLeft(note)));
        }
    }

    private void endLeft(Path note) {
        try {
            read(note).flatMap(ProcessId::handle).filter(Programs::left).ifPresent(this::end);
            Files.delete(note);
        } catch (IOException e) {
            log.log(Level.WARNING, () -> "what an earlier life left: " + e.getMessage());
        }
    }

    private List<Path> notes() {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        } catch (IOException e) {
            log.log(Level.WARNING, () -> "what an earlier life left: " + e.getMessage());
            return List.of();
        }
    }

    private static Optional<ProcessId> read(Path note) throws IOException {
        var lines = Files.readAllLines(note, StandardCharsets.ISO_8859_1);
        return lines.size() == 2
                ? ProcessId.of(lines.getFirst(), lines.getLast().strip())
                : Optional.empty();
    }

    /** What this process began itself is not left. */
    private static boolean left(ProcessHandle leader) {
        return leader.parent().filter(ProcessHandle.current()::equals).isEmpty();
    }

    private void end(ProcessHandle leader) {
        log.log(
                Level.WARNING,
                () -> "ends process " + leader.pid() + ", which an earlier life left running");
        new ProcessTree(leader, true).end(GRACE);
    }
}
