package io.muster.controller.render;

import io.muster.controller.Entry;
import io.muster.controller.TargetState;
import io.muster.controller.mask.Masked;
import io.muster.controller.mask.Self;
import io.muster.controller.mask.Variable;
import io.muster.controller.render.Groups.Group;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Puts groups together whose answers differ only in numbers, times, ids, addresses and the nodes'
 * own names. Equal answers stay together, states and codes never mix, and what differs is counted
 * at each place. Takes time in proportion to the answers.
 */
final class SimilarGroups {
    private static final Comparator<Entry> BY_NAME =
            Comparator.comparing(Entry::name).thenComparing(Entry::id);

    private SimilarGroups() {}

    private record Same(TargetState state, String code, String said) {}

    /** A group of equal answers, taken apart. */
    private record Part(Group group, Masked masked) {
        Part(Group group) {
            this(group, Masked.of(group.outcome(), self(group)));
        }

        Same same() {
            return new Same(group.state(), Groups.code(group.outcome()), masked.said());
        }

        private static Self self(Group group) {
            var first = group.members().getFirst();
            return group.members().size() == 1
                    ? Self.of(first.id().value(), first.name())
                    : Self.NOBODY;
        }
    }

    /** The groups, fewer and larger, the odd ones first. */
    static List<Group> of(List<Group> equal) {
        var alone = new ArrayList<Group>();
        var alike = new LinkedHashMap<Same, List<Group>>();
        for (var group : equal) {
            var part = new Part(group);
            if (part.masked().sound()) {
                alike.computeIfAbsent(part.same(), _ -> new ArrayList<>()).add(group);
            } else {
                alone.add(group);
            }
        }
        for (var groups : alike.values()) {
            alone.add(groups.size() == 1 ? groups.getFirst() : merged(groups));
        }
        return alone.stream().sorted(Groups.ODD_FIRST).toList();
    }

    private static Group merged(List<Group> groups) {
        var parts = groups.stream().map(Part::new).toList();
        var members =
                groups.stream().flatMap(group -> group.members().stream()).sorted(BY_NAME).toList();
        var places = new ArrayList<Place>();
        var marks = marks(parts, places);
        var first = parts.getFirst();
        var outcome =
                first.masked().fill((index, own) -> marks.get(index).map(own::saying).orElse(own));
        return new Group(first.group().state(), outcome, members, places);
    }

    /**
     * What stands at each variable: nothing new where all say the same. Places where they differ in
     * the same way, such as a number that is said twice, have the same mark.
     */
    private static List<Optional<String>> marks(List<Part> parts, List<Place> places) {
        var marks = new ArrayList<Optional<String>>();
        Map<List<String>, String> known = new LinkedHashMap<>();
        var variables = parts.getFirst().masked().variables();
        for (int i = 0; i < variables.size(); i++) {
            var column = column(parts, i);
            if (column.stream().distinct().count() == 1) {
                marks.add(Optional.empty());
            } else if (variables.get(i).kind().own()) {
                marks.add(Optional.of(own(variables.get(i))));
            } else {
                var kind = variables.get(i).kind();
                marks.add(
                        Optional.of(
                                known.computeIfAbsent(
                                        column, texts -> place(kind, parts, texts, places))));
            }
        }
        return marks;
    }

    private static List<String> column(List<Part> parts, int index) {
        return parts.stream().map(part -> part.masked().variables().get(index).text()).toList();
    }

    private static String own(Variable variable) {
        return switch (variable.kind()) {
            case NAME, SHORT_NAME -> Masked.mark("name");
            case NODE_ID -> Masked.mark("id");
            case NUMBER, PERCENT, DURATION, SIZE, TIME, ID, ADDRESS ->
                    throw new IllegalArgumentException(variable.kind() + " is nobody's own");
        };
    }

    private static String place(
            Variable.Kind kind, List<Part> parts, List<String> texts, List<Place> places) {
        var mark = Masked.mark(Integer.toString(places.size() + 1));
        var said = new LinkedHashMap<String, List<Entry>>();
        for (int i = 0; i < parts.size(); i++) {
            said.computeIfAbsent(texts.get(i), _ -> new ArrayList<>())
                    .addAll(parts.get(i).group().members());
        }
        places.add(new Place(mark, kind, said));
        return mark;
    }
}
