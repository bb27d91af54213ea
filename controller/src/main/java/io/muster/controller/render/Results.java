package io.muster.controller.render;

import io.muster.message.Escape;
import io.muster.message.Json;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;

import java.util.ArrayList;
import java.util.List;

/** Lays out the data of an answer for people. Everything in it is escaped. */
final class Results {
    private static final String INDENT = "      ";

    private Results() {}

    /** One line for each member, names right-aligned before a colon; long values below. */
    static List<String> lines(Fields data) {
        var width = data.members().keySet().stream().mapToInt(n -> Escape.line(n).length()).max();
        var lines = new ArrayList<String>();
        data.members()
                .forEach(
                        (name, value) ->
                                add(
                                        lines,
                                        Layout.padLeft(Escape.line(name), width.orElse(0)),
                                        value));
        return lines;
    }

    private static void add(List<String> lines, String name, Value value) {
        var nothing = value instanceof Items(List<Value> items) && items.isEmpty();
        var shown = nothing ? List.of("none") : text(value).lines().toList();
        lines.add("    " + name + ": " + (shown.isEmpty() ? "" : shown.getFirst()));
        var below = INDENT + " ".repeat(name.length());
        shown.stream().skip(1).forEach(line -> lines.add(below + line));
    }

    /** The value as people read it: texts without quotes, lists of texts with commas. */
    static String text(Value value) {
        return switch (value) {
            case Value.Text(String text) -> Escape.block(text);
            case Value.Whole _, Value.Decimal _, Value.Truth _, Value.Nothing _ -> value.toString();
            case Items(List<Value> items) when items.stream().allMatch(Results::simple) ->
                    String.join(", ", items.stream().map(Results::text).toList());
            case Items _, Fields _ -> Escape.block(Json.pretty(value));
        };
    }

    private static boolean simple(Value value) {
        return switch (value) {
            case Value.Text(String text) -> !text.contains("\n");
            case Value.Whole _, Value.Decimal _, Value.Truth _, Value.Nothing _ -> true;
            case Items _, Fields _ -> false;
        };
    }
}
