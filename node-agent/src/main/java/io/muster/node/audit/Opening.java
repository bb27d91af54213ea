package io.muster.node.audit;

import io.muster.audit.AuditRecord;
import io.muster.message.AuditHead;
import io.muster.message.Identity;
import io.muster.message.MalformedException;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** The opening of the audit log: goes on with what an earlier life left, or begins a new chain. */
final class Opening {
    private final AuditFiles files;
    private final Identity node;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final List<String> findings = new ArrayList<>();

    Opening(AuditFiles files, Identity node, InstantSource clock, RandomGenerator random) {
        this.files = files;
        this.node = node;
        this.clock = clock;
        this.random = random;
    }

    /** What was not as it was left: for the record. */
    List<String> findings() {
        return findings;
    }

    /**
     * Opens it.
     *
     * @param noted how far it had surely come
     */
    AuditFile open(Optional<AuditHead> noted) throws IOException {
        Optional<AuditTail> tail;
        try (var in = AuditFiles.open(files.current())) {
            tail = found(in, noted);
        } catch (MalformedException e) {
            var aside = files.setAside(clock.millis());
            findings.add(
                    "the log did not end as this node agent left it ("
                            + e.problem()
                            + "); it is kept as "
                            + aside.getFileName()
                            + ", and a new chain begins");
            return begin();
        }
        return tail.isPresent() ? after(tail.get()) : begin();
    }

    private Optional<AuditTail> found(RandomAccessFile in, Optional<AuditHead> noted)
            throws IOException {
        var tail = AuditTail.read(in);
        if (tail.isEmpty()) {
            noted.ifPresent(
                    head ->
                            findings.add(
                                    "the log had come to record "
                                            + head.sequence()
                                            + " of the chain "
                                            + head.chain()
                                            + ", and is gone; a new chain begins"));
            return tail;
        }
        var found = tail.get();
        noted.ifPresent(head -> check(found, head));
        var torn = in.length() - found.end();
        if (torn > 0) {
            findings.add("after a crash: " + torn + " bytes of an unfinished record were cut off");
        }
        return tail;
    }

    private static void check(AuditTail found, AuditHead noted) {
        if (!found.chain().equals(noted.chain())) {
            throw new MalformedException("it is another chain");
        }
        if (found.head().sequence() < noted.sequence()) {
            throw new MalformedException(
                    "it ends with record "
                            + found.head().sequence()
                            + ", and had come to "
                            + noted.sequence());
        }
        var hash = found.hashes().get(noted.sequence());
        if (hash != null && !hash.equals(noted.hash())) {
            throw new MalformedException("record " + noted.sequence() + " is another");
        }
    }

    private AuditFile after(AuditTail found) throws IOException {
        var out = files.tail(files.current());
        try {
            return AuditFile.after(found, out);
        } catch (IOException e) {
            out.close();
            throw e;
        }
    }

    private AuditFile begin() throws IOException {
        var chain = AuditLog.chain(random);
        var now = clock.instant();
        var first = AuditRecord.first(now, AuditRecord.OPENED, AuditLog.opening(chain, node));
        var out = files.tail(files.current());
        try {
            return AuditFile.begin(out, chain, first, now);
        } catch (IOException e) {
            out.close();
            throw e;
        }
    }
}
