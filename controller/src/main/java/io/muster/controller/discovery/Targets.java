package io.muster.controller.discovery;

import io.muster.action.ActionClass;
import io.muster.message.NodeId;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/**
 * Whom a run is meant for, frozen: in order of their names, none twice.
 *
 * @param all the nodes
 * @param unknown names that were asked for and that nobody answers to
 * @param method how they were found, for people: {@code presence}, {@code broadcast}
 * @param took how long that took
 * @param notices what went otherwise than asked, for people
 */
public record Targets(
        List<Target> all,
        List<String> unknown,
        String method,
        Duration took,
        List<String> notices) {

    public Targets {
        var distinct = new TreeMap<NodeId, Target>();
        all.forEach(target -> distinct.putIfAbsent(target.id(), target));
        all = distinct.values().stream().sorted(Target.BY_NAME).toList();
        unknown = List.copyOf(unknown);
        notices = List.copyOf(notices);
    }

    /** Those that were there. */
    public List<Target> online() {
        return all.stream().filter(target -> !target.presence().offline()).toList();
    }

    /** Those that were not. */
    public List<Target> offline() {
        return all.stream().filter(target -> target.presence().offline()).toList();
    }

    /**
     * Some of them, at random.
     *
     * @param random with the same seed, the same nodes are chosen of the same
     */
    public Targets choose(int number, Random random) {
        var shuffled = new ArrayList<>(all);
        shuffled.sort(Comparator.comparing(Target::id));
        Collections.shuffle(shuffled, random);
        var chosen = shuffled.subList(0, Math.min(number, shuffled.size()));
        return new Targets(chosen, unknown, method, took, notices);
    }

    /**
     * The same, for such an action: what changes something is not asked of a node in two places.
     */
    public Targets asked(ActionClass actionClass) {
        return actionClass == ActionClass.READ ? this : forChange();
    }

    private Targets forChange() {
        var barred =
                all.stream().map(t -> t.presence() == Presence.CLONE ? t.frozen() : t).toList();
        if (barred.equals(all)) {
            return this;
        }
        return new Targets(barred, unknown, method, took, notices)
                .noting(
                        "two machines have the key of a node (frozen): nothing is changed there"
                                + " until muster ca clean");
    }

    /** The same, and one more thing to say. */
    public Targets noting(String notice) {
        var more = new ArrayList<>(notices);
        more.add(notice);
        return new Targets(all, unknown, method, took, more);
    }
}
