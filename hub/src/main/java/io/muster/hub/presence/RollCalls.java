package io.muster.hub.presence;

import io.muster.message.Announcement;
import io.muster.message.Announcement.Kind;
import io.muster.message.Identity;
import io.muster.message.NodeId;
import io.muster.message.RollCall;
import io.muster.security.PayloadType;
import io.muster.security.Signer;
import io.muster.transport.Destination;
import io.muster.transport.Transport;
import io.muster.transport.TransportException;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Asks nodes that are heard, and whose facts are not known, to announce themselves in full: after a
 * restart of the hub, or when it had forgotten them. Thread-safe.
 *
 * <p>Few are asked to answer at once. The more have not answered yet, the more time each is given,
 * so that answers come at a steady rate however many nodes there are. A node that does not answer
 * is asked again after a while, and nobody is asked when too many were asked in this second: its
 * next announcement will do as well.
 */
public final class RollCalls {
    private static final Logger LOG = System.getLogger(RollCalls.class.getName());

    /** The most that are asked in a second. */
    static final int PER_SECOND = 500;

    /** What each node that has not answered yet adds to the time that the next one is given. */
    static final Duration SHARE = Duration.ofMillis(5);

    /** The most time that anybody is given. */
    static final Duration LONGEST = Duration.ofMinutes(1);

    /** After how long the same node is asked again. */
    static final Duration AGAIN = Duration.ofMinutes(10);

    private static final Duration VALIDITY = Duration.ofMinutes(1);

    private final Signer signer;
    private final Transport transport;
    private final Presence presence;
    private final InstantSource clock;
    private final Map<NodeId, Instant> asked = new HashMap<>();
    private Instant second = Instant.MIN;
    private int inThisSecond;

    /**
     * Asks over that transport.
     *
     * @param signer of the hub
     */
    public RollCalls(Signer signer, Transport transport, Presence presence, InstantSource clock) {
        this.signer = signer;
        this.transport = transport;
        this.presence = presence;
        this.clock = clock;
    }

    /** Asks whoever said that, if it has to be; called for each announcement that counts. */
    public void heard(Announcement said) {
        var now = clock.instant();
        due(said, now).ifPresent(within -> ask(said.node(), now, within));
    }

    /** How long the node may take, if it is to be asked. */
    private synchronized Optional<Duration> due(Announcement said, Instant now) {
        var id = said.node().nodeId();
        if (said.kind() != Kind.UP || presence.complete(id)) {
            asked.remove(id);
            return Optional.empty();
        }
        var before = Optional.ofNullable(asked.get(id));
        if (before.filter(at -> now.isBefore(at.plus(AGAIN))).isPresent() || !room(now)) {
            return Optional.empty();
        }
        var share = SHARE.multipliedBy(asked.size());
        asked.put(id, now);
        return Optional.of(share.compareTo(LONGEST) < 0 ? share : LONGEST);
    }

    private boolean room(Instant now) {
        if (!now.isBefore(second.plusSeconds(1)) || now.isBefore(second)) {
            second = now;
            inThisSecond = 0;
        }
        return inThisSecond++ < PER_SECOND;
    }

    private void ask(Identity node, Instant now, Duration within) {
        var call = new RollCall(node, now, within);
        try {
            transport.publish(
                    new Destination.Node(node.nodeId()),
                    signer.sign(PayloadType.ROLLCALL, call.encode()),
                    now.plus(VALIDITY));
        } catch (TransportException e) {
            LOG.log(Level.DEBUG, () -> "not asked: " + node.brief() + ": " + e.getMessage());
            notAsked(node.nodeId());
        }
    }

    private synchronized void notAsked(NodeId id) {
        asked.remove(id);
    }

    /** Forgets whom it asked of those who are not known any more. */
    public synchronized void tidy() {
        asked.keySet().removeIf(id -> presence.of(id).isEmpty());
    }
}
