package io.muster.node.audit;

import io.muster.audit.AuditRecord;
import io.muster.journal.Disk;
import io.muster.message.AuditHead;
import io.muster.message.Bytes;
import io.muster.message.Value;

import java.io.IOException;
import java.time.Instant;
import java.util.Map;

/**
 * The file that is written, at its end: a record is in it as a whole or not at all. Not
 * thread-safe.
 */
final class AuditFile implements AutoCloseable {
    private final Disk.Tail out;
    private final String chain;
    private final long first;
    private final Instant begun;
    private AuditHead head;
    private long size;
    private boolean forced;

    private AuditFile(
            Disk.Tail out, String chain, long first, Instant begun, AuditHead head, long size) {
        this.out = out;
        this.chain = chain;
        this.first = first;
        this.begun = begun;
        this.head = head;
        this.size = size;
    }

    /** Goes on where that tail ends; what follows it is cut off. */
    static AuditFile after(AuditTail tail, Disk.Tail out) throws IOException {
        out.truncate(tail.end());
        return new AuditFile(
                out, tail.chain(), tail.first(), tail.begun(), tail.head(), tail.end());
    }

    /** An empty file and the record that it begins with. */
    static AuditFile begin(Disk.Tail out, String chain, AuditRecord opening, Instant now)
            throws IOException {
        out.truncate(0);
        var file = new AuditFile(out, chain, opening.sequence(), now, opening.head(chain), 0);
        file.write(opening.line(), false);
        return file;
    }

    String chain() {
        return chain;
    }

    /** The sequence of its first record. */
    long first() {
        return first;
    }

    Instant begun() {
        return begun;
    }

    AuditHead head() {
        return head;
    }

    long size() {
        return size;
    }

    /** Appends a record; if that fails there is no such record. */
    AuditHead append(Instant time, String kind, Map<String, Value> details, boolean durable)
            throws IOException {
        var record = AuditRecord.after(head, time, kind, details);
        write(record.line(), durable);
        head = record.head(chain);
        return head;
    }

    /** Appends a record that was made elsewhere, if it follows. */
    boolean append(AuditRecord record) throws IOException {
        if (!record.follows(head)) {
            return false;
        }
        write(record.line(), true);
        head = record.head(chain);
        return true;
    }

    /** Returns when all records are on the disk. */
    void force() throws IOException {
        if (!forced) {
            out.force();
            forced = true;
        }
    }

    private void write(Bytes line, boolean durable) throws IOException {
        try {
            forced = false;
            out.append(line.view());
            if (durable) {
                force();
            }
            size += line.length();
        } catch (IOException e) {
            try {
                out.truncate(size);
            } catch (IOException second) {
                e.addSuppressed(second);
            }
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
