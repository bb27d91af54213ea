package io.muster.controller.render;

import io.muster.controller.Entry;
import io.muster.controller.mask.Quantity;
import io.muster.controller.mask.Spread;
import io.muster.message.Value;
import io.muster.message.Value.Decimal;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;
import io.muster.message.Value.Nothing;
import io.muster.message.Value.Text;
import io.muster.message.Value.Truth;
import io.muster.message.Value.Whole;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the numbers are spread that are values of a fact, and who is far from the others.
 *
 * @param spread of the nodes that have one
 * @param values each as it was said, by its text
 */
record FactNumbers(Spread<Entry> spread, Map<String, Value> values, int count) {
    /** So many different values are seen at a glance. */
    private static final int FEW = 4;

    private static final double HIGH = 0.9;

    /**
     * Of these values, if most nodes that have the fact have a number of one kind.
     *
     * @param nodes who has each value
     */
    static Optional<FactNumbers> of(Map<Value, List<Entry>> nodes) {
        var kinds = new EnumMap<Quantity.Family, List<Spread.Said<Entry>>>(Quantity.Family.class);
        var values = new LinkedHashMap<String, Value>();
        nodes.forEach(
                (value, entries) ->
                        quantity(value)
                                .ifPresent(
                                        number -> {
                                            values.put(value.toString(), value);
                                            var said =
                                                    kinds.computeIfAbsent(
                                                            number.family(),
                                                            _ -> new ArrayList<>());
                                            entries.forEach(
                                                    entry -> said.add(said(number, value, entry)));
                                        }));
        var all = nodes.values().stream().mapToInt(List::size).sum();
        return kinds.values().stream()
                .filter(said -> said.size() * 2 > all)
                .findFirst()
                .map(said -> new FactNumbers(Spread.of(said), values, said.size()));
    }

    private static Spread.Said<Entry> said(Quantity number, Value value, Entry entry) {
        return new Spread.Said<>(number.amount(), value.toString(), entry);
    }

    private static Optional<Quantity> quantity(Value value) {
        return switch (value) {
            case Whole _, Decimal _, Text _ -> Quantity.of(value.toString());
            case Truth _, Nothing _, Items _, Fields _ -> Optional.empty();
        };
    }

    /** Whether there are more of them than are seen at a glance. */
    boolean many() {
        return values.size() > FEW;
    }

    private Spread.Said<Entry> high() {
        return spread.quantile(HIGH);
    }

    /** In one line. */
    String line(Names names) {
        return count
                + " numbers: min "
                + spread.min().text()
                + ", median "
                + spread.median().text()
                + ", p90 "
                + high().text()
                + ", max "
                + spread.max().text()
                + SpreadLine.farOut(spread.farOut(), names);
    }

    /** For programs. */
    Fields fields(Names names) {
        var far =
                spread.farOut().stream()
                        .<Value>map(
                                said ->
                                        Fields.EMPTY
                                                .with("node", word(said.who(), names))
                                                .with("value", value(said)))
                        .toList();
        return Fields.EMPTY
                .with("count", count)
                .with("min", value(spread.min()))
                .with("median", value(spread.median()))
                .with("p90", value(high()))
                .with("max", value(spread.max()))
                .with("farOut", new Items(far));
    }

    private static String word(Entry entry, Names names) {
        return names.word(entry.id(), entry.name());
    }

    private Value value(Spread.Said<Entry> said) {
        return values.getOrDefault(said.text(), Value.of(said.text()));
    }
}
