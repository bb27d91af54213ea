package io.muster.message;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Guesses which known word a mistyped one was meant to be. */
public final class Nearest {
    private static final int SHORTEST = 3;
    private static final int LONGEST = 64;

    private Nearest() {}

    /**
     * The known word that differs from {@code typed} by the fewest letters left out, added, changed
     * or swapped with their neighbour; none if even that one differs by more than a third, or if
     * {@code typed} is too short to say what was meant.
     */
    public static Optional<String> to(String typed, Collection<String> known) {
        if (typed.length() < SHORTEST || typed.length() > LONGEST) {
            return Optional.empty();
        }
        var word = typed.toLowerCase(Locale.ROOT);
        return known.stream()
                .filter(candidate -> candidate.length() <= LONGEST)
                .filter(candidate -> distance(word, candidate) <= allowed(word, candidate))
                .min(
                        Comparator.comparingInt((String candidate) -> distance(word, candidate))
                                .thenComparing(Comparator.naturalOrder()));
    }

    /** As an ending for an error message: {@code ; did you mean delay?}, or nothing. */
    public static String hint(String typed, Collection<String> known) {
        return to(typed, known).map(word -> "; did you mean " + word + "?").orElse("");
    }

    private static int allowed(String one, String other) {
        return Math.max(1, Math.max(one.length(), other.length()) / 3);
    }

    /** Edit distance with swaps of neighbours (optimal string alignment). */
    private static int distance(String one, String other) {
        var table = new int[one.length() + 1][other.length() + 1];
        for (int i = 0; i <= one.length(); i++) {
            for (int j = 0; j <= other.length(); j++) {
                table[i][j] = i == 0 ? j : j == 0 ? i : cell(table, one, other, i, j);
            }
        }
        return table[one.length()][other.length()];
    }

    private static int cell(int[][] table, String one, String other, int i, int j) {
        var same = one.charAt(i - 1) == other.charAt(j - 1);
        var best = table[i - 1][j - 1] + (same ? 0 : 1);
        best = Math.min(best, Math.min(table[i - 1][j], table[i][j - 1]) + 1);
        if (i > 1
                && j > 1
                && one.charAt(i - 1) == other.charAt(j - 2)
                && one.charAt(i - 2) == other.charAt(j - 1)) {
            best = Math.min(best, table[i - 2][j - 2] + 1);
        }
        return best;
    }
}
