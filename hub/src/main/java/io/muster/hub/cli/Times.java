package io.muster.hub.cli;

import io.muster.message.Spans;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Moments and ages as people read them. */
final class Times {
    private static final DateTimeFormatter MINUTES =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'").withZone(ZoneOffset.UTC);

    private Times() {}

    /** To the minute, in UTC. */
    static String at(Instant moment) {
        return MINUTES.format(moment);
    }

    /** How long ago, in its largest unit. */
    static String age(Instant then, Instant now) {
        var age = Duration.between(then, now);
        if (age.toMinutes() < 2) {
            return Spans.print(Duration.ofSeconds(Math.max(0, age.toSeconds())));
        }
        return age.toHours() < 2
                ? age.toMinutes() + "m"
                : age.toDays() < 2 ? age.toHours() + "h" : age.toDays() + "d";
    }
}
