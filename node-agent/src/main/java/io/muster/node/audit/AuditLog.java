package io.muster.node.audit;

import io.muster.audit.AuditRecord;
import io.muster.journal.Disk;
import io.muster.message.AuditHead;
import io.muster.message.Bytes;
import io.muster.message.Identity;
import io.muster.message.Value;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Who asked this node for what, and what was decided: one JSON object a line, written before the
 * act, each with the hash of the one before. Thread-safe; interrupts have no effect.
 *
 * <p>The chain goes on over restarts and from file to file. What cannot be gone on with, because it
 * was cut off or changed, is put aside, and a new chain says so in its first record.
 *
 * <p>A line that cannot be written leaves none behind. That there are such lines is noted in a
 * {@link Reserve}, and stands in the log when it can be written again. A file that cannot be opened
 * is tried again with each line.
 */
public final class AuditLog implements AutoCloseable {
    private static final int CHAIN_BYTES = 16;

    private final AuditFiles files;
    private final Reserve reserve;
    private final Identity node;
    private final AuditLimits limits;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Consumer<String> told;
    private Optional<AuditFile> open = Optional.empty();
    private boolean closed;
    private boolean failing;
    private long unwritten;

    /** Whether there is something to say before anything else. */
    private boolean behind;

    /** What was found on the disk and is not in the log yet. */
    private final Deque<String> unsaid = new ArrayDeque<>();

    /** What an audit line is about. */
    public enum Kind {
        /** An action is about to begin. */
        ACCEPTED,
        /** An action has its outcome. */
        FINISHED,
        /** A genuine request that this node would not carry out. */
        REFUSED,
        /** A message that is not what it claims, or not readable. */
        DROPPED,
        /** So many more of the two kinds above as were not written one by one. */
        COUNTED,
        /** The node agent itself: start, stop, what it found on its disk. */
        AGENT;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * The newest record, and the file it is in.
     *
     * @param file its name
     */
    public record Mark(AuditHead head, String file) {}

    /**
     * The log in that directory, which is opened, or made, when needed.
     *
     * @param node whose log it is; its first record says so
     * @param told hears what is wrong with the log, for another one
     */
    public AuditLog(
            Path directory,
            Identity node,
            AuditLimits limits,
            InstantSource clock,
            RandomGenerator random,
            Consumer<String> told) {
        this(directory, node, limits, clock, random, Disk.REAL, told);
    }

    /** The same, on that disk. */
    public AuditLog(
            Path directory,
            Identity node,
            AuditLimits limits,
            InstantSource clock,
            RandomGenerator random,
            Disk disk,
            Consumer<String> told) {
        this.files = new AuditFiles(directory, disk);
        this.reserve = new Reserve(files.reserve());
        this.node = node;
        this.limits = limits;
        this.clock = clock;
        this.random = random;
        this.told = told;
    }

    /**
     * Writes one line.
     *
     * @param durable whether to wait for the disk: for everything about change and destruction; all
     *     else gets there with the next such line or {@link #mark}
     * @return the line's record as the newest of its chain
     * @throws IOException if it could not be written, or the file is a link; then there is no such
     *     line
     */
    public synchronized AuditHead write(Kind kind, Map<String, Value> details, boolean durable)
            throws IOException {
        if (closed) {
            throw new IOException(files.current() + " is closed");
        }
        try {
            var file = rotated(opened());
            if (behind) {
                catchUp(file);
            }
            return file.append(clock.instant(), kind.word(), details, durable);
        } catch (IOException e) {
            fail(e);
            throw e;
        }
    }

    /** That the last line could not be written, if so. */
    public synchronized Optional<String> problem() {
        return failing ? Optional.of("the audit log cannot be written") : Optional.empty();
    }

    /** Forces all lines to the disk, and notes there how far the log has come. */
    public synchronized Optional<Mark> mark() throws IOException {
        if (open.isEmpty()) {
            return Optional.empty();
        }
        var file = open.get();
        file.force();
        files.note(file.head());
        return Optional.of(new Mark(file.head(), String.valueOf(files.current().getFileName())));
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        if (open.isPresent()) {
            try (var _ = open.get()) {
                markIfPossible();
            }
        }
    }

    /** With a full disk there is no new mark: the next life knows less, and that is all. */
    private void markIfPossible() {
        try {
            mark();
        } catch (IOException e) {
            told.accept("audit log: how far it has come cannot be noted: " + e.getMessage());
        }
    }

    private AuditFile opened() throws IOException {
        if (open.isEmpty()) {
            var noted = noted();
            if (noted.isPresent()) {
                files.restore(noted.get());
            }
            var opening = new Opening(files, node, clock, random);
            open = Optional.of(opening.open(noted));
            opening.findings().forEach(finding -> told.accept("audit log: " + finding));
            unsaid.addAll(opening.findings());
            takeReserve();
        }
        return open.get();
    }

    private Optional<AuditHead> noted() {
        try {
            return files.head();
        } catch (IOException e) {
            told.accept("audit log: how far it had come cannot be read: " + e.getMessage());
            return Optional.empty();
        }
    }

    /** Another file, if this one is large or old; with a full disk this one goes on. */
    private AuditFile rotated(AuditFile file) throws IOException {
        var old = Duration.between(file.begun(), clock.instant()).compareTo(limits.age()) > 0;
        if ((!old && file.size() < limits.size()) || failing) {
            return file;
        }
        try {
            file.force();
            files.note(file.head());
            var next = next(file);
            open = Optional.empty();
            file.close();
            files.retire(file.chain(), file.first());
            files.begin();
            open = Optional.of(next);
            files.prune(limits.files() - 1);
        } catch (IOException e) {
            told.accept("audit log: another file cannot be begun: " + e.getMessage());
        }
        return opened();
    }

    private AuditFile next(AuditFile file) throws IOException {
        var now = clock.instant();
        var opening =
                AuditRecord.after(
                        file.head(), now, AuditRecord.OPENED, opening(file.chain(), node));
        var next = files.tail(files.next());
        try {
            var begun = AuditFile.begin(next, file.chain(), opening, now);
            begun.force();
            return begun;
        } catch (IOException e) {
            next.close();
            throw e;
        }
    }

    /** What each file begins with. */
    static Map<String, Value> opening(String chain, Identity node) {
        var details = new LinkedHashMap<String, Value>();
        details.put("version", Value.of(1));
        details.put("node", Value.of(node.uri()));
        details.put("chain", Value.of(chain));
        return details;
    }

    /** A chain's name, which no other has. */
    static String chain(RandomGenerator random) {
        var bytes = new byte[CHAIN_BYTES];
        random.nextBytes(bytes);
        return Bytes.wrap(bytes).hex();
    }

    /** Says first what could not be said before. */
    private void catchUp(AuditFile file) throws IOException {
        var reserved = ReservedRecords.of(reserve);
        for (var record : reserved) {
            if (!file.append(record)) {
                told.accept("audit log: the reserve holds a record that does not follow");
            }
        }
        if (!reserved.isEmpty()) {
            reserve.clear();
        }
        while (!unsaid.isEmpty()) {
            file.append(clock.instant(), Kind.AGENT.word(), event(unsaid.getFirst()), true);
            unsaid.removeFirst();
        }
        if (failing) {
            var missing = unwritten + " records before this one are missing";
            var again = "the audit log can be written again; " + missing;
            file.append(clock.instant(), Kind.AGENT.word(), event(again), true);
            told.accept(again);
            takeReserve();
        }
        failing = false;
        unwritten = 0;
        behind = false;
    }

    private static Map<String, Value> event(String event) {
        return Map.of("event", Value.of(event));
    }

    /** Without it less can be said when the disk is full. */
    private void takeReserve() {
        behind = true;
        try {
            reserve.take();
        } catch (IOException e) {
            told.accept("audit log: no reserve for a full disk: " + e.getMessage());
        }
    }

    private void fail(IOException problem) {
        unwritten++;
        if (failing) {
            return;
        }
        failing = true;
        behind = true;
        told.accept("the audit log cannot be written: " + problem.getMessage());
        if (open.isPresent()) {
            setDown(open.get(), problem);
        }
    }

    /** What was set down before and is not in the log yet is enough. */
    private void setDown(AuditFile file, IOException problem) {
        var event =
                "the audit log cannot be written, so nothing is changed here: "
                        + problem.getMessage();
        try {
            if (ReservedRecords.of(reserve).isEmpty()) {
                reserve.add(
                        AuditRecord.after(
                                        file.head(),
                                        clock.instant(),
                                        Kind.AGENT.word(),
                                        event(event))
                                .line());
            }
        } catch (IOException e) {
            told.accept("audit log: its reserve cannot be written: " + e.getMessage());
        }
    }
}
