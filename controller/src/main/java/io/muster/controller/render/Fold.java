package io.muster.controller.render;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Writes many names in few words: {@code web01.example} to {@code web40.example} become {@code
 * web[01-40].example}, and with gaps {@code web[01-03,07].example}.
 *
 * <p>What is folded is the last number in the part before the first dot. A number keeps its width
 * only if it has leading zeros.
 */
public final class Fold {
    private static final int LONGEST = 9;

    private Fold() {}

    /** What is around the number, and how wide the number is; 0 if it has no leading zeros. */
    private record Frame(String before, String after, int width) implements Comparable<Frame> {
        @Override
        public int compareTo(Frame other) {
            var byBefore = before.compareTo(other.before);
            var byAfter = byBefore != 0 ? byBefore : after.compareTo(other.after);
            return byAfter != 0 ? byAfter : Integer.compare(width, other.width);
        }

        String number(int number) {
            var digits = Integer.toString(number);
            return "0".repeat(Math.max(0, width - digits.length())) + digits;
        }
    }

    /** Where the digits of a name are. */
    private record Split(String before, String digits, String after) {
        boolean padded() {
            return digits.length() > 1 && digits.startsWith("0");
        }

        int number() {
            return Integer.parseInt(digits);
        }
    }

    /**
     * Folds the names; repeated ones count once.
     *
     * @param names without brackets and commas, or else they could be mistaken for folded ones
     * @return in order
     */
    public static List<String> fold(Collection<String> names) {
        var whole = new TreeSet<String>();
        var splits = new ArrayList<Split>();
        for (var name : names) {
            var split = split(name);
            if (split.digits().isEmpty() || split.digits().length() > LONGEST) {
                whole.add(name);
            } else {
                splits.add(split);
            }
        }
        whole.addAll(folded(numbers(splits)));
        return List.copyOf(whole);
    }

    private static Map<Frame, NavigableSet<Integer>> numbers(List<Split> splits) {
        var numbers = new TreeMap<Frame, NavigableSet<Integer>>();
        for (var split : splits) {
            var width = split.padded() ? split.digits().length() : 0;
            add(numbers, split, width);
        }
        return numbers;
    }

    private static void add(Map<Frame, NavigableSet<Integer>> numbers, Split split, int width) {
        numbers.computeIfAbsent(
                        new Frame(split.before(), split.after(), width), _ -> new TreeSet<>())
                .add(split.number());
    }

    private static List<String> folded(Map<Frame, NavigableSet<Integer>> numbers) {
        join(numbers);
        var folded = new ArrayList<String>();
        numbers.forEach(
                (frame, all) -> {
                    if (!all.isEmpty()) {
                        folded.add(frame.before() + ranges(frame, all) + frame.after());
                    }
                });
        return folded;
    }

    /** 10 goes on where 09 ends: moves such numbers to those that have leading zeros. */
    private static void join(Map<Frame, NavigableSet<Integer>> numbers) {
        for (var padded : numbers.entrySet()) {
            var frame = padded.getKey();
            var natural = numbers.get(new Frame(frame.before(), frame.after(), 0));
            if (frame.width() > 0 && natural != null) {
                var sameWidth =
                        natural.subSet(power(frame.width() - 1), true, power(frame.width()), false);
                padded.getValue().addAll(sameWidth);
                sameWidth.clear();
            }
        }
    }

    private static int power(int exponent) {
        return exponent >= LONGEST ? 1_000_000_000 : (int) Math.pow(10, exponent);
    }

    private static String ranges(Frame frame, NavigableSet<Integer> numbers) {
        if (numbers.size() == 1) {
            return frame.number(numbers.first());
        }
        var ranges = new ArrayList<String>();
        var from = numbers.first();
        var to = from;
        for (var number : numbers.tailSet(from, false)) {
            if (number != to + 1) {
                ranges.add(range(frame, from, to));
                from = number;
            }
            to = number;
        }
        ranges.add(range(frame, from, to));
        return "[" + String.join(",", ranges) + "]";
    }

    private static String range(Frame frame, int from, int to) {
        return from == to ? frame.number(from) : frame.number(from) + "-" + frame.number(to);
    }

    private static Split split(String name) {
        var dot = name.indexOf('.');
        var end = dot < 0 ? name.length() : dot;
        while (end > 0 && !digit(name.charAt(end - 1))) {
            end--;
        }
        var from = end;
        while (from > 0 && digit(name.charAt(from - 1))) {
            from--;
        }
        return new Split(name.substring(0, from), name.substring(from, end), name.substring(end));
    }

    private static boolean digit(char c) {
        return c >= '0' && c <= '9';
    }
}
