package io.muster.controller.render;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** How text is laid out in columns and lines; the same in every locale. */
final class Layout {
    private Layout() {}

    /** The text and blanks behind it up to that width. */
    static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - length(text)));
    }

    /** The text and blanks before it up to that width. */
    static String padLeft(String text, int width) {
        return " ".repeat(Math.max(0, width - length(text))) + text;
    }

    /** How many columns it takes, roughly. */
    static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    /** Milliseconds with two decimals. */
    static String millis(Duration time) {
        var hundredths = (time.toNanos() + 5_000) / 10_000;
        var rest = hundredths % 100;
        return hundredths / 100 + (rest < 10 ? ".0" : ".") + rest;
    }

    /** The words, joined by {@code ", "}, in lines of that width, indented; none is ever cut. */
    static List<String> wrap(List<String> words, int indent, int width) {
        var lines = new ArrayList<String>();
        var line = new StringBuilder();
        for (int i = 0; i < words.size(); i++) {
            var word = i + 1 < words.size() ? words.get(i) + "," : words.get(i);
            if (!line.isEmpty() && indent + line.length() + 1 + word.length() > width) {
                lines.add(" ".repeat(indent) + line);
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        if (!line.isEmpty()) {
            lines.add(" ".repeat(indent) + line);
        }
        return lines;
    }
}
