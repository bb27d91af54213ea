package io.muster.controller;

import io.muster.message.Escape;

import java.util.regex.Pattern;

/**
 * So many, or so many of a hundred.
 *
 * @param number how many, or how many percent
 * @param percent which of the two
 */
public record Amount(int number, boolean percent) {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,7})(%?)");

    public Amount {
        if (number < 0 || (percent && number > 100)) {
            throw new IllegalArgumentException(number + " is no amount");
        }
    }

    /**
     * Reads {@code 10} or {@code 25%}.
     *
     * @throws IllegalArgumentException if the text is neither
     */
    public static Amount parse(String text) {
        var form = FORM.matcher(text);
        if (form.matches()) {
            var number = Integer.parseInt(form.group(1));
            var percent = !form.group(2).isEmpty();
            if (!percent || number <= 100) {
                return new Amount(number, percent);
            }
        }
        throw new IllegalArgumentException(
                Escape.quoted(text) + ": a number such as 10, or a share such as 25%");
    }

    /** How many of that many; percentages round down. */
    public int of(int all) {
        return percent ? (int) ((long) all * number / 100) : number;
    }

    @Override
    public String toString() {
        return number + (percent ? "%" : "");
    }
}
