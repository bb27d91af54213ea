package io.muster.controller.cli;

import io.muster.message.Escape;

import java.util.regex.Pattern;

/** So many, or so many of a hundred. */
record Limit(int number, boolean percent) {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,7})(%?)");

    static Limit parse(String text) {
        var form = FORM.matcher(text);
        if (!form.matches()) {
            throw new UsageException(
                    "--limit " + Escape.quoted(text) + ": a number such as 10, or 25%");
        }
        var number = Integer.parseInt(form.group(1));
        var percent = !form.group(2).isEmpty();
        if (number == 0 || (percent && number > 100)) {
            throw new UsageException("--limit " + text + ": from 1, or from 1% to 100%");
        }
        return new Limit(number, percent);
    }

    /** How many of that many; percentages round down, but never to none. */
    int of(int all) {
        return percent ? Math.max(1, (int) ((long) all * number / 100)) : number;
    }
}
