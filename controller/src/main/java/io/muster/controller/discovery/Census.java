package io.muster.controller.discovery;

import io.muster.controller.ask.Caller;

import java.util.List;
import java.util.Optional;

/** Asks the hub which value of a fact the nodes of the collective announced, and who is there. */
public final class Census {
    private final Caller caller;
    private final Patience patience;

    public Census(Caller caller, Patience patience) {
        this.caller = caller;
        this.patience = patience;
    }

    /**
     * A node and its value.
     *
     * @param value as text; empty if it has none
     */
    public record Citizen(Target node, Optional<String> value) {}

    /**
     * All nodes that the hub knows and that did not leave for good; empty if it does not say.
     *
     * @param fact a dotted path
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    public Optional<List<Citizen>> of(String fact) throws InterruptedException {
        var roll = Roll.call(caller, Roll.question(fact, patience.ttl()), patience);
        return roll.nodes()
                .map(
                        nodes ->
                                nodes.stream()
                                        .filter(node -> node.presence() != Presence.LEFT)
                                        .map(node -> new Citizen(node, roll.fact(node.id())))
                                        .toList());
    }
}
