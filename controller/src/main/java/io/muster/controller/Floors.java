package io.muster.controller;

import io.muster.controller.discovery.Census;
import io.muster.controller.discovery.Target;
import io.muster.controller.rollout.Floor;
import io.muster.controller.rollout.Halt;
import io.muster.message.NodeId;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Sees to it that of the nodes with one value of a fact never so many are at work, failed or away
 * that fewer than the floor are up. Counts all nodes that the hub knows, not only the targets. For
 * one thread.
 */
public final class Floors {
    private final List<Floor> floors;
    private final Census census;
    private final Map<Floor, Map<NodeId, Standing>> standings = new LinkedHashMap<>();

    /**
     * What the hub says of a node.
     *
     * @param value of the fact; a node without one is of no concern to the floor
     * @param there whether the node is
     */
    private record Standing(Optional<String> value, boolean there) {}

    /** How it is with a value: how many nodes have it, and how many of them are up. */
    private record Count(int all, int up) {
        Count plus(Count other) {
            return new Count(all + other.all, up + other.up);
        }
    }

    public Floors(List<Floor> floors, Census census) {
        this.floors = List.copyOf(floors);
        this.census = census;
    }

    /**
     * Asks the hub how it is now; says so if it does not tell.
     *
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    public Optional<Halt> look() throws InterruptedException {
        standings.clear();
        for (var floor : floors) {
            var citizens = census.of(floor.fact());
            if (citizens.isEmpty()) {
                var why = "--floor " + floor + ": the hub did not say who is up";
                return Optional.of(new Halt(Halt.Cause.FLOOR, why));
            }
            var known = new HashMap<NodeId, Standing>();
            for (var citizen : citizens.get()) {
                var there = !citizen.node().presence().offline();
                known.put(citizen.node().id(), new Standing(citizen.value(), there));
            }
            standings.put(floor, known);
        }
        return Optional.empty();
    }

    /** Why not even one of them could be sent to, if so: with the value and the figures. */
    public Optional<String> impossible(List<Target> targets) {
        for (var floor : standings.keySet()) {
            var counts = counts(floor, Optional.empty());
            for (var target : targets) {
                var why = why(floor, target, counts);
                if (why.isPresent()) {
                    return why;
                }
            }
        }
        return Optional.empty();
    }

    /** The first of those who wait, so many at most, that can be sent to now. */
    List<Target> allowed(List<Target> waiting, int room, Ledger ledger) {
        if (floors.isEmpty()) {
            return waiting.subList(0, room);
        }
        var counts = new LinkedHashMap<Floor, Map<String, Count>>();
        floors.forEach(floor -> counts.put(floor, counts(floor, Optional.of(ledger))));
        var chosen = new ArrayList<Target>();
        for (var target : waiting) {
            if (chosen.size() == room) {
                break;
            }
            if (counts.entrySet().stream()
                    .allMatch(each -> why(each.getKey(), target, each.getValue()).isEmpty())) {
                chosen.add(target);
                counts.forEach((floor, count) -> take(floor, target, count));
            }
        }
        return chosen;
    }

    /** Why none of these can be sent to, although nobody is at work. */
    Halt stuck(List<Target> waiting, Ledger ledger) {
        for (var floor : floors) {
            var counts = counts(floor, Optional.of(ledger));
            var why = why(floor, waiting.getFirst(), counts);
            if (why.isPresent()) {
                return new Halt(Halt.Cause.FLOOR, why.get());
            }
        }
        return new Halt(Halt.Cause.FLOOR, "--floor: the hub did not say who is up");
    }

    private Optional<String> why(Floor floor, Target target, Map<String, Count> counts) {
        var standing = Optional.ofNullable(known(floor).get(target.id()));
        if (standing.isEmpty()) {
            // It may be any of them, and back by the time the request comes.
            return Optional.of(
                    "--floor "
                            + floor
                            + ": "
                            + target.name()
                            + " has left, so the hub does not say its "
                            + floor.fact());
        }
        if (standing.get().value().isEmpty()) {
            return Optional.empty();
        }
        var value = standing.get().value().get();
        var count = Optional.ofNullable(counts.get(value)).orElse(new Count(0, 0));
        var least = floor.of(count.all());
        return count.up() - 1 >= least
                ? Optional.empty()
                : Optional.of(
                        "--floor "
                                + floor
                                + ": of "
                                + count.all()
                                + " nodes with "
                                + floor.fact()
                                + "="
                                + value
                                + " "
                                + count.up()
                                + " are up, and "
                                + least
                                + " must stay up");
    }

    private void take(Floor floor, Target target, Map<String, Count> counts) {
        Optional.ofNullable(known(floor).get(target.id()))
                .flatMap(Standing::value)
                .ifPresent(
                        value ->
                                counts.computeIfPresent(
                                        value,
                                        (_, count) -> new Count(count.all(), count.up() - 1)));
    }

    private Map<NodeId, Standing> known(Floor floor) {
        return standings.getOrDefault(floor, Map.of());
    }

    private Map<String, Count> counts(Floor floor, Optional<Ledger> ledger) {
        var counts = new HashMap<String, Count>();
        known(floor)
                .forEach(
                        (id, standing) -> {
                            var up =
                                    standing.there()
                                            && ledger.map(books -> books.up(id)).orElse(true);
                            standing.value()
                                    .ifPresent(
                                            value ->
                                                    counts.merge(
                                                            value,
                                                            new Count(1, up ? 1 : 0),
                                                            Count::plus));
                        });
        return counts;
    }
}
