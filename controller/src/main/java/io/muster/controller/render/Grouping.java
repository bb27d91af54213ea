package io.muster.controller.render;

import io.muster.controller.Entry;
import io.muster.controller.render.Groups.Group;

import java.util.List;

/**
 * Which answers are shown once for several nodes.
 *
 * @param equal equal ones
 * @param similar and those that differ only in numbers, times, ids, addresses and names
 * @param diff of all but the most frequent one, only how it differs from that
 */
public record Grouping(boolean equal, Similar similar, boolean diff) {
    /** Equal ones; similar ones where there would be many groups. */
    public static final Grouping USUAL = new Grouping(true, Similar.IF_MANY, false);

    /** None. */
    public static final Grouping NONE = new Grouping(false, Similar.APART, false);

    /** With so many groups, each can still be read as it is. */
    static final int FEW = 8;

    /** What becomes of similar answers. */
    public enum Similar {
        /** They are shown once, with marks. */
        TOGETHER,
        /** The same, if there are more than {@value Grouping#FEW} different answers. */
        IF_MANY,
        /** Only equal ones are shown once. */
        APART
    }

    public Grouping {
        if (!equal && (diff || similar != Similar.APART)) {
            throw new IllegalArgumentException("nothing is grouped");
        }
    }

    /** Those who answered, each in one group, the odd ones out first. */
    List<Group> of(List<Entry> answered) {
        if (!equal) {
            return Groups.singly(answered);
        }
        var groups = Groups.of(answered);
        return switch (similar) {
            case TOGETHER -> SimilarGroups.of(groups);
            case IF_MANY -> groups.size() > FEW ? SimilarGroups.of(groups) : groups;
            case APART -> groups;
        };
    }
}
