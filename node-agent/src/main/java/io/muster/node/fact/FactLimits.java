package io.muster.node.fact;

import io.muster.message.Escape;
import io.muster.message.Json;
import io.muster.message.Value;
import io.muster.message.Value.Decimal;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;
import io.muster.message.Value.Nothing;
import io.muster.message.Value.Text;
import io.muster.message.Value.Truth;
import io.muster.message.Value.Whole;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps facts fit to travel: a file on this machine may hold anything, but the strict reader at the
 * other end would refuse the whole announcement for one bad fact.
 */
final class FactLimits {
    /** The most bytes of JSON that all facts together may have: other things travel with them. */
    static final int MAX_BYTES = 96 * 1024;

    private static final Comparator<Map.Entry<String, Integer>> LARGEST_FIRST =
            Map.Entry.comparingByValue(Comparator.reverseOrder());

    private static final int MAX_TOKENS = 12_000;
    private static final int MAX_DEPTH = 8;
    private static final int MAX_NAME = 128;
    private static final int MAX_TEXT = 4_096;
    private static final int MAX_DIGITS = 32;

    private FactLimits() {}

    /** The facts that can travel; each one left out is a problem. */
    static Fields keep(Fields facts, List<String> problems) {
        var kept = new LinkedHashMap<>(map(facts, "", 1, problems).members());
        var sizes = new LinkedHashMap<String, Integer>();
        kept.forEach((name, value) -> sizes.put(name, bytes(name, value)));
        var bytes = sizes.values().stream().mapToInt(size -> size).sum();
        var tokens = kept.values().stream().mapToInt(FactLimits::tokens).sum();
        var rest = sizes.entrySet().stream().sorted(LARGEST_FIRST).iterator();
        while (bytes > MAX_BYTES || tokens > MAX_TOKENS) {
            var largest = rest.next();
            bytes -= largest.getValue();
            tokens -= tokens(kept.getOrDefault(largest.getKey(), new Nothing()));
            kept.remove(largest.getKey());
            problems.add(
                    largest.getKey()
                            + " left out, the largest fact: together they are more than "
                            + (MAX_BYTES + " bytes or " + MAX_TOKENS + " parts"));
        }
        return new Fields(kept);
    }

    private static int bytes(String name, Value value) {
        return Json.write(new Fields(Map.of(name, value))).length();
    }

    private static Fields map(Fields facts, String prefix, int depth, List<String> problems) {
        var kept = new LinkedHashMap<String, Value>();
        facts.members()
                .forEach(
                        (name, value) -> {
                            if (badName(name)) {
                                problems.add(
                                        Escape.quoted(prefix + name) + " left out: not a name");
                            } else {
                                value(value, prefix + name, depth, problems)
                                        .ifPresent(good -> kept.put(name, good));
                            }
                        });
        return new Fields(kept);
    }

    private static boolean badName(String name) {
        return name.isBlank()
                || name.length() > MAX_NAME
                || name.chars().anyMatch(Character::isISOControl);
    }

    private static Optional<Value> value(
            Value value, String path, int depth, List<String> problems) {
        return switch (value) {
            case Text(String text) when text.length() > MAX_TEXT ->
                    leaveOut(path, "longer than " + MAX_TEXT + " characters", problems);
            case Decimal decimal when decimal.toString().length() > MAX_DIGITS ->
                    leaveOut(path, "more than " + MAX_DIGITS + " digits", problems);
            case Fields _, Items _ when depth >= MAX_DEPTH ->
                    leaveOut(path, "nested deeper than " + MAX_DEPTH, problems);
            case Fields inner -> Optional.of(map(inner, path + ".", depth + 1, problems));
            case Items(List<Value> items) -> {
                var kept = new ArrayList<Value>();
                for (var item : items) {
                    value(item, path, depth + 1, problems).ifPresent(kept::add);
                }
                yield Optional.of(new Items(kept));
            }
            case Text _, Decimal _, Whole _, Truth _, Nothing _ -> Optional.of(value);
        };
    }

    private static Optional<Value> leaveOut(String path, String why, List<String> problems) {
        problems.add(Escape.line(path) + " left out: " + why);
        return Optional.empty();
    }

    private static int tokens(Value value) {
        return switch (value) {
            case Fields(Map<String, Value> members) ->
                    3 + members.values().stream().mapToInt(v -> 1 + tokens(v)).sum();
            case Items(List<Value> items) -> 2 + items.stream().mapToInt(FactLimits::tokens).sum();
            case Text _, Decimal _, Whole _, Truth _, Nothing _ -> 1;
        };
    }
}
