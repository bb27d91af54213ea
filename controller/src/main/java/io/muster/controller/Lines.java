package io.muster.controller;

import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Reason;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where each target stands, in the order of the list, and how many stand where: that is asked
 * before each share is sent, and not counted anew each time. For one thread.
 */
final class Lines {
    private final Map<NodeId, Line> lines = new LinkedHashMap<>();
    private final Set<NodeId> cancelled = new LinkedHashSet<>();
    private final Set<NodeId> locked = new LinkedHashSet<>();
    private int offline;
    private int unsent;
    private int open;
    private int closed;
    private int bad;

    /** Its target stands there now. */
    void place(Line line) {
        Optional.ofNullable(lines.put(line.target().id(), line)).ifPresent(old -> count(old, -1));
        count(line, 1);
    }

    private void count(Line line, int by) {
        switch (line) {
            case Line.Offline _ -> offline += by;
            case Line.Unsent _ -> unsent += by;
            case Line.TakenOut _ -> {}
            case Line.Open _ -> open += by;
            case Line.Closed(Entry entry, _, Outcome outcome, _) -> {
                closed += by;
                bad += entry.state().bad() ? by : 0;
                if (entry.state() == TargetState.CANCELLED) {
                    cancelled.add(entry.id());
                }
                if (outcome instanceof Outcome.Refused refused
                        && refused.reason() == Reason.LOCKED) {
                    locked.add(entry.id());
                }
            }
        }
    }

    Optional<Line> of(NodeId id) {
        return Optional.ofNullable(lines.get(id));
    }

    Set<NodeId> ids() {
        return lines.keySet();
    }

    List<Line> all() {
        return List.copyOf(lines.values());
    }

    /** Whether that one was sent to and owes its last word. */
    boolean open(NodeId id) {
        return lines.get(id) instanceof Line.Open;
    }

    /** Those who ended as cancelled. */
    Set<NodeId> cancelled() {
        return Collections.unmodifiableSet(cancelled);
    }

    /** Those who would not because something is locked. */
    Set<NodeId> locked() {
        return Collections.unmodifiableSet(locked);
    }

    int offline() {
        return offline;
    }

    int unsent() {
        return unsent;
    }

    /** How many owe their last word. */
    int open() {
        return open;
    }

    /** How many were sent to. */
    int sent() {
        return open + closed;
    }

    /** How many have failed, would not, or were interrupted. */
    int bad() {
        return bad;
    }
}
