package io.muster.action;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

import io.muster.action.InputSpec.Kind;
import io.muster.message.Escape;
import io.muster.message.Spans;
import io.muster.message.Value;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What the kinds of inputs mean: how a value is typed, and what is wrong with one.
 *
 * <p>Problems are the end of a sentence that began with the value, so that the value of a secret
 * need not appear in it.
 */
final class Validity {
    private Validity() {}

    static String expected(Kind kind) {
        return switch (kind) {
            case Kind.Text text -> "a text " + limits(text);
            case Kind.Lines(int max) -> "lines of at most " + max + " characters";
            case Kind.Whole(long min, long max) -> "a whole number from " + min + " to " + max;
            case Kind.Truth() -> "true or false";
            case Kind.Choice(List<String> words) -> "one of " + String.join(", ", words);
            case Kind.Span(Duration min, Duration max) ->
                    "a span from " + Spans.print(min) + " to " + Spans.print(max);
            case Kind.Texts(Kind.Text each, int max) ->
                    "at most " + max + " texts, each " + limits(each);
        };
    }

    private static String limits(Kind.Text text) {
        return "of at most "
                + text.maxLength()
                + " characters"
                + text.pattern().map(pattern -> " matching " + pattern).orElse("");
    }

    /**
     * The value that was typed, perhaps not a valid one; of a list: the list of this one item.
     *
     * @throws IllegalArgumentException if it cannot be of that kind; the message is a problem
     */
    static Value read(Kind kind, String typed) {
        return switch (kind) {
            case Kind.Text _, Kind.Lines _, Kind.Choice _, Kind.Span _ -> Value.of(typed);
            case Kind.Texts _ -> Value.texts(List.of(typed));
            case Kind.Whole _ -> number(kind, typed);
            case Kind.Truth _ ->
                    switch (typed) {
                        case "true" -> Value.of(true);
                        case "false" -> Value.of(false);
                        default -> throw new IllegalArgumentException("is not true or false");
                    };
        };
    }

    private static Value number(Kind kind, String typed) {
        try {
            return Value.of(Long.parseLong(typed));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("is not " + expected(kind), e);
        }
    }

    static Optional<String> problem(Kind kind, Value value) {
        return switch (kind) {
            case Kind.Text text -> textProblem(text, value);
            case Kind.Lines(int max) -> linesProblem(max, value);
            case Kind.Texts texts -> textsProblem(texts, value);
            case Kind.Span span -> spanProblem(span, value);
            case Kind.Whole(long min, long max) ->
                    unless(
                            kind,
                            value instanceof Value.Whole(long number)
                                    && number >= min
                                    && number <= max);
            case Kind.Truth() -> unless(kind, value instanceof Value.Truth);
            case Kind.Choice(List<String> words) ->
                    unless(kind, value instanceof Value.Text(String text) && words.contains(text));
        };
    }

    /** What is wrong with what was typed, be it its form or its value. */
    static Optional<String> typedProblem(Kind kind, String typed) {
        try {
            return problem(kind, read(kind, typed));
        } catch (IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static Optional<String> unless(Kind kind, boolean good) {
        return good ? Optional.empty() : Optional.of("is not " + expected(kind));
    }

    private static Optional<String> textProblem(Kind.Text kind, Value value) {
        if (!(value instanceof Value.Text(String text))) {
            return Optional.of("is not a text");
        }
        if (text.codePointCount(0, text.length()) > kind.maxLength()) {
            return Optional.of("is longer than " + kind.maxLength() + " characters");
        }
        if (!onOneLine(text)) {
            return Optional.of("holds a line break or a control character");
        }
        return kind.pattern()
                .filter(pattern -> !Pattern.matches(pattern, text))
                .map(pattern -> "does not match " + pattern);
    }

    private static Optional<String> linesProblem(int max, Value value) {
        if (!(value instanceof Value.Text(String text))) {
            return Optional.of("is not a text");
        }
        if (text.codePointCount(0, text.length()) > max) {
            return Optional.of("is longer than " + max + " characters");
        }
        return text.lines().allMatch(line -> onOneLine(line.replace("\t", "")))
                ? Optional.empty()
                : Optional.of("holds a control character");
    }

    private static Optional<String> textsProblem(Kind.Texts kind, Value value) {
        if (!(value instanceof Value.Items(List<Value> items))) {
            return Optional.of("is not a list of texts");
        }
        if (items.size() > kind.maxItems()) {
            return Optional.of("has more than " + kind.maxItems() + " items");
        }
        for (int i = 0; i < items.size(); i++) {
            var problem = textProblem(kind.each(), items.get(i));
            if (problem.isPresent()) {
                return Optional.of("has an item " + (i + 1) + " that " + problem.get());
            }
        }
        return Optional.empty();
    }

    private static Optional<String> spanProblem(Kind.Span kind, Value value) {
        if (!(value instanceof Value.Text(String text))) {
            return Optional.of("is not a length of time such as 90s or 5m");
        }
        try {
            var span = Spans.parse(text);
            return unless(kind, span.compareTo(kind.min()) >= 0 && span.compareTo(kind.max()) <= 0);
        } catch (IllegalArgumentException e) {
            return Optional.of("is not a length of time such as 90s or 5m");
        }
    }

    static boolean onOneLine(String text) {
        return text.codePoints()
                .map(Character::getType)
                .noneMatch(
                        type ->
                                type == Character.CONTROL
                                        || type == Character.LINE_SEPARATOR
                                        || type == Character.PARAGRAPH_SEPARATOR
                                        || type == Character.SURROGATE);
    }

    static void checkPattern(String pattern) {
        try {
            Pattern.compile(pattern);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "not a pattern: " + Escape.quoted(pattern) + ": " + e.getDescription(), e);
        }
    }
}
