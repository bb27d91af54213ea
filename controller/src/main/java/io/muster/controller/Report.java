package io.muster.controller;

import io.muster.controller.ask.Strays;
import io.muster.controller.discovery.Targets;
import io.muster.controller.rollout.Halt;
import io.muster.message.ActionName;
import io.muster.message.NodeId;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What became of a run: every target once, in one state.
 *
 * @param action what was asked
 * @param targets whom it was meant for
 * @param entries a line for each of them
 * @param strays what came in and was not believed
 * @param took from the first request sent to the last answer taken, or until time was up
 * @param expires until when a node that did not answer may still start it
 * @param stopped whether the operator stopped it before it was over
 * @param problem why it could not go on, if so
 * @param halt why it went no further by what was agreed before, if so
 */
public record Report(
        ActionName action,
        Targets targets,
        List<Entry> entries,
        Strays.Tally strays,
        Duration took,
        Optional<Instant> expires,
        boolean stopped,
        Optional<String> problem,
        Optional<Halt> halt) {

    /** Of a run that nothing held up. */
    public Report(
            ActionName action,
            Targets targets,
            List<Entry> entries,
            Strays.Tally strays,
            Duration took,
            Optional<Instant> expires,
            boolean stopped,
            Optional<String> problem) {
        this(action, targets, entries, strays, took, expires, stopped, problem, Optional.empty());
    }

    /**
     * Checks the books.
     *
     * @throws IllegalStateException if a target is missing or there twice
     */
    public Report {
        entries = List.copyOf(entries);
        var ids = new HashSet<>(entries.stream().map(Entry::id).toList());
        var frozen = new HashSet<>(targets.all().stream().map(t -> t.id()).toList());
        if (ids.size() != entries.size() || !ids.equals(frozen)) {
            throw new IllegalStateException(
                    entries.size() + " results of " + frozen.size() + " targets do not add up");
        }
    }

    /**
     * Of a run that was not sent at all.
     *
     * @param known what is known of some targets; the others are away, or were not sent to
     */
    public static Report notSent(ActionName action, Targets targets, List<Entry> known) {
        var entries = new LinkedHashMap<NodeId, Entry>();
        targets.all().forEach(target -> entries.put(target.id(), Entry.unsent(target)));
        known.forEach(entry -> entries.put(entry.id(), entry));
        return new Report(
                action,
                targets,
                List.copyOf(entries.values()),
                Strays.Tally.NONE,
                Duration.ZERO,
                Optional.empty(),
                false,
                Optional.empty());
    }

    /** How many targets ended in each state; states nobody ended in are absent. */
    public Map<TargetState, Integer> counts() {
        var counts = new EnumMap<TargetState, Integer>(TargetState.class);
        entries.forEach(entry -> counts.merge(entry.state(), 1, Integer::sum));
        return Collections.unmodifiableMap(counts);
    }

    /** How many ended in that state. */
    public int count(TargetState state) {
        return counts().getOrDefault(state, 0);
    }

    /** Those in that state. */
    public List<Entry> in(TargetState state) {
        return entries.stream().filter(entry -> entry.state() == state).toList();
    }

    /** Those that gave a final answer. */
    public List<Entry> answered() {
        return entries.stream().filter(entry -> entry.outcome().isPresent()).toList();
    }
}
