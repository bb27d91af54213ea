package io.muster.controller.render;

import io.muster.controller.Entry;
import io.muster.message.Escape;
import io.muster.message.Outcome;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;

import java.util.List;
import java.util.Map;

/** One node's inventory. */
public final class InventoryPage {
    private static final int LABELS = 28;

    private final Screen screen;
    private final Entry entry;
    private final Fields data;

    /**
     * @param entry with the answer of {@code node.inventory}
     */
    public InventoryPage(Screen screen, Entry entry) {
        this.screen = screen;
        this.entry = entry;
        this.data = entry.outcome().map(Outcome::result).orElse(Fields.EMPTY);
    }

    /** For people. */
    public void text() {
        var names = Names.ofEntries(List.of(entry));
        line("Inventory for " + names.of(entry) + ":");
        line("");
        line("   Node:");
        label("Identity", entry.id().value());
        label("Presence", entry.target().presence().word());
        data.members()
                .forEach(
                        (name, value) -> {
                            if (!(value instanceof Fields) && !(value instanceof Items)) {
                                label(Escape.line(name), Results.text(value));
                            }
                        });
        list("Collectives", "collectives");
        list("Actions", "actions");
        list("Classes", "classes");
        list("Problems", "problems");
        line("");
        line("   Facts:");
        facts();
        screen.out().flush();
    }

    private void facts() {
        if (data.member("facts").orElse(Fields.EMPTY) instanceof Fields(Map<String, Value> facts)) {
            facts.forEach(
                    (name, value) -> {
                        var lines = Results.text(value).lines().toList();
                        var first = lines.isEmpty() ? "" : lines.getFirst();
                        line("      " + Escape.line(name) + " => " + first);
                        lines.stream().skip(1).forEach(more -> line("         " + more));
                    });
        }
    }

    private void list(String title, String member) {
        if (data.member(member).orElse(Value.of("")) instanceof Items(List<Value> items)) {
            line("");
            line("   " + title + ":");
            var words = items.stream().map(item -> Escape.line(item.toString())).toList();
            Layout.wrap(words, 6, screen.width()).forEach(this::line);
        }
    }

    private void label(String name, String value) {
        var lines = value.lines().toList();
        line(Layout.padLeft(name, LABELS) + ": " + (lines.isEmpty() ? "" : lines.getFirst()));
        lines.stream().skip(1).forEach(more -> line(" ".repeat(LABELS + 2) + more));
    }

    private void line(String text) {
        screen.out().println(text);
    }

    /** As one document: what {@code muster filter --facts} takes. */
    public void json() {
        line(JsonForm.document(fields()));
        screen.out().flush();
    }

    /** As one line. */
    public void jsonLine() {
        line(JsonForm.line(JsonForm.typed("inventory", fields())));
        screen.out().flush();
    }

    /** Only the name. */
    public void name() {
        line(Names.ofEntries(List.of(entry)).word(entry.id(), entry.name()));
        screen.out().flush();
    }

    private Fields fields() {
        var fields = Fields.EMPTY.with("id", entry.id().value()).with("name", entry.name());
        for (var member : data.members().entrySet()) {
            fields = fields.with(member.getKey(), member.getValue());
        }
        return fields;
    }
}
