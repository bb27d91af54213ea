package io.muster.controller.discovery;

import io.muster.message.Escape;
import io.muster.message.MalformedException;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Many names in few words, as muster prints them: {@code web[01-03,07].example} is {@code
 * web01.example}, {@code web02.example}, {@code web03.example} and {@code web07.example}. One pair
 * of brackets a word; numbers are as wide as the first of their range.
 */
public final class Folded {
    /** A slip of the finger in a number must not fill the memory. */
    private static final int MOST = 100_000;

    private static final int LONGEST = 9;
    private static final Pattern FOLDED = Pattern.compile("([^\\[\\]]*)\\[([0-9,-]+)]([^\\[\\]]*)");
    private static final Pattern RANGE =
            Pattern.compile("([0-9]{1," + LONGEST + "})(?:-([0-9]{1," + LONGEST + "}))?");

    private Folded() {}

    /**
     * The names that the word stands for; the word itself if nothing is folded in it.
     *
     * @throws MalformedException if its brackets hold no numbers, run backwards or stand for more
     *     than 100,000 names
     */
    public static List<String> names(String word) {
        if (word.indexOf('[') < 0) {
            return List.of(word);
        }
        var folded = FOLDED.matcher(word);
        if (!folded.matches()) {
            throw malformed(word, "write ranges of numbers in one pair of brackets: web[01-12,15]");
        }
        var names = new ArrayList<String>();
        for (var part : folded.group(2).split(",", -1)) {
            for (var number : numbers(word, part)) {
                names.add(folded.group(1) + number + folded.group(3));
            }
            if (names.size() > MOST) {
                throw tooMany(word);
            }
        }
        return List.copyOf(names);
    }

    private static List<String> numbers(String word, String part) {
        var range = RANGE.matcher(part);
        if (!range.matches()) {
            throw malformed(word, "not a range of numbers: " + Escape.quoted(part));
        }
        var from = range.group(1);
        var to = range.group(2) == null ? from : range.group(2);
        var first = Integer.parseInt(from);
        var last = Integer.parseInt(to);
        if (last < first) {
            throw malformed(word, part + " runs backwards");
        }
        if (last - first >= MOST) {
            throw tooMany(word);
        }
        return IntStream.rangeClosed(first, last).mapToObj(n -> wide(n, from.length())).toList();
    }

    private static String wide(int number, int width) {
        var digits = Integer.toString(number);
        return "0".repeat(Math.max(0, width - digits.length())) + digits;
    }

    private static MalformedException tooMany(String word) {
        return malformed(word, "stands for more than " + MOST + " names");
    }

    private static MalformedException malformed(String word, String why) {
        return new MalformedException(Escape.quoted(word) + ": " + why);
    }
}
