package io.muster.node.audit;

import io.muster.audit.AuditRecord;
import io.muster.message.AuditHead;
import io.muster.message.Bytes;
import io.muster.message.Json;
import io.muster.message.MalformedException;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the beginning and the end of an audit file say: enough to go on where an earlier life ended.
 * What lies between them is for {@code muster audit verify}.
 *
 * @param chain the file belongs to
 * @param first the sequence of the file's first record
 * @param begun when the file was begun
 * @param head the last whole record
 * @param hashes of the records that were looked at, by their sequence
 * @param end where the last whole record ends
 */
record AuditTail(
        String chain,
        long first,
        Instant begun,
        AuditHead head,
        Map<Long, String> hashes,
        long end) {
    private static final int WINDOW = 4 * Json.MAX_DOCUMENT;

    AuditTail {
        hashes = Map.copyOf(hashes);
    }

    /**
     * Reads it.
     *
     * @return nothing if there is no whole record
     * @throws MalformedException if there is anything but records that follow each other
     */
    static Optional<AuditTail> read(RandomAccessFile in) throws IOException {
        var size = in.length();
        var opening = firstLine(in, size);
        if (opening.isEmpty()) {
            return Optional.empty();
        }
        var first = AuditRecord.read(opening.get());
        var chain = first.chain();
        var from = Math.max(0, size - WINDOW);
        var window = bytes(in, from, size);
        var end = lastEnd(window);
        var at = from == 0 ? 0 : ending(window, 0) + 1;
        if (at > end) {
            throw new MalformedException("a line that is too long to be a record");
        }
        var hashes = new HashMap<Long, String>();
        var head = first.head(chain);
        var any = false;
        while (at < end) {
            var next = ending(window, at);
            var record = AuditRecord.read(slice(window, at, next));
            if (any && !record.follows(head)) {
                throw new MalformedException(
                        "record " + record.sequence() + " does not follow " + head.sequence());
            }
            head = record.head(chain);
            hashes.put(head.sequence(), head.hash());
            any = true;
            at = next + 1;
        }
        var begun = moment(first.time());
        return Optional.of(new AuditTail(chain, first.sequence(), begun, head, hashes, from + end));
    }

    private static Optional<Bytes> firstLine(RandomAccessFile in, long size) throws IOException {
        var start = bytes(in, 0, Math.min(size, Json.MAX_DOCUMENT + 1));
        var end = ending(start, 0);
        return end < start.length ? Optional.of(slice(start, 0, end)) : Optional.empty();
    }

    private static byte[] bytes(RandomAccessFile in, long from, long to) throws IOException {
        var bytes = new byte[(int) (to - from)];
        in.seek(from);
        in.readFully(bytes);
        return bytes;
    }

    /** Where the line ends that begins there; the end of the bytes if it does not. */
    private static int ending(byte[] bytes, int from) {
        int at = from;
        while (at < bytes.length && bytes[at] != '\n') {
            at++;
        }
        return at;
    }

    private static int lastEnd(byte[] bytes) {
        int at = bytes.length;
        while (at > 0 && bytes[at - 1] != '\n') {
            at--;
        }
        return at;
    }

    private static Bytes slice(byte[] bytes, int from, int to) {
        return Bytes.wrap(java.util.Arrays.copyOfRange(bytes, from, to));
    }

    private static Instant moment(String time) {
        try {
            return Instant.parse(time);
        } catch (DateTimeParseException e) {
            throw new MalformedException("not a time: " + e.getMessage(), e);
        }
    }
}
