package io.muster.hub.presence;

import io.muster.message.Value;
import io.muster.message.Value.Decimal;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;
import io.muster.message.Value.Nothing;
import io.muster.message.Value.Text;
import io.muster.message.Value.Truth;
import io.muster.message.Value.Whole;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Lets the facts of many nodes share what is equal: names and short texts, which are most of what
 * facts are made of. Bounded: when too much is remembered it starts anew. Thread-safe.
 */
final class Sharing {
    private static final int REMEMBERED = 50_000;
    private static final int SHORT = 64;

    private final Map<String, String> names = new HashMap<>();
    private final Map<Value, Value> values = new HashMap<>();

    /** Equal to those facts. */
    synchronized Fields share(Fields facts) {
        if (names.size() > REMEMBERED || values.size() > REMEMBERED) {
            names.clear();
            values.clear();
        }
        return fields(facts);
    }

    private Fields fields(Fields fields) {
        var shared = new LinkedHashMap<String, Value>();
        fields.members().forEach((name, value) -> shared.put(first(names, name), value(value)));
        return new Fields(shared);
    }

    private Value value(Value value) {
        return switch (value) {
            case Text(String text) -> text.length() <= SHORT ? first(values, value) : value;
            case Whole _, Decimal _, Truth _, Nothing _ -> first(values, value);
            case Items(List<Value> items) -> new Items(items.stream().map(this::value).toList());
            case Fields fields -> fields(fields);
        };
    }

    private static <T> T first(Map<T, T> known, T value) {
        var before = known.putIfAbsent(value, value);
        return before == null ? value : before;
    }
}
