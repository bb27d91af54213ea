package io.muster.hub.queue;

import io.muster.message.Announcement;
import io.muster.message.Announcement.Kind;
import io.muster.message.NodeId;
import io.muster.transport.Destination;
import io.muster.transport.Transport;
import io.muster.transport.TransportException;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * Hands out what waits for a node once that says that it is there: each after a time of its own, so
 * that many which come back at once do not begin at once. Thread-safe.
 */
public final class Delivery {
    private static final Logger LOG = System.getLogger(Delivery.class.getName());

    /** What is not taken by then was lost, and comes again after a later announcement. */
    private static final Duration VALIDITY = Duration.ofMinutes(2);

    private final RequestQueue queue;
    private final Transport transport;
    private final Predicate<NodeId> here;
    private final Duration spread;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Map<NodeId, Visit> visits = new LinkedHashMap<>();

    /** When a node that is there is handed what waits for it. */
    private record Visit(NodeId node, String boot, Instant at) {}

    /**
     * Hands out over that transport.
     *
     * @param here whether a node is there, and one machine
     * @param spread over how long nodes that come at once are spread
     */
    public Delivery(
            RequestQueue queue,
            Transport transport,
            Predicate<NodeId> here,
            Duration spread,
            InstantSource clock,
            RandomGenerator random) {
        this.queue = queue;
        this.transport = transport;
        this.here = here;
        this.spread = spread;
        this.clock = clock;
        this.random = random;
    }

    /** A node says that it is there, or goes; called for each announcement, so it must be quick. */
    public void heard(Announcement said) {
        var node = said.node().nodeId();
        if (!queue.concerns(node)) {
            return;
        }
        if (said.kind() != Kind.UP || !queue.due(node, said.boot())) {
            gone(node);
            return;
        }
        expect(node, said.boot());
    }

    private synchronized void gone(NodeId node) {
        visits.remove(node);
    }

    /** A node that says so again does not wait longer for it. */
    private synchronized void expect(NodeId node, String boot) {
        var known = Optional.ofNullable(visits.get(node));
        if (known.filter(visit -> visit.boot().equals(boot)).isEmpty()) {
            var wait = spread.isZero() ? 0 : random.nextLong(spread.toMillis() + 1);
            visits.put(node, new Visit(node, boot, clock.instant().plusMillis(wait)));
        }
    }

    /** Hands out what is due by now; to be called every few seconds. */
    public void deliver() {
        for (var visit : taken()) {
            if (here.test(visit.node())) {
                try {
                    hand(visit);
                } catch (QueueException | TransportException e) {
                    // It says again that it is there.
                    LOG.log(Level.WARNING, () -> "queue: not handed out: " + e.getMessage());
                }
            }
        }
    }

    private synchronized List<Visit> taken() {
        var now = clock.instant();
        var due = new ArrayList<>(visits.values());
        due.removeIf(visit -> now.isBefore(visit.at()));
        due.forEach(visit -> visits.remove(visit.node()));
        return due;
    }

    private void hand(Visit visit) {
        var limit = clock.instant().plus(VALIDITY);
        for (var each : queue.handOut(visit.node(), visit.boot())) {
            var until = each.expires().isBefore(limit) ? each.expires() : limit;
            transport.publish(new Destination.Node(visit.node()), each.envelope(), until);
            queue.handed(each.place(), visit.boot());
        }
    }
}
