package io.muster.policy;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

import io.muster.action.ActionClass;
import io.muster.filter.FactPath;
import io.muster.message.Bytes;
import io.muster.message.Collective;
import io.muster.message.Escape;
import io.muster.message.FieldReader;
import io.muster.message.Json;
import io.muster.message.MalformedException;
import io.muster.message.Spans;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;
import io.muster.message.Value.Text;
import io.muster.message.Value.Truth;
import io.muster.message.Value.Whole;
import io.muster.policy.Rule.Conditions;
import io.muster.policy.Rule.Limits;

import java.time.DayOfWeek;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/** Reads policies; whatever it does not know makes the whole of one unreadable. */
final class PolicyReader {
    private static final int MOST_RULES = 1_000;
    private static final int MOST_TARGETS = 1_000_000;
    private static final int MOST_PER_HOUR = 10_000;
    private static final int ID = 16;
    private static final int LONGEST_PATTERN = 1_024;
    private static final java.util.regex.Pattern WORD =
            java.util.regex.Pattern.compile("[a-z][a-z0-9_-]{0,31}");
    private static final java.util.regex.Pattern INPUT =
            java.util.regex.Pattern.compile("[a-z][a-z0-9_]{0,31}");

    private final Map<String, Set<String>> groups;

    private PolicyReader(Map<String, Set<String>> groups) {
        this.groups = groups;
    }

    static Policy read(String text) {
        var reader = new FieldReader("policy", Json.read(Bytes.utf8(text)));
        var groups = groups(reader.optionalFields("groups").orElse(Fields.EMPTY));
        var items = reader.optionalItems("rules").orElse(List.of());
        var calendar = new CalendarReader(groups).read(reader);
        reader.done();
        if (items.size() > MOST_RULES) {
            throw new MalformedException(
                    "policy: " + items.size() + " rules, and " + MOST_RULES + " are the most");
        }
        var rules = new ArrayList<Rule>();
        var inner = new PolicyReader(groups);
        for (var item : items) {
            rules.add(inner.rule(item, "policy: rule " + (rules.size() + 1)));
        }
        return new Policy(rules, calendar);
    }

    private static Map<String, Set<String>> groups(Fields fields) {
        var groups = new LinkedHashMap<String, Set<String>>();
        var reader = new FieldReader("policy: groups", fields);
        for (var name : fields.members().keySet()) {
            var word = checked("policy: groups", () -> word("a group", name, WORD));
            groups.put(word, new LinkedHashSet<>(reader.texts(name, Names::person)));
        }
        return groups;
    }

    private Rule rule(Value item, String what) {
        var reader = new FieldReader(what, object(item, what));
        var rule =
                checked(
                        what,
                        () ->
                                new Rule(
                                        Json.write(item).sha256().hex().substring(0, ID),
                                        reader.optionalText("name", PolicyReader::name).orElse(""),
                                        reader.text("effect", PolicyReader::allows),
                                        names(reader, "callers"),
                                        reader.texts("actions", text -> text),
                                        reader.optionalTexts("classes", ActionClass::parse)
                                                .<Set<ActionClass>>map(LinkedHashSet::new)
                                                .orElse(EnumSet.allOf(ActionClass.class)),
                                        conditions(reader, what),
                                        limits(reader, what)));
        reader.done();
        return rule;
    }

    private Names names(FieldReader reader, String member) {
        return Names.of(reader.texts(member, text -> text), groups);
    }

    private static Conditions conditions(FieldReader reader, String what) {
        return new Conditions(
                each(reader, "arguments", what, PolicyReader::input, PolicyReader::constraint),
                each(
                        reader,
                        "callerAttributes",
                        what,
                        PolicyReader::attribute,
                        PolicyReader::values),
                each(reader, "nodeAttributes", what, PolicyReader::attribute, PolicyReader::values),
                each(reader, "facts", what, FactPath::of, PolicyReader::values),
                some(reader.optionalTexts("collectives", Collective::new), "collectives"),
                some(
                        reader.optionalItems("times")
                                .map(
                                        items ->
                                                items.stream()
                                                        .map(i -> window(i, what + ": times"))
                                                        .toList()),
                        "times"));
    }

    /** An empty list would mean never, or always: nobody can know which was meant. */
    private static <T> List<T> some(Optional<List<T>> list, String what) {
        if (list.filter(List::isEmpty).isPresent()) {
            throw new IllegalArgumentException(what + " is empty: leave it out, or fill it");
        }
        return list.orElse(List.of());
    }

    private static <K, V> Map<K, V> each(
            FieldReader reader,
            String member,
            String what,
            Function<String, K> key,
            java.util.function.BiFunction<Value, String, V> value) {
        var all = new LinkedHashMap<K, V>();
        var fields = reader.optionalFields(member);
        if (fields.filter(f -> f.members().isEmpty()).isPresent()) {
            throw new IllegalArgumentException(member + " is empty: leave it out, or fill it");
        }
        fields.orElse(Fields.EMPTY)
                .members()
                .forEach(
                        (name, item) -> {
                            var where = what + ": " + member + ": " + Escape.line(name);
                            all.put(
                                    checked(where, () -> key.apply(name)),
                                    checked(where, () -> value.apply(item, where)));
                        });
        return all;
    }

    private static Constraint constraint(Value item, String what) {
        var reader = new FieldReader(what, object(item, what));
        var equal = reader.optional("equals").map(value -> List.of(scalar(value)));
        var oneOf =
                reader.optionalItems("oneOf")
                        .map(items -> items.stream().map(PolicyReader::scalar).toList());
        if (equal.isPresent() && oneOf.isPresent()) {
            throw new IllegalArgumentException("equals and oneOf: one of the two is enough");
        }
        var constraint =
                new Constraint(
                        equal.or(() -> oneOf),
                        reader.optionalText("pattern", PolicyReader::pattern),
                        reader.optional("from").map(PolicyReader::bound),
                        reader.optional("to").map(PolicyReader::bound),
                        reader.optionalTruth("absent").map(PolicyReader::yes).orElse(false));
        reader.done();
        return constraint;
    }

    private static boolean yes(boolean truth) {
        if (!truth) {
            throw new IllegalArgumentException("absent is true, or not there");
        }
        return true;
    }

    private static Value scalar(Value value) {
        return switch (value) {
            case Text _, Whole _, Truth _ -> value;
            case Value.Decimal _, Value.Nothing _, Items _, Fields _ ->
                    throw new IllegalArgumentException(
                            "compares with texts, whole numbers, true and false");
        };
    }

    private static Value bound(Value value) {
        return switch (value) {
            case Whole _ -> value;
            case Text(String text) -> {
                Spans.parse(text);
                yield value;
            }
            case Truth _, Value.Decimal _, Value.Nothing _, Items _, Fields _ ->
                    throw new IllegalArgumentException(
                            "from and to are whole numbers, or lengths of time such as \"5m\"");
        };
    }

    private static Pattern pattern(String text) {
        if (text.isEmpty() || text.length() > LONGEST_PATTERN) {
            throw new IllegalArgumentException(
                    "a pattern has from 1 to " + LONGEST_PATTERN + " characters");
        }
        try {
            return Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "not a pattern: " + Escape.quoted(text) + ": " + e.getDescription(), e);
        }
    }

    private static List<String> values(Value item, String what) {
        if (item instanceof Text(String text)) {
            return List.of(text);
        }
        if (item instanceof Items(List<Value> items)
                && !items.isEmpty()
                && items.stream().allMatch(Text.class::isInstance)) {
            return items.stream().map(Value::toString).toList();
        }
        throw new MalformedException(what + ": not a text, or a list of texts");
    }

    static Window window(Value item, String what) {
        var reader = new FieldReader(what, object(item, what));
        var window =
                new Window(
                        reader.optionalTexts("days", Window::day)
                                .<Set<DayOfWeek>>map(LinkedHashSet::new)
                                .orElse(EnumSet.allOf(DayOfWeek.class)),
                        reader.optionalText("from", Window::minutes).orElse(0),
                        reader.optionalText("to", Window::minutes).orElse(24 * 60),
                        reader.optionalText("zone", Window::zone)
                                .orElseGet(() -> Window.zone("UTC")));
        reader.done();
        return window;
    }

    private Limits limits(FieldReader reader, String what) {
        return new Limits(
                number(reader, "maxTargets", MOST_TARGETS),
                number(reader, "perHour", MOST_PER_HOUR),
                reader.optionalFields("approvals")
                        .map(fields -> approvers(fields, what + ": approvals")));
    }

    private Approvers approvers(Fields fields, String what) {
        var reader = new FieldReader(what, fields);
        var approvers =
                checked(
                        what,
                        () ->
                                new Approvers(
                                        number(reader, "count", Approvers.MOST)
                                                .orElseThrow(
                                                        () ->
                                                                new IllegalArgumentException(
                                                                        "has no count")),
                                        names(reader, "by")));
        reader.done();
        return approvers;
    }

    private static OptionalInt number(FieldReader reader, String member, int most) {
        var number = reader.optionalWhole(member);
        if (number.isEmpty()) {
            return OptionalInt.empty();
        }
        if (number.get() < 1 || number.get() > most) {
            throw new IllegalArgumentException(
                    member + " is from 1 to " + most + ", not " + number.get());
        }
        return OptionalInt.of(number.get().intValue());
    }

    private static Fields object(Value item, String what) {
        if (item instanceof Fields fields) {
            return fields;
        }
        throw new MalformedException(what + ": not an object");
    }

    static String name(String text) {
        if (text.isBlank() || text.length() > 80 || !Escape.line(text).equals(text)) {
            throw new IllegalArgumentException("a name is one plain line of at most 80 characters");
        }
        return text;
    }

    private static String input(String text) {
        return word("an input", text, INPUT);
    }

    private static String attribute(String text) {
        return word("an attribute", text, WORD);
    }

    private static String word(String what, String text, java.util.regex.Pattern form) {
        if (!form.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "not the name of " + what + ": " + Escape.quoted(text));
        }
        return text;
    }

    private static boolean allows(String effect) {
        return switch (effect) {
            case "allow" -> true;
            case "deny" -> false;
            default ->
                    throw new IllegalArgumentException(
                            Escape.quoted(effect) + " is not allow or deny");
        };
    }

    static <T> T checked(String what, Supplier<T> part) {
        try {
            return part.get();
        } catch (MalformedException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new MalformedException(what + ": " + e.getMessage(), e);
        }
    }
}
