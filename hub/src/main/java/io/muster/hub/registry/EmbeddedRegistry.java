package io.muster.hub.registry;

import io.muster.config.IoReason;
import io.muster.hub.registry.Entry.Moment;
import io.muster.journal.Journal;
import io.muster.journal.JournalException;
import io.muster.journal.JournalInUseException;
import io.muster.journal.Sheet;
import io.muster.message.Bytes;
import io.muster.message.FieldReader;
import io.muster.message.MalformedException;
import io.muster.message.NodeId;
import io.muster.message.Value.Fields;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The registry of a hub that is alone: a journal in its own directory, forced to the disk once for
 * each batch. A node that says nothing new takes a hundred bytes. What is not of use any more goes
 * when the journal is written anew, which is when it has grown to twice of what is.
 *
 * <p>A torn end is cut off, and a journal that is damaged is put aside: the nodes' next
 * announcements say it all again. Not thread-safe, and of one process: the hub's lock is held.
 */
public final class EmbeddedRegistry implements Registry {
    private static final Logger LOG = System.getLogger(EmbeddedRegistry.class.getName());
    private static final String NAME = "nodes.journal";
    private static final long SMALL = 4L << 20;
    private static final long NONE = -1;

    private final Path file;
    private final long small;
    private Journal journal;
    private final Map<NodeId, Kept> found = new HashMap<>();
    private boolean loading = true;
    private final Map<NodeId, Spots> spots = new HashMap<>();
    private long records;
    private long rewritten;

    /** What was found of a node when the journal was opened. */
    private record Kept(Moment moment, Bytes last, Optional<Bytes> facts) {}

    /** Which records, counted from the first, are of use; NONE if there is no such. */
    private record Spots(long facts, long last, long again) {
        Spots again(long ordinal) {
            return new Spots(facts, last, ordinal);
        }
    }

    private enum Kind {
        /** An announcement with facts. */
        FULL,
        /** One without. */
        LAST,
        /** Nothing new but the moment. */
        AGAIN,
        /** The node is forgotten. */
        GONE;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Kind parse(String word) {
            for (var kind : values()) {
                if (kind.word().equals(word)) {
                    return kind;
                }
            }
            throw new IllegalArgumentException("no such record");
        }
    }

    private EmbeddedRegistry(Path file, long small) {
        this.file = file;
        this.small = small;
        this.journal = opened();
        this.rewritten = journal.size();
    }

    /**
     * Opens it, or begins one.
     *
     * @throws RegistryException if the directory cannot be used
     */
    public static EmbeddedRegistry open(Path directory) {
        return open(directory, SMALL);
    }

    /** The same, written anew when it is larger than that. */
    static EmbeddedRegistry open(Path directory, long small) {
        try {
            Files.createDirectories(
                    directory,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
            Files.deleteIfExists(beside(directory.resolve(NAME)));
            return new EmbeddedRegistry(directory.resolve(NAME), small);
        } catch (IOException e) {
            throw new RegistryException(directory + " cannot be used: " + IoReason.of(e), e);
        } catch (JournalException e) {
            throw new RegistryException(String.valueOf(e.getMessage()), e);
        }
    }

    private Journal opened() {
        try {
            return Journal.open(file, this::read);
        } catch (JournalInUseException e) {
            throw e;
        } catch (JournalException e) {
            putAside(e);
            return Journal.open(file, this::read);
        }
    }

    /** After a rewrite, or a disk that was full: it is known already what the records say. */
    private void reopen() {
        spots.clear();
        records = 0;
        journal = opened();
    }

    private void putAside(JournalException damage) {
        found.clear();
        spots.clear();
        records = 0;
        var aside = file.resolveSibling(NAME + ".damaged");
        try {
            Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            damage.addSuppressed(e);
            throw damage;
        }
        LOG.log(
                Level.WARNING,
                () ->
                        damage.getMessage()
                                + "; it was put aside as "
                                + aside
                                + ", and nodes are known again as they announce themselves");
    }

    private void read(Bytes record) {
        var ordinal = records++;
        try {
            var sheet = Sheet.decode(record);
            var reader = new FieldReader("registry", sheet.head());
            var node = reader.text("node", NodeId::new);
            switch (reader.text("kind", Kind::parse)) {
                case FULL -> {
                    spots.put(node, new Spots(ordinal, ordinal, NONE));
                    keep(node, moment(reader), sheet.held(), Optional.of(sheet.held()));
                }
                case LAST -> {
                    spots.put(node, last(node, ordinal));
                    var facts = Optional.ofNullable(found.get(node)).flatMap(Kept::facts);
                    keep(node, moment(reader), sheet.held(), facts);
                }
                case AGAIN -> {
                    spots.computeIfPresent(node, (_, s) -> s.again(ordinal));
                    var moment = moment(reader);
                    found.computeIfPresent(
                            node, (_, kept) -> new Kept(moment, kept.last(), kept.facts()));
                }
                case GONE -> {
                    found.remove(node);
                    spots.remove(node);
                }
            }
        } catch (MalformedException e) {
            LOG.log(Level.WARNING, () -> file + ": a record is left out: " + e.problem());
        }
    }

    private void keep(NodeId node, Moment moment, Bytes last, Optional<Bytes> facts) {
        if (loading) {
            found.put(node, new Kept(moment, last, facts));
        }
    }

    private Spots last(NodeId node, long ordinal) {
        var facts = Optional.ofNullable(spots.get(node)).map(Spots::facts).orElse(NONE);
        return new Spots(facts, ordinal, NONE);
    }

    private static Moment moment(FieldReader reader) {
        return new Moment(
                reader.instant("heard"),
                reader.instant("since"),
                reader.instant("sent"),
                reader.whole("sequence"));
    }

    @Override
    public void load(Consumer<Entry> each) {
        var all = Map.copyOf(found);
        found.clear();
        loading = false;
        all.forEach(
                (node, kept) ->
                        each.accept(
                                new Entry(node, kept.moment(), false, kept.last(), kept.facts())));
    }

    @Override
    public void news(Consumer<Entry> each) {
        // Nobody else writes here.
    }

    @Override
    public boolean own() {
        return true;
    }

    @Override
    public void store(Collection<Entry> heard, Collection<NodeId> gone) {
        try {
            heard.forEach(this::append);
            gone.forEach(this::forget);
            journal.force();
            if (journal.size() > small && journal.size() > 2 * rewritten) {
                rewrite();
            }
        } catch (JournalException | IOException e) {
            throw broken(e);
        }
    }

    /** What the journal does not take may be right by now: a disk that was full. */
    private RegistryException broken(Exception e) {
        try {
            journal.close();
            reopen();
        } catch (JournalException again) {
            e.addSuppressed(again);
        }
        return new RegistryException(String.valueOf(e.getMessage()), e);
    }

    private void append(Entry entry) {
        var node = entry.node();
        var before = Optional.ofNullable(spots.get(node));
        entry.facts().filter(facts -> !facts.equals(entry.last())).ifPresent(f -> full(entry, f));
        if (entry.facts().filter(entry.last()::equals).isPresent()) {
            full(entry, entry.last());
        } else if (entry.again() && before.isPresent()) {
            write(node, Kind.AGAIN, entry.moment(), Optional.empty());
            spots.put(node, before.get().again(records++));
        } else {
            write(node, Kind.LAST, entry.moment(), Optional.of(entry.last()));
            spots.put(node, last(node, records++));
        }
    }

    private void full(Entry entry, Bytes envelope) {
        write(entry.node(), Kind.FULL, entry.moment(), Optional.of(envelope));
        spots.put(entry.node(), new Spots(records, records, NONE));
        records++;
    }

    private void forget(NodeId node) {
        if (Optional.ofNullable(spots.remove(node)).isPresent()) {
            var head = Fields.EMPTY.with("node", node.value()).with("kind", Kind.GONE.word());
            journal.append(new Sheet(head).encode());
            records++;
        }
    }

    private void write(NodeId node, Kind kind, Moment moment, Optional<Bytes> held) {
        var head =
                Fields.EMPTY
                        .with("node", node.value())
                        .with("kind", kind.word())
                        .with("heard", moment.heard().toEpochMilli())
                        .with("since", Math.max(0, moment.since().toEpochMilli()))
                        .with("sent", moment.sent().toEpochMilli())
                        .with("sequence", moment.sequence());
        journal.append(held.map(bytes -> new Sheet(head, bytes)).orElse(new Sheet(head)).encode());
    }

    /** What is of use, copied record by record; after a crash there is the old one or the new. */
    private void rewrite() throws IOException {
        var live = new HashSet<Long>();
        spots.values().forEach(s -> live.addAll(List.of(s.facts(), s.last(), s.again())));
        var next = beside(file);
        Files.deleteIfExists(next);
        var ordinal = new long[1];
        try (var copy = Journal.open(next, _ -> {})) {
            Journal.read(
                    file,
                    record -> {
                        if (live.contains(ordinal[0]++)) {
                            copy.append(record);
                        }
                    });
            copy.force();
        }
        journal.close();
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        reopen();
        rewritten = journal.size();
    }

    private static Path beside(Path file) {
        return file.resolveSibling(NAME + ".new");
    }

    @Override
    public void close() {
        journal.close();
    }
}
