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

    /** Of {@code \d}, {@code \pL}, {@code \p{Greek}} or {@code \x{2014}}, in chars. */
    private int escapeLength(int start) {
        char kind = charAt(start + 1);
        if ((kind == 'x' || kind == 'p' || kind == 'P') && charAt(start + 2) == '{') {
            int end = text.indexOf('}', start);
            return end < 0 ? 3 : end + 1 - start;
        }
        if (kind == 'p' || kind == 'P') {
            return 2 + letterLength(start + 2);
        }
        return 1 + letterLength(start + 1);
    }

    /** Read as RE2/J does, because what looks like its end may be a part of it. */
    private int classLength() {
        int i = charAt(at + 1) == '^' ? at + 2 : at + 1;
        for (boolean first = true; i < text.length(); first = false) {
            if (charAt(i) == ']' && !first) {
                return i + 1 - at;
            }
            i = classElement(i);
        }
        return 1; // never closed, which the compiler refuses
    }

    /** Where the element of a class ends that starts there: a letter, a range or a named class. */
    private int classElement(int start) {
        int name = text.startsWith("[:", start) ? text.indexOf(":]", start) : -1;
        if (name >= 0) {
            return name + 2;
        }
        int end = start + elementLength(start);
        boolean named = charAt(start) == '\\' && "dDsSwWpP".indexOf(charAt(start + 1)) >= 0;
        return named || charAt(end) != '-' || charAt(end + 1) == ']'
                ? end
                : end + 1 + elementLength(end + 1);
    }

    private int elementLength(int start) {
        return charAt(start) == '\\' ? escapeLength(start) : letterLength(start);
    }

    private int letterLength(int start) {
        return start < text.length() ? Character.charCount(text.codePointAt(start)) : 0;
    }

    /** The character there, or NUL behind the end. */
    private char charAt(int position) {
        return position < text.length() ? text.charAt(position) : '\0';
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

    /** Without zeros in front: {@code a{03}} is six characters. */
    private static boolean count(String digits) {
        return !digits.isEmpty()
                && digits.length() <= 9
                && (digits.length() == 1 || digits.charAt(0) != '0')
                && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
