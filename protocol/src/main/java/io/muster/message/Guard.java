package io.muster.message;

import java.io.PrintWriter;
import java.io.Writer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The last place before a terminal, a pipe or a file: lets through what this program itself draws
 * with, line ends, tabs, colours and the clearing of a line, and escapes whatever else a terminal
 * would obey or not show. Text from elsewhere is escaped where it is laid out; what was forgotten
 * there is caught here.
 */
public final class Guard extends Writer {
    private static final char ESCAPE = 0x1b;

    /** Colours, and clearing to the end of the line. */
    private static final Pattern DRAWN = Pattern.compile("\u001b\\[(?:[0-9;]{0,12}m|K)");

    /** The longest of those. */
    private static final int LONGEST = 15;

    private final PrintWriter out;
    private final StringBuilder waiting = new StringBuilder();

    private Guard(PrintWriter out) {
        this.out = out;
    }

    /** A writer of which only what is safe reaches {@code out}. */
    public static PrintWriter of(PrintWriter out) {
        return new PrintWriter(new Guard(out));
    }

    /** The same, and each line reaches it at once. */
    public static PrintWriter ofLines(PrintWriter out) {
        return new PrintWriter(new Guard(out), true);
    }

    @Override
    public void write(char[] buffer, int offset, int length) {
        synchronized (lock) {
            waiting.append(buffer, offset, length);
            release(false);
        }
    }

    /** Writes what is complete; what may go on in the next piece waits, unless it is the last. */
    private void release(boolean all) {
        int at = 0;
        while (at < waiting.length()) {
            var odd = odd(at);
            out.append(waiting, at, odd);
            at = odd;
            if (at == waiting.length() || (!all && goesOn(at))) {
                break;
            }
            at += releaseOdd(at);
        }
        waiting.delete(0, at);
    }

    /** The next character that is not plainly harmless. */
    private int odd(int from) {
        int at = from;
        while (at < waiting.length() && plain(waiting.charAt(at))) {
            at++;
        }
        return at;
    }

    private static boolean plain(char c) {
        return (c >= ' ' && c < 0x7f) || c == '\n' || c == '\r' || c == '\t';
    }

    private boolean goesOn(int at) {
        var left = waiting.length() - at;
        return waiting.charAt(at) == ESCAPE
                ? left < LONGEST && !drawn(at).lookingAt()
                : left == 1 && Character.isHighSurrogate(waiting.charAt(at));
    }

    private int releaseOdd(int at) {
        if (waiting.charAt(at) == ESCAPE) {
            var drawn = drawn(at);
            if (drawn.lookingAt()) {
                out.write(drawn.group());
                return drawn.group().length();
            }
        }
        var c = waiting.codePointAt(at);
        out.write(Escape.line(Character.toString(c)));
        return Character.charCount(c);
    }

    private Matcher drawn(int at) {
        return DRAWN.matcher(waiting).region(at, waiting.length());
    }

    @Override
    public void flush() {
        synchronized (lock) {
            release(true);
        }
        out.flush();
    }

    @Override
    public void close() {
        synchronized (lock) {
            release(true);
        }
        out.close();
    }
}
