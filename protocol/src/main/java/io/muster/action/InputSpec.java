package io.muster.action;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One input of an action: what it is called, what it must look like.
 *
 * @param name a lower-case word, underscores allowed
 * @param summary one line for people
 * @param kind what values are valid
 * @param required whether it must be given
 * @param fallback what it is when not given, as it would be typed; only for inputs not required
 * @param secret whether it must never be shown, stored or sent in clear
 */
public record InputSpec(
        String name,
        String summary,
        Kind kind,
        boolean required,
        Optional<String> fallback,
        boolean secret) {

    /** What values are valid. */
    public sealed interface Kind {
        /** A text on one line; {@code pattern} (RE2) must match all of it, if there is one. */
        record Text(int maxLength, Optional<String> pattern) implements Kind {}

        /** A whole number between two bounds, both included. */
        record Whole(long min, long max) implements Kind {}

        /** True or false. */
        record Truth() implements Kind {}

        /** One of these words. */
        record Choice(List<String> words) implements Kind {
            public Choice {
                words = List.copyOf(words);
            }
        }

        /** A length of time between two bounds: {@code 90s}, {@code 5m}, {@code 2h}. */
        record Span(Duration min, Duration max) implements Kind {}

        /** A list of texts, each as {@code each} says. */
        record Texts(Text each, int maxItems) implements Kind {}
    }
}
