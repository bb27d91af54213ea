package io.muster.controller.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.message.Json;
import io.muster.message.Request;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;

import java.util.List;

/** What a terminal or a script would obey, wherever others choose a text; and what is harmless. */
final class Hostile {
    /** Clears the screen, sets the title, colours, turns text around, hides, breaks lines. */
    static final String EVIL =
            "\u001b[2J\u001b]0;title\u0007\u001b[31mred\u009b2J\u0085\u202egnp.exe\u2066\u200b\ufeff\u00ad\u2028\u2029\ue000\udb40\udc41\u007f\b\r\n"
                + "second line\t$(id)`id`\\";

    static final String VERY_LONG = "A".repeat(40_000) + EVIL;

    private Hostile() {}

    /** What they say of themselves, and what they can do. */
    static Fields data(Request request) {
        if (request.action().value().equals("node.actions")) {
            return Fields.EMPTY.with("actions", new Items(List.of())).with("problems", lines());
        }
        return evil();
    }

    static Value lines() {
        return Value.texts(List.of(EVIL, "two\nlines"));
    }

    /** Facts whose names and values are evil, and other members that verbs look at. */
    static Fields evil() {
        var name = "\u001b[2J\u202e\u200b\n\u009b|";
        var site = Fields.EMPTY.with("role", EVIL).with(name, EVIL).with("list", lines());
        return Fields.EMPTY
                .with("facts", Fields.EMPTY.with("site", site).with(name, VERY_LONG))
                .with("classes", lines())
                .with("actions", lines())
                .with("collectives", lines())
                .with("version", EVIL)
                .with("boot", EVIL)
                .with("problems", lines())
                .with("output", EVIL)
                .with(name, new Items(List.of(site, Value.of(EVIL))));
    }

    /** Nothing in it is obeyed. */
    static void assertHarmless(String text) {
        var obeyed =
                text.codePoints()
                        .filter(c -> c != '\n' && obeyed(c))
                        .mapToObj("U+%04X"::formatted)
                        .distinct()
                        .toList();
        assertThat(obeyed).as(() -> start(text)).isEmpty();
    }

    private static boolean obeyed(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    true;
            default -> false;
        };
    }

    private static String start(String text) {
        return text.substring(0, Math.min(2_000, text.length()));
    }

    /** It is of that form, whatever they say. */
    static void assertForm(String form, String out) {
        switch (form) {
            case "json" -> {
                if (!out.isEmpty()) {
                    assertThat(Json.readLocal(out).members()).isNotEmpty();
                }
            }
            case "jsonl" ->
                    assertThat(out.lines())
                            .allSatisfy(l -> assertThat(Json.readLocal(l).members()).isNotEmpty());
            case "names" ->
                    assertThat(out.lines()).allMatch(l -> l.matches("[A-Za-z0-9][A-Za-z0-9._-]*"));
            default -> assertThat(out.lines()).noneMatch(l -> l.startsWith("second line"));
        }
    }
}
