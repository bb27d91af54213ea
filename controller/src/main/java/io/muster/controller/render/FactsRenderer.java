package io.muster.controller.render;

import io.muster.controller.Entry;
import io.muster.controller.Report;
import io.muster.controller.discovery.Targets;
import io.muster.message.ActionName;
import io.muster.message.Escape;
import io.muster.message.Outcome;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How the values of one fact are spread over the nodes: the largest group first. */
public final class FactsRenderer implements Renderer {
    private static final int VALUES = 40;

    /** So many values are shown on a terminal. */
    private static final int MOST = 20;

    private final Screen screen;
    private final String fact;
    private final Form form;
    private final boolean summary;

    /** In which form. */
    public enum Form {
        /** For people. */
        TEXT,
        /** For people, with the nodes under each value. */
        TEXT_WITH_NODES,
        /** One document. */
        JSON,
        /** An object for each value. */
        JSONL
    }

    /** Nodes with the same value; without a value, those that do not have the fact. */
    private record Spread(Optional<Value> value, List<Entry> nodes) {
        String text() {
            return value.map(Results::text).orElse("(no such fact)");
        }
    }

    /**
     * @param summary whether to end with how many of how many
     */
    public FactsRenderer(Screen screen, String fact, Form form, boolean summary) {
        this.screen = screen;
        this.fact = fact;
        this.form = form;
        this.summary = summary;
    }

    @Override
    public void started(ActionName action) {}

    @Override
    public void discovered(Targets targets) {}

    @Override
    public void replied(Entry entry) {}

    @Override
    public void finished(Report report) {
        var names = Names.ofEntries(report.entries());
        var spreads = spreads(report);
        var numbers = numbers(spreads);
        switch (form) {
            case TEXT, TEXT_WITH_NODES -> text(spreads, numbers, names, report);
            case JSON -> {
                var values = spreads.stream().<Value>map(s -> fields(s, names)).toList();
                var told = Fields.EMPTY.with("fact", fact).with("values", new Items(values));
                var document =
                        numbers.map(all -> told.with("numbers", all.fields(names))).orElse(told);
                screen.out()
                        .println(
                                JsonForm.document(
                                        document.with("summary", JsonForm.summary(report))));
            }
            case JSONL -> {
                spreads.forEach(s -> line("value", fields(s, names)));
                numbers.ifPresent(all -> line("numbers", all.fields(names)));
                var silent = JsonForm.silent(report);
                line("summary", JsonForm.summary(report).with("silent", silent));
            }
        }
        screen.out().flush();
    }

    private void line(String kind, Fields fields) {
        screen.out().println(JsonForm.line(JsonForm.typed(kind, fields)));
    }

    private List<Spread> spreads(Report report) {
        Map<Optional<Value>, List<Entry>> byValue = new LinkedHashMap<>();
        for (var entry : report.entries()) {
            if (entry.state().good()) {
                var value = entry.outcome().map(Outcome::result).flatMap(this::value);
                byValue.computeIfAbsent(value, _ -> new ArrayList<>()).add(entry);
            }
        }
        return byValue.entrySet().stream()
                .map(e -> new Spread(e.getKey(), List.copyOf(e.getValue())))
                .sorted(
                        Comparator.comparingInt((Spread s) -> s.value().isEmpty() ? 1 : 0)
                                .thenComparingInt(s -> -s.nodes().size())
                                .thenComparing(Spread::text))
                .toList();
    }

    private static Optional<FactNumbers> numbers(List<Spread> spreads) {
        var nodes = new LinkedHashMap<Value, List<Entry>>();
        spreads.forEach(s -> s.value().ifPresent(value -> nodes.put(value, s.nodes())));
        return FactNumbers.of(nodes);
    }

    private Optional<Value> value(Fields data) {
        return data.member("facts")
                .filter(Fields.class::isInstance)
                .map(Fields.class::cast)
                .flatMap(facts -> Facts.find(facts, fact));
    }

    private void text(
            List<Spread> spreads, Optional<FactNumbers> numbers, Names names, Report report) {
        screen.out().println("Report for fact: " + Escape.line(fact));
        screen.out().println();
        var having = spreads.stream().filter(spread -> spread.value().isPresent()).toList();
        var most = screen.outTerminal() ? Math.min(MOST, having.size()) : having.size();
        values(having.subList(0, most), names);
        if (most < having.size()) {
            var nodes = having.stream().skip(most).mapToInt(spread -> spread.nodes().size()).sum();
            screen.out()
                    .println(
                            "        and "
                                    + (having.size() - most)
                                    + " more values, on "
                                    + nodes
                                    + " nodes: --output jsonl shows all");
        }
        values(spreads.subList(having.size(), spreads.size()), names);
        numbers.filter(FactNumbers::many)
                .ifPresent(
                        all -> {
                            screen.out().println();
                            screen.out().println("        " + all.line(names));
                        });
        if (summary && !report.entries().isEmpty()) {
            screen.out().println();
            new Summary(screen).show(report);
        }
        new Absent(screen, names).show(report);
    }

    private void values(List<Spread> spreads, Names names) {
        for (var spread : spreads) {
            var lines = spread.text().lines().toList();
            lines.subList(0, Math.max(0, lines.size() - 1))
                    .forEach(line -> screen.out().println("        " + line));
            var last = lines.isEmpty() ? "" : lines.getLast();
            var count = spread.nodes().size();
            var found = " found " + count + (count == 1 ? " time" : " times");
            screen.out().println("        " + Layout.pad(last, VALUES) + found);
            if (form == Form.TEXT_WITH_NODES) {
                var words = TextRenderer.words(spread.nodes(), names);
                Layout.wrap(words, 12, screen.width()).forEach(screen.out()::println);
            }
        }
    }

    private static Fields fields(Spread spread, Names names) {
        var nodes =
                Value.texts(
                        spread.nodes().stream().map(e -> names.word(e.id(), e.name())).toList());
        var counted = Fields.EMPTY.with("count", spread.nodes().size()).with("nodes", nodes);
        return spread.value().map(value -> counted.with("value", value)).orElse(counted);
    }
}
