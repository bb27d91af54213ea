package io.muster.node.audit;

import io.muster.audit.AuditRecord;
import io.muster.message.AuditHead;
import io.muster.message.Bytes;
import io.muster.message.Value;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.time.Instant;
import java.util.Map;

/**
 * The file that is written, at its end: a record is in it as a whole or not at all. Not a channel,
 * which an interrupt of the writing thread would close for good. Not thread-safe.
 */
final class AuditFile implements AutoCloseable {
    private final RandomAccessFile out;
    private final String chain;
    private final long first;
    private final Instant begun;
    private AuditHead head;
    private boolean forced;

    private AuditFile(
            RandomAccessFile out, String chain, long first, Instant begun, AuditHead head) {
        this.out = out;
        this.chain = chain;
        this.first = first;
        this.begun = begun;
        this.head = head;
    }

    /** Goes on where that tail ends; what follows it is cut off. */
    static AuditFile after(AuditTail tail, RandomAccessFile out) throws IOException {
        if (out.length() > tail.end()) {
            out.setLength(tail.end());
        }
        out.seek(tail.end());
        return new AuditFile(out, tail.chain(), tail.first(), tail.begun(), tail.head());
    }

    /** An empty file and the record that it begins with. */
    static AuditFile begin(RandomAccessFile out, String chain, AuditRecord opening, Instant now)
            throws IOException {
        out.setLength(0);
        out.seek(0);
        var file = new AuditFile(out, chain, opening.sequence(), now, opening.head(chain));
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

    long size() throws IOException {
        return out.getFilePointer();
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
            out.getFD().sync();
            forced = true;
        }
    }

    private void write(Bytes line, boolean durable) throws IOException {
        var before = out.getFilePointer();
        try {
            forced = false;
            out.write(line.view());
            if (durable) {
                force();
            }
        } catch (IOException e) {
            try {
                out.setLength(before);
                out.seek(before);
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
