package io.muster.simulation;

import io.muster.action.ActionClass;
import io.muster.controller.Amount;
import io.muster.controller.Run;
import io.muster.controller.discovery.Search;
import io.muster.controller.rollout.Floor;
import io.muster.controller.rollout.Ramp;
import io.muster.controller.rollout.Rollout;
import io.muster.filter.Filter;
import io.muster.message.ActionName;
import io.muster.message.NodeId;
import io.muster.message.Value.Fields;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What operators want: which action, in which steps, and for how long they wait. */
final class Wishes {
    private final Chance chance;
    private final List<NodeId> nodes;

    Wishes(Chance chance, List<NodeId> nodes) {
        this.chance = chance;
        this.nodes = nodes;
    }

    /** Something to be done. */
    Run errand() {
        var name =
                chance.one(
                        List.of(
                                SimulatedNode.MARK,
                                SimulatedNode.MARK,
                                SimulatedNode.WIPE,
                                SimulatedNode.DOWN,
                                SimulatedNode.LOOK));
        var run =
                new Run(
                        name,
                        classOf(name),
                        Fields.EMPTY,
                        Filter.EVERYTHING,
                        false,
                        Duration.ofSeconds(chance.between(2, 60)),
                        Duration.ofSeconds(chance.between(2, 40)));
        return chance.of(0.5) ? run.waiting(Duration.ofSeconds(chance.between(1, 30))) : run;
    }

    private static ActionClass classOf(ActionName name) {
        if (name.equals(SimulatedNode.LOOK)) {
            return ActionClass.READ;
        }
        return name.equals(SimulatedNode.MARK) ? ActionClass.CHANGE : ActionClass.DESTRUCTIVE;
    }

    /** How it goes out. */
    Rollout rollout(ActionClass actionClass) {
        var rollout = Rollout.usual(actionClass);
        if (chance.of(0.4)) {
            return rollout;
        }
        var steps = new ArrayList<Amount>();
        for (int i = chance.between(1, 3); i > 0; i--) {
            steps.add(new Amount(chance.between(1, nodes.size()), false));
        }
        rollout =
                rollout.stepping(new Ramp(steps, nodes.size()))
                        .failing(new Amount(chance.below(nodes.size()), false));
        if (chance.of(0.3)) {
            var sleep = chance.of(0.5) ? 0 : chance.below(20);
            rollout = rollout.paced(chance.between(1, 3), Duration.ofSeconds(sleep));
        }
        if (chance.of(0.2)) {
            rollout = rollout.missing(new Amount(chance.below(3), false));
        }
        // Who only looks goes on where nothing is written down, and nobody could promote that.
        if (actionClass != ActionClass.READ && chance.of(0.2)) {
            rollout = rollout.pausing(Set.of(chance.between(1, 2)));
        }
        if (chance.of(0.2)) {
            var least = new Amount(chance.between(1, nodes.size()), false);
            rollout =
                    rollout.spread(Optional.empty(), List.of(new Floor(SimulatedNode.ROLE, least)));
        }
        return chance.of(0.3) ? rollout.after(first()) : rollout;
    }

    private List<NodeId> first() {
        var one = chance.one(nodes);
        var other = chance.one(nodes);
        return chance.of(0.5) || one.equals(other) ? List.of(one) : List.of(one, other);
    }

    /** Who is looked for: whoever is there, or all by name, those who said goodbye as well. */
    Search search() {
        var all = Search.of(Filter.EVERYTHING);
        return chance.of(0.5) ? all : all.among(nodes.stream().map(NodeId::value).toList());
    }

    /** For how long it may wait for those who are away. */
    Optional<Duration> queue(Run run) {
        return run.actionClass() != ActionClass.DESTRUCTIVE && chance.of(0.5)
                ? Optional.of(chance.between(Duration.ofSeconds(20), Duration.ofMinutes(4)))
                : Optional.empty();
    }
}
