package io.muster.hub.queue;

import io.muster.config.IoReason;
import io.muster.journal.AtomicFile;
import io.muster.message.Bytes;
import io.muster.message.Escape;
import io.muster.message.MalformedException;
import io.muster.message.Request;
import io.muster.queue.QueueEntry;
import io.muster.queue.QueueState;
import io.muster.security.Envelope;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The files of a queue: one for each request, with the envelope as it was signed, named by its
 * place in the order and by how far it came. Each is there whole or not at all, and all that a
 * method does is on the disk when it returns; many at once cost little more than one. For one
 * thread at a time.
 */
final class QueueFiles {
    private static final Logger LOG = System.getLogger(QueueFiles.class.getName());
    private static final Pattern NAME = Pattern.compile("([0-9]{16})-[0-9a-f]{32}(?:\\.([a-z]+))?");
    private static final String CLOSED = "closed";

    private final Path directory;

    /**
     * A request in the queue; its envelope is on the disk alone.
     *
     * @param closed whether it is handed out no more, however far it came
     */
    record Item(QueueEntry entry, int size, boolean closed) {
        /** One that was just left here. */
        Item(QueueEntry entry, int size) {
            this(entry, size, false);
        }

        Item in(QueueState state) {
            return new Item(entry.in(state), size, closed || !open(state));
        }

        /** The same, to be handed out no more. */
        Item close() {
            return new Item(entry, size, true);
        }

        /** Whether it is to be handed out at that moment. */
        boolean open(Instant now) {
            return !closed && now.isBefore(entry.expires());
        }

        private static boolean open(QueueState state) {
            return state == QueueState.WAITING || state == QueueState.HANDED;
        }

        private String ending() {
            return switch (entry.state()) {
                case WAITING, EXPIRED -> "";
                case HANDED -> "." + (closed ? CLOSED : entry.state().word());
                case WITHDRAWN, PURGED -> "." + entry.state().word();
            };
        }
    }

    /** In that directory, which is made when the first request comes. */
    QueueFiles(Path directory) {
        this.directory = directory;
    }

    /** All of them, in their order; one that cannot be read stays where it is, and is told. */
    List<Item> all() {
        var items = new ArrayList<Item>();
        for (var file : files()) {
            try {
                items.add(read(file));
            } catch (IOException e) {
                unreadable(file, IoReason.of(e));
            } catch (MalformedException e) {
                unreadable(file, e.problem());
            }
        }
        items.sort(Comparator.comparingLong(item -> item.entry().place()));
        return items;
    }

    private static void unreadable(Path file, String why) {
        LOG.log(
                Level.ERROR,
                () ->
                        "queue: "
                                + file
                                + " cannot be read, and is not handed out: "
                                + Escape.line(why));
    }

    private List<Path> files() {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (var found = Files.list(directory)) {
            return found.filter(file -> name(file).matches()).toList();
        } catch (IOException e) {
            throw new QueueException("the queue cannot be read: " + IoReason.of(e), e);
        }
    }

    private static Matcher name(Path file) {
        return NAME.matcher(String.valueOf(file.getFileName()));
    }

    private static Item read(Path file) throws IOException {
        var name = name(file);
        if (!name.matches()) {
            throw new MalformedException("its name is none");
        }
        var envelope = Bytes.wrap(Files.readAllBytes(file));
        var request = Request.decode(Envelope.decode(envelope).payload());
        var entry = QueueEntry.of(Long.parseLong(name.group(1)), request);
        var item = new Item(entry, envelope.length());
        var ending = Optional.ofNullable(name.group(2)).orElse(entry.state().word());
        try {
            return ending.equals(CLOSED)
                    ? item.in(QueueState.HANDED).close()
                    : item.in(QueueState.parse(ending));
        } catch (IllegalArgumentException e) {
            throw new MalformedException("its name says no state: " + Escape.quoted(ending), e);
        }
    }

    /** The envelope of that one. */
    Bytes envelope(Item item) {
        var file = file(item);
        try {
            return Bytes.wrap(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new QueueException(file + " cannot be read: " + IoReason.of(e), e);
        }
    }

    /**
     * Writes these down.
     *
     * @throws QueueException if that failed: none of them is there
     */
    void add(Map<Item, Bytes> envelopes) {
        var contents = new LinkedHashMap<Path, Bytes>();
        envelopes.forEach((item, envelope) -> contents.put(file(item), envelope));
        try {
            Files.createDirectories(
                    directory,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
            AtomicFile.createAll(contents);
        } catch (IOException e) {
            throw new QueueException("the queue cannot be written: " + IoReason.of(e), e);
        }
    }

    /**
     * Writes down how far these have come.
     *
     * @param moves as they were, and as they are
     * @throws QueueException if that failed; it may be written down of some
     */
    void move(Map<Item, Item> moves) {
        var files = new LinkedHashMap<Path, Path>();
        moves.forEach((before, after) -> files.put(file(before), file(after)));
        files.entrySet().removeIf(move -> move.getKey().equals(move.getValue()));
        // What somebody has taken away cannot be handed out either.
        files.keySet().removeIf(file -> Files.notExists(file));
        try {
            AtomicFile.moveAll(files);
        } catch (IOException e) {
            throw new QueueException("the queue cannot be written: " + IoReason.of(e), e);
        }
    }

    /** Removes one; should it come back after a crash, it is removed again. */
    void remove(Item item) {
        try {
            Files.deleteIfExists(file(item));
        } catch (IOException e) {
            throw new QueueException(file(item) + " cannot be removed: " + IoReason.of(e), e);
        }
    }

    private Path file(Item item) {
        var entry = item.entry();
        var name = String.format(Locale.ROOT, "%016d-%s", entry.place(), entry.request());
        return directory.resolve(name + item.ending());
    }
}
