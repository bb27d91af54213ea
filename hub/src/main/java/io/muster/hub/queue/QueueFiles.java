package io.muster.hub.queue;

import io.muster.config.IoReason;
import io.muster.journal.AtomicFile;
import io.muster.journal.Sheet;
import io.muster.message.Bytes;
import io.muster.message.Escape;
import io.muster.message.FieldReader;
import io.muster.message.MalformedException;
import io.muster.message.Request;
import io.muster.message.Value.Fields;
import io.muster.queue.QueueEntry;
import io.muster.queue.QueueState;
import io.muster.security.Envelope;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The files of a queue: one for each request, named by its place in the order, with how far it came
 * and the envelope as it was signed. Each is there whole or not at all, on the disk when a method
 * returns. For one thread at a time.
 */
final class QueueFiles {
    private static final Logger LOG = System.getLogger(QueueFiles.class.getName());
    private static final Pattern NAME = Pattern.compile("([0-9]{16})-[0-9a-f]{32}");

    private final Path directory;

    /** A request in the queue; its envelope is on the disk alone. */
    record Item(long order, QueueEntry entry, int size) {
        Item in(QueueState state) {
            return new Item(order, entry.in(state), size);
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
        items.sort(Comparator.comparingLong(Item::order));
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
            return found.filter(file -> order(file).isPresent()).toList();
        } catch (IOException e) {
            throw new QueueException("the queue cannot be read: " + IoReason.of(e), e);
        }
    }

    private static Optional<Long> order(Path file) {
        var matcher = NAME.matcher(String.valueOf(file.getFileName()));
        return matcher.matches() ? Optional.of(Long.valueOf(matcher.group(1))) : Optional.empty();
    }

    private static Item read(Path file) throws IOException {
        var sheet = Sheet.decode(Bytes.wrap(Files.readAllBytes(file)));
        var reader = new FieldReader("queue", sheet.head());
        var state = reader.text("state", QueueState::parse);
        reader.done();
        var request = Request.decode(Envelope.decode(sheet.held()).payload());
        return new Item(
                order(file).orElseThrow(), QueueEntry.of(request).in(state), sheet.held().length());
    }

    /** The envelope of that one. */
    Bytes envelope(Item item) {
        var file = file(item);
        try {
            return Sheet.decode(Bytes.wrap(Files.readAllBytes(file))).held();
        } catch (IOException e) {
            throw new QueueException(file + " cannot be read: " + IoReason.of(e), e);
        } catch (MalformedException e) {
            throw new QueueException(file + " cannot be read: " + e.problem(), e);
        }
    }

    /**
     * Writes one down, instead of what is there of it.
     *
     * @throws QueueException if that failed: there is what was there
     */
    void write(Item item, Bytes envelope) {
        var head = Fields.EMPTY.with("state", item.entry().state().word());
        var file = file(item);
        try {
            Files.createDirectories(
                    directory,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
            AtomicFile.replace(file, new Sheet(head, envelope).encode());
        } catch (IOException e) {
            throw new QueueException(file + " cannot be written: " + IoReason.of(e), e);
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
        var name = String.format(Locale.ROOT, "%016d-%s", item.order(), item.entry().id().value());
        return directory.resolve(name);
    }
}
