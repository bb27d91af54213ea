package io.muster.hub.trust;

import io.muster.documents.Board;
import io.muster.message.Announcement;
import io.muster.message.Bytes;
import io.muster.message.Collective;
import io.muster.message.NodeId;
import io.muster.message.Standing;
import io.muster.transport.Destination;
import io.muster.transport.Transport;
import io.muster.transport.TransportException;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Hands out what is on the {@link Board}: news to everybody who is there, and to each node that
 * announces that it goes by less what it lacks. Thread-safe.
 */
public final class Herald {
    private static final Logger LOG = System.getLogger(Herald.class.getName());
    private static final Duration TO_ALL = Duration.ofMinutes(2);
    private static final Duration TO_ONE = Duration.ofMinutes(10);

    private final Board board;
    private final Transport transport;
    private final Supplier<Set<Collective>> collectives;
    private final InstantSource clock;
    private final Map<NodeId, Sent> sent = new ConcurrentHashMap<>();

    /** What a node was sent, and when: one that does not take it is not sent it every minute. */
    private record Sent(Standing asked, Standing had, Instant at) {}

    /**
     * Hands out over that transport.
     *
     * @param collectives all there are
     */
    public Herald(
            Board board,
            Transport transport,
            Supplier<Set<Collective>> collectives,
            InstantSource clock) {
        this.board = board;
        this.transport = transport;
        this.collectives = collectives;
        this.clock = clock;
    }

    /** Tells everybody who is there. */
    public void proclaim(Bytes document) {
        for (var collective : collectives.get()) {
            publish(new Destination.Requests(collective), document, TO_ALL);
        }
    }

    /** Sends a node what it lacks; called for each genuine announcement, so it must be quick. */
    public void heard(Announcement said) {
        var node = said.node().nodeId();
        var own = board.standing();
        if (said.standing().equals(own)) {
            sent.remove(node);
            return;
        }
        var now = clock.instant();
        var next = new Sent(said.standing(), own, now);
        var before = Optional.ofNullable(sent.get(node));
        if (before.filter(s -> s.asked().equals(next.asked()) && s.had().equals(own))
                .filter(s -> now.isBefore(s.at().plus(TO_ONE)))
                .isPresent()) {
            return;
        }
        sent.put(node, next);
        for (var document : board.missing(said.standing())) {
            if (!publish(new Destination.Node(node), document, TO_ONE)) {
                sent.remove(node);
            }
        }
    }

    private boolean publish(Destination destination, Bytes document, Duration validity) {
        try {
            transport.publish(destination, document, clock.instant().plus(validity));
            return true;
        } catch (TransportException e) {
            // Whoever misses it says so with its next announcement.
            LOG.log(Level.DEBUG, () -> "not handed out: " + e.getMessage());
            return false;
        }
    }
}
