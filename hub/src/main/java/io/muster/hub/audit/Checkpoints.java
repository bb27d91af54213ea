package io.muster.hub.audit;

import io.muster.message.AuditHead;
import io.muster.message.Bytes;
import io.muster.message.Checkpoint;
import io.muster.message.MalformedException;
import io.muster.message.NodeId;
import io.muster.security.Envelope;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A few checkpoints of each node, on disk: the newest, and of the older ones those that lie far
 * apart. They are the node's own words, envelope and all, so that whoever asks for them need not
 * trust the hub. Thread-safe.
 */
public final class Checkpoints {
    /** How many are kept of each node. */
    static final int KEPT = 16;

    private static final int NEWEST = 8;

    private final Path directory;

    /** A checkpoint as it came. */
    private record Kept(Checkpoint checkpoint, Bytes message) {}

    /**
     * Kept in that directory, which is made when the first one comes.
     *
     * @param directory of its own
     */
    public Checkpoints(Path directory) {
        this.directory = directory;
    }

    /**
     * Keeps one that is genuine.
     *
     * @return what is wrong with it: the log it tells of is not the one that earlier ones told of
     */
    public synchronized Optional<String> keep(Checkpoint checkpoint, Bytes message)
            throws IOException {
        var node = checkpoint.node().nodeId();
        var kept = read(node);
        if (!kept.isEmpty() && !later(checkpoint, kept.getLast().checkpoint())) {
            return Optional.empty();
        }
        var problem =
                kept.isEmpty()
                        ? Optional.<String>empty()
                        : contradiction(kept.getLast().checkpoint().head(), checkpoint.head());
        kept.add(new Kept(checkpoint, Envelope.decode(message).encode()));
        if (kept.size() > KEPT) {
            kept.remove(leastMissed(kept));
        }
        write(node, kept);
        return problem;
    }

    /** What is kept of that node, oldest first: envelopes. */
    public synchronized List<Bytes> of(NodeId node) throws IOException {
        return read(node).stream().map(Kept::message).toList();
    }

    /** One that was kept on its way, or is sent again, says nothing new. */
    private static boolean later(Checkpoint one, Checkpoint other) {
        return one.time().isAfter(other.time());
    }

    private static Optional<String> contradiction(AuditHead before, AuditHead now) {
        if (!now.chain().equals(before.chain())) {
            return Optional.of(
                    "it begins a new chain; the one before had come to record "
                            + before.sequence());
        }
        if (now.sequence() < before.sequence()) {
            return Optional.of(
                    "it went back from record " + before.sequence() + " to " + now.sequence());
        }
        return now.sequence() == before.sequence() && !now.hash().equals(before.hash())
                ? Optional.of("record " + now.sequence() + " is another than before")
                : Optional.empty();
    }

    /** The one whose neighbours are closest to each other; neither the first nor a new one. */
    private static int leastMissed(List<Kept> kept) {
        int found = 1;
        var least = Duration.ofDays(1_000_000);
        for (int i = 1; i < kept.size() - NEWEST; i++) {
            var gap =
                    Duration.between(
                            kept.get(i - 1).checkpoint().time(),
                            kept.get(i + 1).checkpoint().time());
            if (gap.compareTo(least) < 0) {
                least = gap;
                found = i;
            }
        }
        return found;
    }

    private Path file(NodeId node) {
        return directory.resolve(node.value() + ".jsonl");
    }

    /** A line that cannot be read is no checkpoint any more. */
    private List<Kept> read(NodeId node) throws IOException {
        var kept = new ArrayList<Kept>();
        var file = file(node);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return kept;
        }
        for (var line : Files.readString(file).lines().toList()) {
            kept(line).ifPresent(kept::add);
        }
        return kept;
    }

    private static Optional<Kept> kept(String line) {
        try {
            var message = Bytes.utf8(line);
            var payload = Envelope.decode(message).payload();
            return Optional.of(new Kept(Checkpoint.decode(payload), message));
        } catch (MalformedException _) {
            return Optional.empty();
        }
    }

    /** Not forced to the disk: after a power failure a few minutes may be missing, not more. */
    private void write(NodeId node, List<Kept> kept) throws IOException {
        Files.createDirectories(
                directory,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        var text = new StringBuilder();
        for (var each : kept) {
            text.append(new String(each.message().view(), StandardCharsets.UTF_8)).append('\n');
        }
        var fresh = directory.resolve("." + node.value() + ".tmp");
        Files.writeString(fresh, text);
        Files.move(fresh, file(node), StandardCopyOption.ATOMIC_MOVE);
    }
}
