package io.muster.exec;

import java.util.Locale;
import java.util.Optional;

/** The two ways in which a program speaks. */
public enum StdStream {
    STDOUT,
    STDERR;

    /** The word used on the wire, in output and in file names. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The one of that word. */
    public static Optional<StdStream> of(String word) {
        for (var stream : values()) {
            if (stream.word().equals(word)) {
                return Optional.of(stream);
            }
        }
        return Optional.empty();
    }
}
