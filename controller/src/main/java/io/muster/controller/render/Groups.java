package io.muster.controller.render;

import io.muster.controller.Entry;
import io.muster.controller.TargetState;
import io.muster.message.Outcome;
import io.muster.message.Value.Fields;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;

/** Puts equal answers together, the odd ones out first. */
final class Groups {
    /** The smallest first; of equal size, the bad before the good. */
    static final Comparator<Group> ODD_FIRST =
            Comparator.comparingInt((Group group) -> group.members().size())
                    .thenComparing(Group::state)
                    .thenComparing(group -> group.members().getFirst().name());

    private Groups() {}

    /**
     * Targets that answered the same.
     *
     * @param outcome what they said; with marks where they differ
     * @param places where they differ; nowhere if the answers are equal
     */
    record Group(TargetState state, Outcome outcome, List<Entry> members, List<Place> places) {
        Group {
            members = List.copyOf(members);
            places = List.copyOf(places);
        }
    }

    private record Same(String word, String message, String code, Fields data) {}

    /** Those that gave a final answer, grouped by it. */
    static List<Group> of(List<Entry> answered) {
        var groups = new LinkedHashMap<Same, List<Entry>>();
        for (var entry : answered) {
            var key = key(entry.outcome().orElseThrow());
            groups.computeIfAbsent(key, _ -> new ArrayList<>()).add(entry);
        }
        return groups.values().stream().map(Groups::group).sorted(ODD_FIRST).toList();
    }

    /** Each alone. */
    static List<Group> singly(List<Entry> answered) {
        return answered.stream().map(entry -> group(List.of(entry))).toList();
    }

    private static Group group(List<Entry> members) {
        var first = members.getFirst();
        return new Group(first.state(), first.outcome().orElseThrow(), members, List.of());
    }

    private static Same key(Outcome outcome) {
        return new Same(outcome.word(), outcome.message(), code(outcome), outcome.result());
    }

    /** The stable word beside the state, if there is one. */
    static String code(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Failed failed -> failed.code();
            case Outcome.Refused refused -> refused.reason().word();
            case Outcome.Ok _,
                    Outcome.Changed _,
                    Outcome.Expired _,
                    Outcome.Interrupted _,
                    Outcome.Cancelled _ ->
                    "";
        };
    }
}
