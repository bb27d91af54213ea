package io.muster.node.output;

import static java.lang.System.Logger.Level.WARNING;

import io.muster.config.IoReason;
import io.muster.exec.StdStream;
import io.muster.journal.AtomicFile;
import io.muster.message.Bytes;
import io.muster.message.Json;
import io.muster.message.MalformedException;
import io.muster.message.RequestKey;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A directory of what programs said that did not fit into a reply: nobody else can look into it, it
 * never grows over its limit, and nothing stays in it for longer than it is said to. What is secret
 * must not come here. Thread-safe.
 */
public final class OutputStore {
    private static final System.Logger LOG = System.getLogger(OutputStore.class.getName());
    private static final String NOTE = ".json";

    private final Path directory;
    private final OutputLimits limits;
    private final InstantSource clock;
    private final Map<RequestKey, Kept> all = new LinkedHashMap<>();
    private long used;
    private boolean usable;

    private OutputStore(Path directory, OutputLimits limits, InstantSource clock) {
        this.directory = directory;
        this.limits = limits;
        this.clock = clock;
    }

    /**
     * Opens it. What an earlier life left unfinished is removed; a directory that cannot be used
     * keeps nothing, which is said for each output that is lost so.
     */
    public static OutputStore open(Path directory, OutputLimits limits, InstantSource clock) {
        var store = new OutputStore(directory, limits, clock);
        store.open();
        return store;
    }

    private synchronized void open() {
        try {
            if (Files.isDirectory(directory)) {
                takeStock();
            }
            usable = true;
        } catch (IOException e) {
            LOG.log(WARNING, () -> "output cannot be kept: " + directory + ": " + IoReason.of(e));
        }
    }

    private void takeStock() throws IOException {
        var notes = new LinkedHashMap<RequestKey, Kept>();
        try (Stream<Path> files = Files.list(directory)) {
            for (var file : files.filter(f -> f.toString().endsWith(NOTE)).toList()) {
                read(file).ifPresent(kept -> notes.put(kept.request(), kept));
            }
        }
        notes.values().stream()
                .sorted((one, other) -> one.until().compareTo(other.until()))
                .forEach(this::add);
        try (Stream<Path> files = Files.list(directory)) {
            for (var file : files.toList()) {
                var name = String.valueOf(file.getFileName());
                if (notes.keySet().stream().noneMatch(key -> name.startsWith(key.fileName()))) {
                    Files.deleteIfExists(file);
                }
            }
        }
        tidy();
        roomFor(0);
    }

    private static Optional<Kept> read(Path note) {
        try {
            var kept = Kept.of(Json.read(Bytes.wrap(Files.readAllBytes(note))));
            return note.endsWith(kept.request().fileName() + NOTE)
                    ? Optional.of(kept)
                    : Optional.empty();
        } catch (IOException | MalformedException e) {
            LOG.log(WARNING, () -> note + " cannot be read, and is removed: " + e.getMessage());
            return Optional.empty();
        }
    }

    /**
     * Begins to keep what a program says.
     *
     * @param memory how many bytes of each stream are held in memory before the disk is used
     */
    public Hearing begin(RequestKey request, int memory) {
        tidy();
        return new Keeping(this, request, memory);
    }

    /** Removes what was kept for long enough. */
    public synchronized void tidy() {
        var now = clock.instant();
        all.values().stream()
                .filter(kept -> !now.isBefore(kept.until()))
                .toList()
                .forEach(this::remove);
    }

    /** What is kept of that request. */
    public synchronized Optional<Kept> find(RequestKey request) {
        tidy();
        return Optional.ofNullable(all.get(request));
    }

    /** Bytes of a stream that is kept, as many as there are from there on, at most so many. */
    public synchronized Bytes read(Kept kept, StdStream stream, long offset, int most)
            throws IOException {
        try (var file = new RandomAccessFile(file(kept.request(), stream).toFile(), "r")) {
            var bytes = new byte[Math.clamp(file.length() - offset, 0, most)];
            file.seek(offset);
            file.readFully(bytes);
            return Bytes.wrap(bytes);
        }
    }

    long perStream() {
        return limits.perStream();
    }

    /** A file for that stream, empty, and nobody else's to read. */
    Path create(RequestKey request, StdStream stream) throws IOException {
        synchronized (this) {
            if (!usable) {
                throw new IOException(directory + " cannot be used");
            }
        }
        var folder = PosixFilePermissions.fromString("rwx------");
        Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(folder));
        var file = file(request, stream);
        Files.deleteIfExists(file);
        var mode = PosixFilePermissions.fromString("rw-------");
        return Files.createFile(file, PosixFilePermissions.asFileAttribute(mode));
    }

    /** Takes room for so many bytes, and removes what is older for it; false if there is none. */
    synchronized boolean take(long bytes) {
        if (!roomFor(bytes)) {
            return false;
        }
        used += bytes;
        return true;
    }

    private boolean roomFor(long bytes) {
        while (used + bytes > limits.inAll() && !all.isEmpty()) {
            remove(all.values().iterator().next());
        }
        return used + bytes <= limits.inAll();
    }

    /** Gives the room back, and removes what was begun to be kept. */
    synchronized void abandon(RequestKey request, StdStream stream, long bytes) {
        used -= bytes;
        delete(file(request, stream));
    }

    /** Keeps what was written, from now on for as long as is set. */
    synchronized Kept keep(RequestKey request, Map<StdStream, Rest.Part> parts) throws IOException {
        var kept = new Kept(request, clock.instant().plus(limits.keep()), parts);
        AtomicFile.replace(note(request), Json.write(kept.toValue()));
        all.put(request, kept);
        return kept;
    }

    private void add(Kept kept) {
        all.put(kept.request(), kept);
        used += kept.bytes();
    }

    private void remove(Kept kept) {
        all.remove(kept.request());
        used -= kept.bytes();
        delete(note(kept.request()));
        kept.parts().keySet().forEach(stream -> delete(file(kept.request(), stream)));
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.log(WARNING, () -> file + " cannot be removed: " + IoReason.of(e));
        }
    }

    private Path file(RequestKey request, StdStream stream) {
        return directory.resolve(request.fileName() + "." + stream.word());
    }

    private Path note(RequestKey request) {
        return directory.resolve(request.fileName() + NOTE);
    }
}
