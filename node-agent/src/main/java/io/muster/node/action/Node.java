package io.muster.node.action;

import io.muster.message.Collective;
import io.muster.node.fact.ClassesFile;
import io.muster.node.fact.FactCache;
import io.muster.node.host.Host;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/**
 * The node an action runs on; one for each node agent, put together when it starts.
 *
 * @param version the node agent's
 * @param started when the node agent started
 * @param collectives the collectives the node is in
 * @param host the machine
 * @param facts what is known of it
 * @param classes what the configuration tool made of it
 * @param actions what it can do
 * @param clock the time
 */
public record Node(
        String version,
        Instant started,
        List<Collective> collectives,
        Host host,
        FactCache facts,
        ClassesFile classes,
        Actions actions,
        InstantSource clock) {
    public Node {
        collectives = List.copyOf(collectives);
    }

    /** The same node, which can do these as well. */
    public Node with(List<Action> more) {
        return new Node(
                version, started, collectives, host, facts, classes, actions.with(more), clock);
    }
}
