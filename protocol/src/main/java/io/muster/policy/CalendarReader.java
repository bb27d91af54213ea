package io.muster.policy;

import io.muster.action.ActionClass;
import io.muster.message.Escape;
import io.muster.message.FieldReader;
import io.muster.message.MalformedException;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.policy.Calendar.Freeze;
import io.muster.policy.Calendar.Maintenance;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.regex.Pattern;

/** Reads the freezes and maintenance windows of a policy. */
final class CalendarReader {
    private static final int MOST = 100;
    private static final Pattern ACTIONS =
            Pattern.compile("\\*|[a-z][a-z0-9_-]*(\\.[a-z][a-z0-9_-]*)*(\\.\\*)?");

    private final Map<String, Set<String>> groups;

    CalendarReader(Map<String, Set<String>> groups) {
        this.groups = groups;
    }

    /** Takes its members out of a policy. */
    Calendar read(FieldReader policy) {
        return new Calendar(
                each(policy, "freezes", this::freeze),
                each(policy, "maintenance", this::maintenance));
    }

    private static <T> List<T> each(
            FieldReader policy, String member, BiFunction<FieldReader, String, T> form) {
        var all = new ArrayList<T>();
        var items = policy.optionalItems(member).orElse(List.of());
        if (items.size() > MOST) {
            throw new MalformedException(
                    "policy: " + items.size() + " " + member + ", and " + MOST + " are the most");
        }
        for (Value item : items) {
            var what = "policy: " + member + ": " + (all.size() + 1);
            if (!(item instanceof Fields fields)) {
                throw new MalformedException(what + ": not an object");
            }
            var reader = new FieldReader(what, fields);
            all.add(PolicyReader.checked(what, () -> form.apply(reader, what)));
            reader.done();
        }
        return all;
    }

    private Freeze freeze(FieldReader reader, String what) {
        var zone = reader.optionalText("zone", Window::zone).orElseGet(() -> Window.zone("UTC"));
        return new Freeze(
                reader.text("from", text -> moment(text, zone)),
                reader.text("to", text -> moment(text, zone)),
                reader.text("reason", PolicyReader::name),
                scope(reader));
    }

    private Maintenance maintenance(FieldReader reader, String what) {
        var times =
                reader.optionalItems("times").orElse(List.of()).stream()
                        .map(item -> PolicyReader.window(item, what + ": times"))
                        .toList();
        return new Maintenance(times, scope(reader));
    }

    private Scope scope(FieldReader reader) {
        return new Scope(
                reader.optionalTexts("actions", CalendarReader::pattern).orElse(List.of("*")),
                reader.optionalTexts("classes", ActionClass::parse)
                        .<Set<ActionClass>>map(LinkedHashSet::new)
                        .orElse(EnumSet.of(ActionClass.CHANGE, ActionClass.DESTRUCTIVE)),
                reader.optionalTexts("except", text -> text).map(some -> Names.of(some, groups)));
    }

    private static String pattern(String text) {
        if (!ACTIONS.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "action " + Escape.quoted(text) + " is not NAME, family.* or *");
        }
        return text;
    }

    private static Instant moment(String text, ZoneId zone) {
        try {
            return LocalDateTime.parse(text).atZone(zone).toInstant();
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "not a time such as 2026-12-20T18:00: " + Escape.quoted(text), e);
        }
    }
}
