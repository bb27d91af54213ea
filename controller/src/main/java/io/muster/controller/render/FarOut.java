package io.muster.controller.render;

import io.muster.controller.Entry;
import io.muster.controller.mask.Quantity;
import io.muster.controller.mask.Spread;
import io.muster.controller.render.Groups.Group;
import io.muster.message.Escape;
import io.muster.message.Outcome;
import io.muster.message.Value;
import io.muster.message.Value.Decimal;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;
import io.muster.message.Value.Nothing;
import io.muster.message.Value.Text;
import io.muster.message.Value.Truth;
import io.muster.message.Value.Whole;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the nodes whose numbers are far from everybody else's, over all groups: a line for each
 * number of the result where there are such.
 */
final class FarOut {
    private static final int LINES = 5;

    private FarOut() {}

    /** The lines; of what one group's own lines say already, none. */
    static List<String> lines(List<Group> groups, Names names) {
        Map<String, List<Spread.Said<Entry>>> numbers = new LinkedHashMap<>();
        for (var group : groups) {
            for (var entry : group.state().good() ? group.members() : List.<Entry>of()) {
                collect(entry, numbers);
            }
        }
        var lines = new ArrayList<String>();
        numbers.forEach(
                (name, said) -> {
                    var spread = Spread.of(said);
                    if (!spread.farOut().isEmpty() && !together(groups, said)) {
                        var shown = Escape.line(name) + ": " + SpreadLine.of(spread, names);
                        lines.add("    " + shown);
                    }
                });
        return lines.size() <= LINES ? lines : lines.subList(0, LINES);
    }

    private static void collect(Entry entry, Map<String, List<Spread.Said<Entry>>> numbers) {
        var data = entry.outcome().map(Outcome::result).orElse(Fields.EMPTY);
        data.members()
                .forEach(
                        (name, value) ->
                                amount(value)
                                        .ifPresent(
                                                amount ->
                                                        numbers.computeIfAbsent(
                                                                        name,
                                                                        _ -> new ArrayList<>())
                                                                .add(
                                                                        new Spread.Said<>(
                                                                                amount,
                                                                                value.toString(),
                                                                                entry))));
    }

    private static Optional<Double> amount(Value value) {
        return switch (value) {
            case Whole _, Decimal _ -> Quantity.of(value.toString()).map(Quantity::amount);
            case Text _, Truth _, Nothing _, Items _, Fields _ -> Optional.empty();
        };
    }

    /** Whether nearly all of them are in one group, which tells their spread. */
    private static boolean together(List<Group> groups, List<Spread.Said<Entry>> said) {
        var largest = groups.getLast();
        return !largest.places().isEmpty() && largest.members().size() * 10 >= said.size() * 9;
    }
}
