package io.muster.hub.registry.redis;

import io.muster.message.Bytes;
import io.muster.security.Envelope;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Reads answers of Redis, whoever wrote them: never more memory than the bounds say, never longer
 * than until the deadline. What is out of bounds otherwise ends the connection.
 */
final class RespReader {
    /**
     * The largest text that is kept, an envelope with what stands around it; one that is larger is
     * read and left out.
     */
    static final int MOST_TEXT = Envelope.MAX_SIZE + 8 * 1024;

    /** The most items of one list. */
    static final int MOST_ITEMS = 4_096;

    /** The most items of one answer, in lists of lists. */
    static final int MOST_ITEMS_IN_ALL = 16_384;

    /** How much memory one answer may take. */
    static final int MOST_IN_ALL = 16 * 1024 * 1024;

    /** How much of one answer is read and left out. */
    static final long MOST_LEFT_OUT = 64L * 1024 * 1024;

    /** What an item takes besides its text. */
    private static final int EACH = 64;

    private static final int MOST_DEPTH = 6;
    private static final int MOST_LINE = 1_024;

    private final InputStream in;
    private final LongSupplier nanos;
    private long deadline;
    private long held;
    private long leftOut;
    private int items;
    private long received;

    /**
     * Reads from there.
     *
     * @param in buffered; may throw if nothing comes for long
     * @param nanos of a clock that nobody sets
     */
    RespReader(InputStream in, LongSupplier nanos) {
        this.in = in;
        this.nanos = nanos;
        this.deadline = nanos.getAsLong();
    }

    /** Everything up to the next call of this must have come before then. */
    void until(long newDeadline) {
        deadline = newDeadline;
    }

    /** How many bytes of texts have come so far, those that were left out included. */
    long received() {
        return received;
    }

    /**
     * The next answer.
     *
     * @throws IOException if there is none in time, or it is no answer of Redis, or out of bounds
     */
    Resp next() throws IOException {
        held = 0;
        leftOut = 0;
        items = 0;
        return next(0);
    }

    private Resp next(int depth) throws IOException {
        var kind = read();
        return switch (kind) {
            case '+' -> new Resp.Text(Bytes.utf8(line()));
            case '-' -> new Resp.Failure(line());
            case ':' -> new Resp.Whole(number(Long.MIN_VALUE, Long.MAX_VALUE));
            case '$' -> text(number(-1, Integer.MAX_VALUE));
            case '*' -> items(number(-1, MOST_ITEMS), depth);
            default -> throw new IOException("an answer that begins with the byte " + kind);
        };
    }

    private Resp text(long length) throws IOException {
        if (length < 0) {
            return new Resp.Nothing();
        }
        received += length;
        if (length > MOST_TEXT) {
            leaveOut(length);
            end();
            return new Resp.TooLarge(length);
        }
        hold(length);
        var bytes = new byte[(int) length];
        for (int at = 0; at < bytes.length; ) {
            at += some(bytes, at, bytes.length - at);
        }
        end();
        return new Resp.Text(Bytes.wrap(bytes));
    }

    private void hold(long bytes) throws IOException {
        held += bytes;
        if (held > MOST_IN_ALL) {
            throw new IOException("an answer of more than " + MOST_IN_ALL + " bytes");
        }
    }

    private void leaveOut(long length) throws IOException {
        leftOut += length;
        if (leftOut > MOST_LEFT_OUT) {
            throw new IOException("an answer with a text of " + length + " bytes");
        }
        var scratch = new byte[8_192];
        for (long left = length; left > 0; ) {
            left -= some(scratch, 0, (int) Math.min(left, scratch.length));
        }
    }

    private Resp items(long count, int depth) throws IOException {
        if (count < 0) {
            return new Resp.Nothing();
        }
        if (depth >= MOST_DEPTH) {
            throw new IOException("an answer of too many levels");
        }
        items += (int) count;
        if (items > MOST_ITEMS_IN_ALL) {
            throw new IOException("an answer of more than " + MOST_ITEMS_IN_ALL + " items");
        }
        hold(count * EACH);
        List<Resp> list = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            list.add(next(depth + 1));
        }
        return new Resp.Items(list);
    }

    private long number(long least, long most) throws IOException {
        var line = line();
        long number;
        try {
            number = Long.parseLong(line);
        } catch (NumberFormatException e) {
            throw new IOException("no number where one should be", e);
        }
        if (number < least || number > most) {
            throw new IOException("a length or count of " + number);
        }
        return number;
    }

    /** Lines are ASCII, or an error message in some language, which is only shown. */
    private String line() throws IOException {
        var line = new StringBuilder();
        for (int c = read(); c != '\r'; c = read()) {
            if (line.length() == MOST_LINE) {
                throw new IOException("a line of more than " + MOST_LINE + " bytes");
            }
            line.append((char) c);
        }
        if (read() != '\n') {
            throw new IOException("a line without an end");
        }
        hold(line.length());
        return new String(
                line.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private void end() throws IOException {
        if (read() != '\r' || read() != '\n') {
            throw new IOException("a text without an end");
        }
    }

    private int read() throws IOException {
        inTime();
        var next = in.read();
        if (next < 0) {
            throw new EOFException("the connection was closed");
        }
        return next;
    }

    private int some(byte[] into, int at, int length) throws IOException {
        inTime();
        var count = in.read(into, at, length);
        if (count < 0) {
            throw new EOFException("the connection was closed");
        }
        return count;
    }

    private void inTime() throws IOException {
        if (nanos.getAsLong() - deadline > 0) {
            throw new IOException("the answer took too long");
        }
    }
}
