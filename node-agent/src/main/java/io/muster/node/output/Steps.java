package io.muster.node.output;

import io.muster.message.Live;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Finds, in what a program complains, the lines in which it says how far it is: {@code progress:
 * 3/10 copying}. For one thread at a time.
 */
final class Steps {
    private static final int LONGEST = 300;
    private static final Pattern LINE =
            Pattern.compile("progress: ([0-9]{1,15})(?:/([0-9]{1,15}))?(?: (.*))?");

    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private Optional<Live> news = Optional.empty();

    void take(byte[] bytes, int length) {
        for (int i = 0; i < length; i++) {
            if (bytes[i] == '\n') {
                read(line.toString(StandardCharsets.UTF_8));
                line.reset();
            } else if (line.size() <= LONGEST) {
                line.write(bytes[i]);
            }
        }
    }

    private void read(String text) {
        var said = LINE.matcher(text);
        if (said.matches()) {
            var done = Long.parseLong(said.group(1));
            var of = Optional.ofNullable(said.group(2)).map(Long::parseLong).orElse(0L);
            var step = Optional.ofNullable(said.group(3)).orElse("");
            if (of == 0 || done <= of) {
                var shortened = step.length() <= Live.STEP ? step : step.substring(0, Live.STEP);
                news = Optional.of(new Live.Progress(done, of, shortened));
            }
        }
    }

    /** The newest, once. */
    Optional<Live> news() {
        var told = news;
        news = Optional.empty();
        return told;
    }
}
