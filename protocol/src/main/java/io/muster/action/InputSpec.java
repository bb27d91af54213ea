package io.muster.action;

import io.muster.message.Escape;
import io.muster.message.Spans;
import io.muster.message.Value;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One input of an action: what it is called, what it must look like. One that is neither required
 * nor has a fallback may be absent.
 *
 * @param name a lower-case word, underscores allowed
 * @param summary one line for people
 * @param kind what values are valid
 * @param required whether it must be given; for a list: with at least one item
 * @param fallback what it is when not given, as it would be typed; only for inputs not required,
 *     never for lists or secrets
 * @param secret whether it must never be shown, stored or sent in clear
 */
public record InputSpec(
        String name,
        String summary,
        Kind kind,
        boolean required,
        Optional<String> fallback,
        boolean secret) {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,31}");
    private static final int MAX_SUMMARY = 200;

    /**
     * Checks that the description makes sense.
     *
     * @throws IllegalArgumentException saying which part does not
     */
    public InputSpec {
        checkName("input", name);
        checkSummary("input " + name, summary);
        if (fallback.isPresent() && (required || secret || kind instanceof Kind.Texts)) {
            throw new IllegalArgumentException(
                    "input " + name + ": required inputs, secrets and lists have no fallback");
        }
        fallback.ifPresent(typed -> checkFallback(name, kind, typed));
    }

    /** An input that must be given. */
    public static InputSpec required(String name, String summary, Kind kind) {
        return new InputSpec(name, summary, kind, true, Optional.empty(), false);
    }

    /** An input that may be absent. */
    public static InputSpec optional(String name, String summary, Kind kind) {
        return new InputSpec(name, summary, kind, false, Optional.empty(), false);
    }

    /** An input that is {@code fallback} when not given. */
    public static InputSpec optional(String name, String summary, Kind kind, String fallback) {
        return new InputSpec(name, summary, kind, false, Optional.of(fallback), false);
    }

    /** An input that must never be shown, stored or sent in clear; it may be absent. */
    public static InputSpec optionalSecret(String name, String summary, Kind kind) {
        return new InputSpec(name, summary, kind, false, Optional.empty(), true);
    }

    /** What it is when not given, as a value. */
    public Optional<Value> fallbackValue() {
        return fallback.map(typed -> Validity.read(kind, typed));
    }

    /**
     * The value of a text that came from a file, a pipe or the keyboard. The line end at its end is
     * no part of it, unless lines are wanted; of a list, each line is an item.
     *
     * @throws IllegalArgumentException if it cannot be of this kind; the message is the end of a
     *     sentence that began with the value
     */
    public Value read(String text) {
        return switch (kind) {
            case Kind.Lines _ -> Value.of(text);
            case Kind.Texts _ -> Value.texts(text.lines().toList());
            case Kind.Text _, Kind.Whole _, Kind.Truth _, Kind.Choice _, Kind.Span _ ->
                    Validity.read(kind, text.replaceFirst("\\r?\\n\\z", ""));
        };
    }

    /** What is wrong with this value for this input, as the end of a sentence; empty if nothing. */
    Optional<String> problem(Value value) {
        if (required && value instanceof Value.Items(List<Value> items) && items.isEmpty()) {
            return Optional.of("is empty");
        }
        return Validity.problem(kind, value);
    }

    static void checkName(String what, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    what
                            + " "
                            + Escape.quoted(name)
                            + ": a name is a lower-case word of at most 32"
                            + " letters, digits and underscores");
        }
    }

    static void checkSummary(String what, String summary) {
        if (summary.isBlank() || summary.length() > MAX_SUMMARY || !Validity.onOneLine(summary)) {
            throw new IllegalArgumentException(
                    what + ": a summary is one line of at most " + MAX_SUMMARY + " characters");
        }
    }

    private static void checkFallback(String name, Kind kind, String typed) {
        var problem = Validity.typedProblem(kind, typed);
        if (problem.isPresent()) {
            throw new IllegalArgumentException(
                    "input " + name + ": fallback " + Escape.quoted(typed) + " " + problem.get());
        }
    }

    /** What values are valid. */
    public sealed interface Kind {
        /** Valid values in words: {@code a whole number from 1 to 10}. */
        default String expected() {
            return Validity.expected(this);
        }

        /**
         * A text on one line; {@code pattern} (RE2) must match all of it, if there is one.
         *
         * @param maxLength in characters (code points), 1 to 65536
         */
        record Text(int maxLength, Optional<String> pattern) implements Kind {
            public Text {
                if (maxLength < 1 || maxLength > 65_536) {
                    throw new IllegalArgumentException(
                            "a text is of at most 1 to 65536 characters, not " + maxLength);
                }
                pattern.ifPresent(Validity::checkPattern);
            }

            /** Of at most that length. */
            public static Text upTo(int maxLength) {
                return new Text(maxLength, Optional.empty());
            }

            /** Of at most that length, and {@code pattern} matches all of it. */
            public static Text matching(int maxLength, String pattern) {
                return new Text(maxLength, Optional.of(pattern));
            }
        }

        /**
         * A text of any number of lines: of control characters it may hold tabs and line ends.
         *
         * @param maxLength in characters (code points), 1 to 40000
         */
        record Lines(int maxLength) implements Kind {
            public Lines {
                if (maxLength < 1 || maxLength > 40_000) {
                    throw new IllegalArgumentException(
                            "lines are of at most 1 to 40000 characters, not " + maxLength);
                }
            }
        }

        /** A whole number between two bounds, both included. */
        record Whole(long min, long max) implements Kind {
            public Whole {
                if (min > max) {
                    throw new IllegalArgumentException("no number is from " + min + " to " + max);
                }
            }
        }

        /** True or false. */
        record Truth() implements Kind {}

        /** One of these words: at least one, none twice, each on one line. */
        record Choice(List<String> words) implements Kind {
            public Choice {
                words = List.copyOf(words);
                if (words.isEmpty() || words.size() != new HashSet<>(words).size()) {
                    throw new IllegalArgumentException("a choice is of different words: " + words);
                }
                for (var word : words) {
                    if (word.isBlank() || !Validity.onOneLine(word)) {
                        throw new IllegalArgumentException("not a word: " + Escape.quoted(word));
                    }
                }
            }
        }

        /** A length of time between two bounds, both included: {@code 90s}, {@code 5m}. */
        record Span(Duration min, Duration max) implements Kind {
            public Span {
                if (min.isNegative()
                        || min.compareTo(max) > 0
                        || max.compareTo(Spans.LONGEST) > 0) {
                    throw new IllegalArgumentException("no span is from " + min + " to " + max);
                }
            }
        }

        /**
         * A list of texts, each as {@code each} says; absent is the empty list.
         *
         * @param maxItems 1 to 1000
         */
        record Texts(Text each, int maxItems) implements Kind {
            public Texts {
                if (maxItems < 1 || maxItems > 1_000) {
                    throw new IllegalArgumentException(
                            "a list is of at most 1 to 1000 texts, not " + maxItems);
                }
            }
        }
    }
}
