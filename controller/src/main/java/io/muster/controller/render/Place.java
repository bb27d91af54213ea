package io.muster.controller.render;

import io.muster.controller.Entry;
import io.muster.controller.mask.Quantity;
import io.muster.controller.mask.Spread;
import io.muster.controller.mask.Variable;
import io.muster.message.Escape;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A place where similar answers differ.
 *
 * @param mark what stands there
 * @param kind what it looks like
 * @param said what there is instead, and who said it: each node once
 */
record Place(String mark, Variable.Kind kind, Map<String, List<Entry>> said) {
    /** So many are listed one by one. */
    private static final int FEW = 4;

    private static final int WORDS = 3;
    private static final int LONGEST = 40;

    Place {
        said = Collections.unmodifiableMap(new LinkedHashMap<>(said));
    }

    /** In one line, what differs here. */
    String line(Names names) {
        return mark + " " + (said.size() <= FEW ? each(names) : many(names));
    }

    /** Whether somebody is far out here. */
    boolean odd() {
        return said.size() > FEW && spread().filter(s -> !s.farOut().isEmpty()).isPresent();
    }

    private String each(Names names) {
        var largestFirst =
                said.entrySet().stream()
                        .sorted(
                                Comparator.comparingInt(
                                        (Map.Entry<String, List<Entry>> e) -> -e.getValue().size()))
                        .toList();
        var words = new ArrayList<String>();
        largestFirst.forEach(e -> words.add(shown(e.getKey()) + " on " + who(e.getValue(), names)));
        return String.join("; ", words);
    }

    private static String who(List<Entry> entries, Names names) {
        var words = TextRenderer.words(entries, names);
        return words.size() <= WORDS ? String.join(", ", words) : entries.size() + " nodes";
    }

    private String many(Names names) {
        var spread = spread();
        if (spread.isPresent()) {
            return SpreadLine.of(spread.get(), names);
        }
        var first = said.entrySet().iterator().next();
        var example = shown(first.getKey()) + " on " + names.of(first.getValue().getFirst());
        return said.size() + " different, such as " + example;
    }

    /** Empty if these are not all numbers that can be compared. */
    private Optional<Spread<Entry>> spread() {
        var numbers = new ArrayList<Spread.Said<Entry>>();
        var families = new ArrayList<Quantity.Family>();
        for (var one : said.entrySet()) {
            var quantity = quantity(one.getKey());
            if (quantity.isEmpty()) {
                return Optional.empty();
            }
            if (!families.contains(quantity.get().family())) {
                families.add(quantity.get().family());
            }
            for (var entry : one.getValue()) {
                numbers.add(new Spread.Said<>(quantity.get().amount(), shown(one.getKey()), entry));
            }
        }
        return families.size() == 1 ? Optional.of(Spread.of(numbers)) : Optional.empty();
    }

    private Optional<Quantity> quantity(String text) {
        return switch (kind) {
            case NUMBER, PERCENT, DURATION, SIZE -> Quantity.of(text);
            case TIME, ID, ADDRESS, NAME, SHORT_NAME, NODE_ID -> Optional.empty();
        };
    }

    private static String shown(String text) {
        return Escape.line(text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...");
    }
}
