package io.muster.exec;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * What is kept of a stream: all of it up to the limit, else its beginning and its end, because
 * complaints come last. Memory grows with what is kept, never with what is written.
 */
final class Capture {
    /** As much as a pipe can hold by Linux's default limit. */
    private static final int MOST_IN_PIPE = 1 << 20;

    private final InputStream stream;
    private final StdStream which;
    private final Hearer hearer;
    private final byte[] buffer = new byte[64 * 1024];
    private final int headLimit;
    private final int tailLimit;
    private byte[] head = new byte[0];
    private byte[] tail = new byte[0];
    private int headLength;
    private long tailBytes;

    /**
     * @param limit in bytes
     * @param hearer hears all of it
     */
    Capture(InputStream stream, int limit, StdStream which, Hearer hearer) {
        this.stream = stream;
        this.which = which;
        this.hearer = hearer;
        this.tailLimit = limit / 2;
        this.headLimit = limit - tailLimit;
    }

    /** Takes what is there now, never waiting; false if nothing was. */
    boolean take() throws IOException {
        var available = stream.available();
        if (available == 0) {
            return false;
        }
        var count = stream.read(buffer, 0, Math.min(available, buffer.length));
        keep(count);
        hearer.heard(which, buffer, count);
        return true;
    }

    /** Takes what was left in the pipe, but no more: somebody may go on filling it for ever. */
    void takeRest() throws IOException {
        var most = bytes() + MOST_IN_PIPE;
        while (bytes() < most && take()) {
            // on to the next piece
        }
    }

    /** Takes all that there is, of a file that somebody else keeps from growing for ever. */
    void takeAll() throws IOException {
        while (take()) {
            // on to the next piece
        }
    }

    /** How many bytes came. */
    long bytes() {
        return headLength + tailBytes;
    }

    /** What is kept as text; a note stands for what is not. */
    String text() {
        if (tailBytes <= tailLimit) {
            var all = ByteBuffer.allocate((int) bytes());
            all.put(head, 0, headLength).put(tail, 0, (int) tailBytes).flip();
            return decode(all, true);
        }
        return decode(ByteBuffer.wrap(head, 0, headLength), false)
                + "\n[... "
                + (tailBytes - tailLimit)
                + " bytes left out ...]\n"
                + decode(end(), true);
    }

    private void keep(int count) {
        var forHead = Math.min(count, headLimit - headLength);
        if (forHead > 0) {
            head = grown(head, headLength + forHead, headLimit);
            System.arraycopy(buffer, 0, head, headLength, forHead);
            headLength += forHead;
        }
        keepTail(forHead, count);
    }

    /** Writes a ring: byte number {@code n} of the tail is at {@code n % tailLimit}. */
    private void keepTail(int from, int to) {
        var skipped = Math.max(0, to - from - tailLimit);
        tailBytes += skipped;
        for (int at = from + skipped; at < to; ) {
            var place = tailLimit == 0 ? 0 : (int) (tailBytes % tailLimit);
            var length = Math.min(to - at, tailLimit - place);
            tail = grown(tail, place + length, tailLimit);
            System.arraycopy(buffer, at, tail, place, length);
            tailBytes += length;
            at += length;
        }
    }

    private static byte[] grown(byte[] bytes, int needed, int limit) {
        if (needed <= bytes.length) {
            return bytes;
        }
        return java.util.Arrays.copyOf(bytes, Math.min(limit, Math.max(needed * 2, 1024)));
    }

    /** The ring unrolled, from its first whole character. */
    private ByteBuffer end() {
        var start = tailLimit == 0 ? 0 : (int) (tailBytes % tailLimit);
        var end = ByteBuffer.allocate(tailLimit);
        end.put(tail, start, tailLimit - start).put(tail, 0, start).flip();
        while (end.hasRemaining()
                && end.position() < 3
                && (end.get(end.position()) & 0xc0) == 0x80) {
            end.get();
        }
        return end;
    }

    /** Bad bytes replaced; a last character that is not whole is left out unless at the end. */
    private static String decode(ByteBuffer bytes, boolean atEnd) {
        var decoder =
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPLACE)
                        .onUnmappableCharacter(CodingErrorAction.REPLACE);
        var text = CharBuffer.allocate(bytes.remaining() + 1);
        decoder.decode(bytes, text, atEnd);
        return text.flip().toString();
    }
}
