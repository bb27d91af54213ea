package io.muster.controller.cli;

import io.muster.controller.Floors;
import io.muster.controller.discovery.Census;
import io.muster.controller.discovery.Census.Citizen;
import io.muster.controller.discovery.Target;
import io.muster.controller.discovery.Targets;
import io.muster.controller.rollout.Halt;
import io.muster.controller.rollout.Rollout;
import io.muster.controller.rollout.Schedule;
import io.muster.controller.rollout.Spread;
import io.muster.message.Escape;
import io.muster.message.NodeId;

import java.util.HashMap;
import java.util.List;
import java.util.Optional;

/** In which order those targets come that can be sent to, by what the hub knows of them. */
final class Order {
    private final Census census;

    Order(Session session) {
        this.census = new Census(session.caller(), session.config().patience());
    }

    /**
     * By name, or spread over a fact.
     *
     * @throws UnableException if the hub does not say who has which value
     */
    List<Target> of(Optional<String> spread, Targets targets) throws InterruptedException {
        if (spread.isEmpty()) {
            return targets.online();
        }
        var fact = spread.get();
        var citizens = census.of(fact);
        if (citizens.isEmpty()) {
            throw new UnableException(
                    "--spread "
                            + Escape.line(fact)
                            + ": the hub did not say who has which value; nothing was sent");
        }
        var values = new HashMap<NodeId, String>();
        for (Citizen citizen : citizens.get()) {
            citizen.value().ifPresent(value -> values.put(citizen.node().id(), value));
        }
        return Spread.over(targets.online(), node -> values.getOrDefault(node.id(), ""));
    }

    /** Who is in which batch. */
    Schedule schedule(Rollout rollout, Targets targets) throws InterruptedException {
        return Schedule.of(rollout, of(rollout.spread(), targets), targets.all().size());
    }

    /**
     * Refuses what a floor makes impossible from the start.
     *
     * @throws UsageException with the value and the figures
     * @throws UnableException if the hub does not say who is up
     */
    void check(Rollout rollout, Targets targets) throws InterruptedException {
        if (rollout.floors().isEmpty()) {
            return;
        }
        var floors = new Floors(rollout.floors(), census);
        var unknown = floors.look().map(Halt::why);
        if (unknown.isPresent()) {
            throw new UnableException(Escape.line(unknown.get()) + "; nothing was sent");
        }
        var why = floors.impossible(targets.online());
        if (why.isPresent()) {
            throw new UsageException(Escape.line(why.get()) + "; nothing was sent");
        }
    }
}
