package io.muster.controller.render;

import io.muster.message.Escape;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Puts bytes that come piece by piece together to lines, as they are: whoever shows them makes them
 * {@linkplain #safe safe}. A line that does not end comes in parts. For one thread at a time.
 */
public final class Lines {
    private static final int LONGEST = 8 * 1024;

    private final Consumer<String> shown;
    private final ByteArrayOutputStream waiting = new ByteArrayOutputStream();
    private long taken;

    /**
     * @param shown gets each line, without its end
     */
    public Lines(Consumer<String> shown) {
        this.shown = shown;
    }

    /** These come next. */
    public void take(byte[] bytes) {
        for (var b : bytes) {
            taken++;
            if (b == '\n') {
                show();
            } else {
                waiting.write(b);
                // Not in the middle of a character, if there are any.
                if (waiting.size() >= LONGEST && (b >= 0 || waiting.size() > LONGEST + 4)) {
                    show();
                }
            }
        }
    }

    /** Nothing more comes, or something is missing: a line that was begun is shown as it is. */
    public void end() {
        if (waiting.size() > 0) {
            show();
        }
    }

    private void show() {
        var line = waiting.toString(StandardCharsets.UTF_8);
        waiting.reset();
        shown.accept(line.endsWith("\r") ? line.substring(0, line.length() - 1) : line);
    }

    /** How many bytes were taken until the end of the line that is shown. */
    long taken() {
        return taken;
    }

    /** That line, with nothing in it that a terminal would obey. */
    public static String safe(String line) {
        return Escape.line(line.replace("\t", "    "));
    }
}
