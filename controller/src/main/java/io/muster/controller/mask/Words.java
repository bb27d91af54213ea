package io.muster.controller.mask;

import io.muster.controller.mask.Variable.Kind;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Splits a text into what says something and what may differ from node to node: numbers, lengths of
 * time, times, ids, addresses and the node's own names.
 *
 * <p>A number that is part of a word is part of what is said: {@code sda1}, {@code 2.4.57}, {@code
 * worker-12}. Takes time in proportion to the text: each word is looked at a bounded number of
 * times, and no further than {@value #LONGEST} characters.
 */
final class Words {
    private static final int LONGEST = 160;

    private static final String HEX = "[0-9a-fA-F]";
    private static final List<Look> LOOKS =
            List.of(
                    look(
                            Kind.TIME,
                            "\\d{4}[-/]\\d\\d[-/]\\d\\d(?:[T"
                                    + " ]\\d\\d:\\d\\d(?::\\d\\d(?:[.,]\\d{1,9})?)?(?:Z|"
                                    + " ?[+-]\\d\\d:?\\d\\d)?)?"),
                    look(Kind.TIME, "\\d\\d:\\d\\d:\\d\\d(?:[.,]\\d{1,9})?Z?"),
                    look(Kind.ADDRESS, HEX + "{2}(?::" + HEX + "{2}){5}"),
                    look(Kind.ADDRESS, HEX + "{1,4}(?::" + HEX + "{1,4}){7}"),
                    look(
                            Kind.ADDRESS,
                            HEX
                                    + "{1,4}(?::"
                                    + HEX
                                    + "{1,4}){0,6}::(?:"
                                    + HEX
                                    + "{1,4}(?::"
                                    + HEX
                                    + "{1,4}){0,6})?"),
                    look(Kind.ADDRESS, "\\d{1,3}(?:\\.\\d{1,3}){3}"),
                    look(Kind.ID, HEX + "{8}(?:-" + HEX + "{4}){3}-" + HEX + "{12}"),
                    look(Kind.ID, "0x" + HEX + "+"),
                    look(Kind.ID, "(?=[a-f]*\\d)(?=\\d*[a-f])[0-9a-f]{8,}"),
                    look(Kind.ID, "(?=[A-F]*\\d)(?=\\d*[A-F])[0-9A-F]{8,}"),
                    look(Kind.ID, "\\d{19,}"),
                    look(
                            Kind.DURATION,
                            "-?(?:\\d{1,15}(?:\\.\\d{1,9})?(?:ms|us|µs|ns|min|[dhms]))+"),
                    look(Kind.SIZE, "-?\\d{1,18}(?:\\.\\d{1,9})?(?:[kKMGTP]i?B?|B)"),
                    look(Kind.PERCENT, "-?\\d{1,18}(?:\\.\\d{1,18})?%"),
                    look(Kind.NUMBER, "-?\\d{1,3}(?:,\\d{3})+(?:\\.\\d{1,18})?"),
                    look(Kind.NUMBER, "-?\\d{1,18}(?:\\.\\d{1,18})?"));

    private final String text;
    private final Self self;
    private final Taker taker;
    private int taken;

    /** Is given a text piece by piece, from its beginning to its end. */
    interface Taker {
        /** What says something: that part of the text. */
        void same(String text, int from, int to);

        /** What may differ. */
        void differs(Variable variable);
    }

    /**
     * @param colons whether it has colons, and so would go on after one more
     */
    private record Look(Kind kind, Pattern pattern, boolean colons) {}

    private record Found(Kind kind, int end) {}

    private Words(String text, Self self, Taker taker) {
        this.text = text;
        this.self = self;
        this.taker = taker;
    }

    private static Look look(Kind kind, String pattern) {
        var colons = pattern.replace("(?:", "(").contains(":");
        return new Look(kind, Pattern.compile(pattern), colons);
    }

    /** Splits the text, which that node said. */
    static void split(String text, Self self, Taker taker) {
        new Words(text, self, taker).split();
    }

    private void split() {
        var matchers = LOOKS.stream().map(look -> look.pattern().matcher(text)).toList();
        int at = 0;
        while (at < text.length()) {
            var found = begins(at) ? find(at, matchers) : Optional.<Found>empty();
            at = found.isPresent() ? take(at, found.get()) : past(at);
        }
        same(text.length());
    }

    private void same(int end) {
        if (taken < end) {
            taker.same(text, taken, end);
        }
    }

    private int take(int from, Found found) {
        int before = from;
        while (before > taken && blank(text.charAt(before - 1))) {
            before--;
        }
        int after = found.end();
        while (after < text.length() && blank(text.charAt(after))) {
            after++;
        }
        same(before);
        taker.differs(
                new Variable(
                        found.kind(),
                        text.substring(before, from),
                        text.substring(from, found.end()),
                        text.substring(found.end(), after)));
        taken = after;
        return after;
    }

    /** The end of the row of letters and digits, or of the one other character. */
    private int past(int at) {
        int end = at + 1;
        if (letterOrDigit(at)) {
            while (end < text.length() && letterOrDigit(end)) {
                end++;
            }
        }
        return end;
    }

    /** Whether something that is whole may begin here. */
    private boolean begins(int at) {
        if (at > 0 && letterOrDigit(at - 1)) {
            return false;
        }
        return letterOrDigit(at) || text.charAt(at) == '-';
    }

    private Optional<Found> find(int at, List<Matcher> matchers) {
        var own = self.at(text, at);
        if (own.isPresent()) {
            return Optional.of(new Found(own.get().kind(), at + own.get().text().length()));
        }
        if (insideWord(at) || !promising(text.charAt(at))) {
            return Optional.empty();
        }
        for (int i = 0; i < matchers.size(); i++) {
            var matcher = matchers.get(i);
            matcher.region(at, Math.min(text.length(), at + LONGEST));
            var look = LOOKS.get(i);
            if (matcher.lookingAt() && ends(look, matcher.end())) {
                return Optional.of(new Found(look.kind(), matcher.end()));
            }
        }
        return Optional.empty();
    }

    private static boolean promising(char c) {
        return (c >= '0' && c <= '9')
                || (c >= 'a' && c <= 'f')
                || (c >= 'A' && c <= 'F')
                || c == '-';
    }

    /** Whether what comes before makes it a part of a longer word, such as the 12 of db-12. */
    private boolean insideWord(int at) {
        if (at == 0) {
            return false;
        }
        var joined = joins(text.charAt(at - 1)) || text.charAt(at - 1) == '_';
        return joined && at > 1 && (letterOrDigit(at - 2) || text.charAt(at) == '-');
    }

    /** Whether what comes behind does not. */
    private boolean ends(Look look, int end) {
        if (end == text.length()) {
            return true;
        }
        var next = text.charAt(end);
        var goesOn = end + 1 < text.length() && letterOrDigit(end + 1);
        if (letterOrDigit(end) || next == '_' || (joins(next) && goesOn)) {
            return false;
        }
        return next != ':' || !goesOn || !look.colons();
    }

    private static boolean joins(char c) {
        return c == '.' || c == '-';
    }

    private static boolean blank(char c) {
        return c == ' ' || c == '\t';
    }

    private boolean letterOrDigit(int at) {
        return Character.isLetterOrDigit(text.charAt(at));
    }
}
