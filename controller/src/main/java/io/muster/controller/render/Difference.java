package io.muster.controller.render;

import java.util.ArrayList;
import java.util.List;

/**
 * What must be taken out of some lines and put in to make others of them, as {@code diff -u} shows
 * it. The shortest such list, unless the lines are so many that finding it would take long: then
 * everything between the first and the last difference.
 */
final class Difference {
    private static final int AROUND = 2;

    /** The most comparisons of one line with another, and as many numbers kept. */
    private static final int MOST = 1_000_000;

    private final List<String> before;
    private final List<String> after;
    private final List<Line> lines = new ArrayList<>();

    /**
     * A line of either.
     *
     * @param sign {@code ' '} if it is in both, {@code '-'} or {@code '+'} if it is in one
     */
    record Line(char sign, String text) {
        @Override
        public String toString() {
            return sign + text;
        }
    }

    private Difference(List<String> before, List<String> after) {
        this.before = before;
        this.after = after;
    }

    /** All lines of both, in order. */
    static List<Line> whole(List<String> before, List<String> after) {
        var difference = new Difference(before, after);
        difference.compare();
        return difference.lines;
    }

    /**
     * The lines that differ with two lines around them; {@code "..."} where others are left out.
     * Nothing if all are the same.
     */
    static List<Line> near(List<String> before, List<String> after) {
        var whole = whole(before, after);
        var near = new ArrayList<Line>();
        int last = -1;
        for (int i = 0; i < whole.size(); i++) {
            if (isNear(whole, i)) {
                if (i > last + 1) {
                    near.add(new Line(' ', "..."));
                }
                near.add(whole.get(i));
                last = i;
            }
        }
        if (last >= 0 && last + 1 < whole.size()) {
            near.add(new Line(' ', "..."));
        }
        return near;
    }

    private static boolean isNear(List<Line> lines, int at) {
        return lines
                .subList(Math.max(0, at - AROUND), Math.min(lines.size(), at + AROUND + 1))
                .stream()
                .anyMatch(line -> line.sign() != ' ');
    }

    private void compare() {
        var most = Math.min(before.size(), after.size());
        int head = 0;
        while (head < most && before.get(head).equals(after.get(head))) {
            head++;
        }
        int tail = 0;
        while (tail < most - head
                && before.get(before.size() - 1 - tail)
                        .equals(after.get(after.size() - 1 - tail))) {
            tail++;
        }
        before.subList(0, head).forEach(line -> add(' ', line));
        middle(
                before.subList(head, before.size() - tail),
                after.subList(head, after.size() - tail));
        before.subList(before.size() - tail, before.size()).forEach(line -> add(' ', line));
    }

    private void middle(List<String> out, List<String> in) {
        if ((long) (out.size() + 1) * (in.size() + 1) > MOST) {
            out.forEach(line -> add('-', line));
            in.forEach(line -> add('+', line));
            return;
        }
        var common = common(out, in);
        int i = 0;
        int j = 0;
        while (i < out.size() || j < in.size()) {
            if (i < out.size() && j < in.size() && out.get(i).equals(in.get(j))) {
                add(' ', out.get(i++));
                j++;
            } else if (j == in.size() || (i < out.size() && common[i + 1][j] >= common[i][j + 1])) {
                add('-', out.get(i++));
            } else {
                add('+', in.get(j++));
            }
        }
    }

    /** How many lines the rests from there on have in common, in order. */
    private static int[][] common(List<String> out, List<String> in) {
        var common = new int[out.size() + 1][in.size() + 1];
        for (int i = out.size() - 1; i >= 0; i--) {
            for (int j = in.size() - 1; j >= 0; j--) {
                common[i][j] =
                        out.get(i).equals(in.get(j))
                                ? common[i + 1][j + 1] + 1
                                : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        return common;
    }

    private void add(char sign, String line) {
        lines.add(new Line(sign, line));
    }
}
