package io.muster.transport;

import io.muster.message.Spans;

import java.time.Duration;

/**
 * How soon it is noticed that nothing arrives any more.
 *
 * @param quiet after how long without a message an echo is sent; a quarter less at times, so that
 *     thousands do not do it together
 * @param answer how long each is waited for
 * @param times how many in a row have to be missing
 */
public record EchoPace(Duration quiet, Duration answer, int times) {
    /** Of who alone reads a queue. */
    public static final EchoPace ALONE =
            new EchoPace(Duration.ofMinutes(1), Duration.ofSeconds(20), 3);

    /** Of who shares a queue with others: each echo may come to one of them instead. */
    public static final EchoPace SHARED =
            new EchoPace(Duration.ofMinutes(1), Duration.ofSeconds(10), 8);

    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofHours(1);

    public EchoPace {
        if (!quiet.isPositive() || !answer.isPositive() || times < 2) {
            throw new IllegalArgumentException("times that are positive, and two echoes at least");
        }
    }

    /**
     * Reads a setting: after how long.
     *
     * @throws IllegalArgumentException if it is too short or too long
     */
    public static Duration quiet(String text) {
        var span = Spans.parse(text);
        if (span.compareTo(SHORTEST) < 0 || span.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "from " + Spans.print(SHORTEST) + " to " + Spans.print(LONGEST));
        }
        return span;
    }

    /** The same, but after so long without a message; who asks sooner waits less for the answer. */
    public EchoPace withQuiet(Duration other) {
        var part = other.dividedBy(quiet.dividedBy(answer));
        return new EchoPace(other, part.compareTo(answer) < 0 ? part : answer, times);
    }
}
