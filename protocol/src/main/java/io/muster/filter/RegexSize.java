package io.muster.filter;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How big the program of a regular expression can become, found without compiling it: counted
 * repetitions are written out by the compiler, and {@code ((a{1000}){1000}){1000}} would fill the
 * memory before anybody could count its steps.
 *
 * <p>Never too small for a text that compiles; about right for sensible ones.
 */
final class RegexSize {
    private static final long HUGE = 1L << 40;

    private final String text;
    private final Deque<Long> outside = new ArrayDeque<>();
    private long sum;
    private long last;
    private int at;

    private RegexSize(String text) {
        this.text = text;
    }

    /** The most steps its program can have. */
    static long of(String text) {
        return new RegexSize(text).measure();
    }

    private long measure() {
        while (at < text.length()) {
            switch (text.charAt(at)) {
                case '(' -> open();
                case ')' -> close();
                case '[' -> element(1, classLength());
                case '\\' -> escape();
                case '{' -> repeat();
                case '*', '+', '?' -> grow(1, 2);
                case '|' -> element(2, 1);
                default -> element(1, 1);
            }
        }
        return outside.stream().reduce(sum, Long::sum);
    }

    private void element(int size, int length) {
        sum += size;
        last = size;
        at += length;
    }

    /** What stands before becomes {@code times} as many, and {@code more}. */
    private void grow(long times, long more) {
        long grown = Math.min(HUGE, last * times + more);
        sum = Math.min(HUGE, sum - last + grown);
        last = grown;
        at++;
    }

    private void open() {
        int end = at + 2;
        if (text.startsWith("(?", at)) {
            while (end < text.length() && "imsU-".indexOf(text.charAt(end)) >= 0) {
                end++;
            }
        }
        if (text.startsWith("(?", at) && end < text.length() && text.charAt(end) == ')') {
            at = end + 1; // only flags: a repetition after it repeats what stood before it
            return;
        }
        outside.push(sum);
        sum = 0;
        last = 0;
        at++;
    }

    private void close() {
        last = Math.min(HUGE, sum + 3);
        sum = Math.min(HUGE, last + (outside.isEmpty() ? 0 : outside.pop()));
        at++;
    }

    private void escape() {
        if (text.startsWith("\\Q", at)) {
            int end = text.indexOf("\\E", at + 2);
            int literals = (end < 0 ? text.length() : end) - at - 2;
            at = end < 0 ? text.length() : end + 2;
            if (literals > 0) {
                sum += literals;
                last = 1;
            }
            return;
        }
        element(1, escapeLength(at));
    }

    /** Of {@code \d}, {@code \x{2014}} or {@code \p{Greek}}. */
    private int escapeLength(int start) {
        if (start + 1 >= text.length()) {
            return 1;
        }
        if (start + 2 < text.length()
                && "xpP".indexOf(text.charAt(start + 1)) >= 0
                && text.charAt(start + 2) == '{') {
            int end = text.indexOf('}', start);
            return end < 0 ? 3 : end + 1 - start;
        }
        return 2;
    }

    private int classLength() {
        int i = at + 1;
        if (i < text.length() && text.charAt(i) == '^') {
            i++;
        }
        for (boolean first = true; i < text.length(); first = false) {
            if (text.charAt(i) == ']' && !first) {
                return i + 1 - at;
            } else if (text.startsWith("[:", i) && text.indexOf(":]", i + 2) > 0) {
                i = text.indexOf(":]", i + 2) + 2;
            } else {
                i += text.charAt(i) == '\\' ? escapeLength(i) : 1;
            }
        }
        return 1; // never closed, which the compiler refuses
    }

    private void repeat() {
        int end = text.indexOf('}', at);
        var counts = end < 0 ? "" : text.substring(at + 1, end);
        int comma = counts.indexOf(',');
        var least = comma < 0 ? counts : counts.substring(0, comma);
        var most = comma < 0 || comma == counts.length() - 1 ? least : counts.substring(comma + 1);
        if (!count(least) || !count(most)) {
            element(1, 1);
            return;
        }
        long copies = Math.max(1, Math.max(Long.parseLong(least), Long.parseLong(most)));
        long optional = Math.max(0, Long.parseLong(most) - Long.parseLong(least));
        grow(copies, 2 * optional + 2);
        at = end + 1;
    }

    private static boolean count(String digits) {
        return !digits.isEmpty()
                && digits.length() <= 9
                && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
