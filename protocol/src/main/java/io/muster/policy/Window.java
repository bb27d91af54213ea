package io.muster.policy;

import io.muster.message.Escape;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Some hours of some days of the week. One that ends before it begins goes on after midnight, and
 * is of the day on which it began.
 *
 * @param days on which it begins
 * @param from the first minute of the day
 * @param to the first minute no more in it
 * @param zone whose clock counts
 */
public record Window(Set<DayOfWeek> days, int from, int to, ZoneId zone) {
    private static final int DAY = 24 * 60;
    private static final Pattern TIME = Pattern.compile("([01][0-9]|2[0-4]):([0-5][0-9])");

    public Window {
        days = Set.copyOf(days);
        if (days.isEmpty()) {
            throw new IllegalArgumentException("a time on no day");
        }
        if (from == to || from < 0 || from >= DAY || to < 0 || to > DAY) {
            throw new IllegalArgumentException(
                    "from " + clock(from) + " to " + clock(to) + " is no time of the day");
        }
    }

    /** Minutes of the day, from {@code HH:MM}; {@code 24:00} is its end. */
    static int minutes(String text) {
        var form = TIME.matcher(text);
        if (form.matches()) {
            var minutes = Integer.parseInt(form.group(1)) * 60 + Integer.parseInt(form.group(2));
            if (minutes <= DAY) {
                return minutes;
            }
        }
        throw new IllegalArgumentException("not a time such as 08:30: " + Escape.quoted(text));
    }

    /** A day, from its first three letters. */
    static DayOfWeek day(String text) {
        return Arrays.stream(DayOfWeek.values())
                .filter(day -> word(day).equals(text))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "not one of mon, tue, wed, thu, fri, sat, sun: "
                                                + Escape.quoted(text)));
    }

    /** A time zone by its name, such as {@code Europe/Berlin} or {@code UTC}. */
    static ZoneId zone(String text) {
        if (!ZoneId.getAvailableZoneIds().contains(text)) {
            throw new IllegalArgumentException(
                    "not a time zone such as Europe/Berlin: " + Escape.quoted(text));
        }
        return ZoneId.of(text);
    }

    /** Whether that moment is in it. */
    boolean holds(Instant moment) {
        var there = moment.atZone(zone);
        var minute = there.getHour() * 60 + there.getMinute();
        if (from < to) {
            return days.contains(there.getDayOfWeek()) && minute >= from && minute < to;
        }
        return minute >= from
                ? days.contains(there.getDayOfWeek())
                : minute < to && days.contains(there.getDayOfWeek().minus(1));
    }

    /** When it begins next, after that moment. */
    Instant next(Instant after) {
        var there = after.atZone(zone).toLocalDate();
        for (int i = 0; i <= 8; i++) {
            var day = there.plusDays(i);
            var begins = day.atStartOfDay().plusMinutes(from).atZone(zone).toInstant();
            if (days.contains(day.getDayOfWeek()) && begins.isAfter(after)) {
                return begins;
            }
        }
        throw new IllegalStateException("no " + this + " in a week");
    }

    private static String word(DayOfWeek day) {
        return day.name().substring(0, 3).toLowerCase(Locale.ROOT);
    }

    private static String clock(int minutes) {
        return "%02d:%02d".formatted(minutes / 60, minutes % 60);
    }

    @Override
    public String toString() {
        var some =
                days.equals(EnumSet.allOf(DayOfWeek.class))
                        ? List.of("every day")
                        : days.stream().sorted().map(Window::word).toList();
        return some.stream().collect(Collectors.joining(", "))
                + " "
                + clock(from)
                + "-"
                + clock(to)
                + " "
                + zone;
    }
}
