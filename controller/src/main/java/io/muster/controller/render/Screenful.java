package io.muster.controller.render;

import io.muster.controller.TargetState;
import io.muster.controller.render.Groups.Group;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Chooses what is shown where all would not fit: the largest group, then those that failed, then
 * the odd ones. A few are always shown; what is left out is counted.
 */
final class Screenful {
    private static final int LINES = 34;
    private static final int ALWAYS = 3;

    private Screenful() {}

    /**
     * Which of them, in order.
     *
     * @param groups the odd ones first
     * @param blocks the lines of each
     */
    static Set<Integer> choose(List<Group> groups, List<List<String>> blocks) {
        var chosen = new TreeSet<Integer>();
        int lines = 0;
        for (int index : byWeight(groups)) {
            lines += blocks.get(index).size();
            if (chosen.size() >= ALWAYS && lines > LINES) {
                break;
            }
            chosen.add(index);
        }
        return Collections.unmodifiableSet(chosen);
    }

    private static List<Integer> byWeight(List<Group> groups) {
        var indices = new ArrayList<Integer>();
        if (!groups.isEmpty()) {
            indices.add(groups.size() - 1);
        }
        for (int i = 0; i < groups.size() - 1; i++) {
            if (groups.get(i).state().bad()) {
                indices.add(i);
            }
        }
        for (int i = 0; i < groups.size() - 1; i++) {
            if (!groups.get(i).state().bad()) {
                indices.add(i);
            }
        }
        return indices;
    }

    /** What is said of those that were left out. */
    static String more(List<Group> left) {
        var states = new EnumMap<TargetState, Integer>(TargetState.class);
        left.forEach(group -> states.merge(group.state(), group.members().size(), Integer::sum));
        var counts = new ArrayList<String>();
        states.forEach((state, count) -> counts.add(count + " " + state.word()));
        return "and "
                + left.size()
                + (left.size() == 1 ? " more group (" : " more groups (")
                + String.join(", ", counts)
                + "): --no-group or --output jsonl shows all";
    }
}
