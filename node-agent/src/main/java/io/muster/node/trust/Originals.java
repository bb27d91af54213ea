package io.muster.node.trust;

import io.muster.config.IoReason;
import io.muster.journal.AtomicFile;
import io.muster.message.Bytes;
import io.muster.message.MalformedException;
import io.muster.security.Anchor;
import io.muster.security.Envelope;
import io.muster.security.PayloadType;
import io.muster.security.TrustStore;
import io.muster.trust.Lock;
import io.muster.trust.LockBook;
import io.muster.trust.PolicyBundle;
import io.muster.trust.Release;
import io.muster.trust.RevocationList;
import io.muster.trust.TrustSet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The documents in force here as they came, signed, in the order in which they came: for whoever
 * has to judge for itself. Each is a file, {@code NUMBER.KIND}. One that cannot be written is kept
 * until the end of this process, and written as soon as it can be. Thread-safe.
 */
public final class Originals {
    private static final String LOCK = "lock-";
    private static final String RELEASE = "release-";

    /** Each is kept: the newest may be signed by a root that only those before it vouch for. */
    private static final String SET = "set-";

    private final Path directory;
    private final InstantSource clock;
    private final Scribe scribe;
    private final Map<String, Original> kept = new LinkedHashMap<>();
    private long last;

    /**
     * One of them.
     *
     * @param kind those of one kind replace each other
     * @param number counts all that have come
     * @param over when it is of no use any more
     * @param unwritten itself, if it is not on the disk
     */
    private record Original(
            String kind, long number, Optional<Instant> over, Optional<Bytes> unwritten) {}

    private Originals(Path directory, InstantSource clock, Scribe scribe) {
        this.directory = directory;
        this.clock = clock;
        this.scribe = scribe;
    }

    /**
     * Reads what an earlier life left; what cannot be used is told, and passed over.
     *
     * @param state the node agent's own directory
     */
    public static Originals open(Path state, InstantSource clock, Scribe scribe) {
        var originals = new Originals(state.resolve("trust").resolve("signed"), clock, scribe);
        originals.files().forEach(originals::load);
        return originals;
    }

    private List<Path> files() {
        try (var files = Files.list(directory)) {
            return files.filter(f -> name(f).matches("[0-9]{12}\\.[a-z0-9-]+")).sorted().toList();
        } catch (NoSuchFileException _) {
            return List.of();
        } catch (IOException e) {
            scribe.alarm(directory + " cannot be read: " + IoReason.of(e));
            return List.of();
        }
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    private void load(Path file) {
        last = Long.parseLong(name(file).substring(0, 12));
        try {
            var envelope = Envelope.decode(Bytes.wrap(Files.readAllBytes(file)));
            replace(new Original(kind(envelope), last, over(envelope), Optional.empty()));
        } catch (IOException | MalformedException e) {
            scribe.alarm(file + " cannot be used: " + e.getMessage());
        }
    }

    /** Keeps a document that has just come into force, in the place of what it replaces. */
    public synchronized void keep(Envelope envelope) {
        last++;
        var document = Optional.of(envelope.encode());
        replace(written(new Original(kind(envelope), last, over(envelope), document)));
        if (envelope.type() == PayloadType.TRUST) {
            forgetOthers(TrustStore.anchorsOf(TrustSet.decode(envelope.payload())));
        }
        tidy();
    }

    /** What an issuer signed that is not trusted any more nobody would believe. */
    private void forgetOthers(List<Anchor> trusted) {
        for (var original : List.copyOf(kept.values())) {
            var number = document(original).map(Originals::number).orElse(0L);
            if (number > 0 && trusted.stream().noneMatch(a -> a.series().holds(number))) {
                forget(original.kind());
            }
        }
    }

    /** The number within its issuer's series; 0 of what has none. */
    private static long number(Bytes document) {
        var envelope = Envelope.decode(document);
        return switch (envelope.type()) {
            case REVOCATION -> RevocationList.decode(envelope.payload()).number();
            case POLICY -> PolicyBundle.decode(envelope.payload()).number();
            case TRUST,
                    LOCK,
                    RELEASE,
                    REQUEST,
                    REPLY,
                    ANNOUNCEMENT,
                    CHECKPOINT,
                    ROLLCALL,
                    APPROVAL ->
                    0;
        };
    }

    private Optional<Bytes> document(Original original) {
        try {
            return original.unwritten().isPresent()
                    ? original.unwritten()
                    : Optional.of(Bytes.wrap(Files.readAllBytes(file(original))));
        } catch (IOException e) {
            scribe.alarm(file(original) + " cannot be read: " + IoReason.of(e));
            return Optional.empty();
        }
    }

    /** Those that are of use still, the oldest first. */
    public synchronized List<Bytes> all() {
        tidy();
        return kept.values().stream().flatMap(o -> document(o).stream()).toList();
    }

    private static String kind(Envelope envelope) {
        return switch (envelope.type()) {
            case REVOCATION -> "list-" + RevocationList.decode(envelope.payload()).issuer().word();
            case POLICY -> "policy";
            case TRUST -> SET + TrustSet.decode(envelope.payload()).number();
            case LOCK -> LOCK + Lock.decode(envelope.payload()).id().value();
            case RELEASE -> RELEASE + Release.decode(envelope.payload()).lock().value();
            case REQUEST, REPLY, ANNOUNCEMENT, CHECKPOINT, ROLLCALL, APPROVAL ->
                    throw new MalformedException(envelope.type().mediaType() + " is no document");
        };
    }

    private static Optional<Instant> over(Envelope envelope) {
        return switch (envelope.type()) {
            case LOCK -> Lock.decode(envelope.payload()).expires();
            case REVOCATION,
                    POLICY,
                    TRUST,
                    RELEASE,
                    REQUEST,
                    REPLY,
                    ANNOUNCEMENT,
                    CHECKPOINT,
                    ROLLCALL,
                    APPROVAL ->
                    Optional.empty();
        };
    }

    /** The newest of its kind is the last; a lock that is released is of no use any more. */
    private void replace(Original original) {
        forget(original.kind());
        kept.put(original.kind(), original);
        if (original.kind().startsWith(RELEASE)) {
            forget(LOCK + original.kind().substring(RELEASE.length()));
        }
    }

    private void tidy() {
        var now = clock.instant();
        var releases = kept.keySet().stream().filter(kind -> kind.startsWith(RELEASE)).toList();
        releases.stream().limit(Math.max(0, releases.size() - LockBook.MOST)).forEach(this::forget);
        for (var original : List.copyOf(kept.values())) {
            if (original.over().filter(end -> !now.isBefore(end)).isPresent()) {
                forget(original.kind());
            } else if (original.unwritten().isPresent()) {
                kept.put(original.kind(), written(original));
            }
        }
    }

    private Path file(Original original) {
        return directory.resolve("%012d.%s".formatted(original.number(), original.kind()));
    }

    private Original written(Original original) {
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(
                        directory,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
            }
            AtomicFile.replace(file(original), original.unwritten().orElseThrow());
            return new Original(
                    original.kind(), original.number(), original.over(), Optional.empty());
        } catch (IOException e) {
            scribe.alarm(
                    file(original) + " cannot be written, and is tried again: " + IoReason.of(e));
            return original;
        }
    }

    private void forget(String kind) {
        var original = Optional.ofNullable(kept.remove(kind));
        if (original.isEmpty()) {
            return;
        }
        try {
            Files.deleteIfExists(file(original.get()));
        } catch (IOException e) {
            scribe.alarm(file(original.get()) + " cannot be removed: " + IoReason.of(e));
        }
    }
}
