package io.muster.hub.presence;

import io.muster.hub.presence.Presence.Heard;
import io.muster.message.Announcement;
import io.muster.message.Bytes;
import io.muster.message.Collective;
import io.muster.message.Escape;
import io.muster.message.MalformedException;
import io.muster.message.NodeId;
import io.muster.message.Role;
import io.muster.message.Spans;
import io.muster.message.Value.Fields;
import io.muster.security.Envelope;
import io.muster.security.PayloadType;
import io.muster.security.Verification.Trusted;
import io.muster.security.Verification.Untrusted;
import io.muster.security.Verifier;
import io.muster.transport.Receiver;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Listens to announcements: only what a node of this fleet signed about itself counts. Logs who
 * comes and goes.
 */
public final class PresenceService implements Receiver {
    private static final Logger LOG = System.getLogger(PresenceService.class.getName());
    private static final int LOGGED = 20;
    private static final long MAX_FACT_BYTES = 160 * 1024;
    private static final int MAX_NAME = 253;
    private static final int MAX_WORD = 128;
    private static final int MAX_COLLECTIVES = 64;

    private final Verifier verifier;
    private final Presence presence;
    private final InstantSource clock;
    private final Function<NodeId, Set<Collective>> collectives;
    private final Consumer<Announcement> heard;
    private final Sharing sharing = new Sharing();
    private final Complaints complaints = Complaints.in(LOG);
    private final LongAdder refused = new LongAdder();
    private final LongAdder late = new LongAdder();
    private final Map<NodeId, NodeState> told = new HashMap<>();

    /**
     * Ready to be subscribed to the announcements.
     *
     * @param collectives which a node is in; what it says itself can only be less
     */
    public PresenceService(
            Verifier verifier,
            Presence presence,
            Function<NodeId, Set<Collective>> collectives,
            InstantSource clock) {
        this(verifier, presence, collectives, _ -> {}, clock);
    }

    /**
     * The same, with somebody who listens.
     *
     * @param heard told of each announcement that counts, on the transport's thread
     */
    public PresenceService(
            Verifier verifier,
            Presence presence,
            Function<NodeId, Set<Collective>> collectives,
            Consumer<Announcement> heard,
            InstantSource clock) {
        this.heard = heard;
        this.verifier = verifier;
        this.presence = presence;
        this.collectives = collectives;
        this.clock = clock;
    }

    /**
     * Takes one message from the bus, whatever it is; quick enough for the transport's thread.
     * Throws nothing: the bus would try that message again, and say so each time.
     */
    @Override
    public void receive(Bytes body) {
        try {
            verify(body);
        } catch (RuntimeException e) {
            refused.increment();
            complaints.add(Level.ERROR, "presence: a message could not be handled", e);
        }
    }

    private void verify(Bytes body) {
        if (body.length() > Envelope.MAX_SIZE) {
            refuse(body.length() + " bytes");
            return;
        }
        Envelope envelope;
        try {
            envelope = Envelope.decode(body);
        } catch (MalformedException e) {
            refuse(e.problem());
            return;
        }
        switch (verifier.verify(envelope, PayloadType.ANNOUNCEMENT, Set.of(Role.NODE))) {
            case Untrusted(var flaw, String problem) -> refuse(flaw + ": " + problem);
            case Trusted trusted -> take(trusted, envelope.certificates().getFirst());
        }
    }

    /** How many messages were no node's own announcement. */
    public long refused() {
        return refused.sum();
    }

    /** How many announcements were older than what is known. */
    public long late() {
        return late.sum();
    }

    private void take(Trusted trusted, Bytes certificate) {
        Announcement said;
        try {
            said = Announcement.decode(trusted.payload());
        } catch (MalformedException e) {
            refuse(trusted.signer().brief() + ": " + e.problem());
            return;
        }
        if (!said.node().equals(trusted.signer())) {
            refuse(trusted.signer().brief() + " speaks for " + said.node().brief());
            return;
        }
        if (outsized(said)) {
            refuse(
                    said.node().brief()
                            + ": a name, boot or machine id, or version out of proportion");
            return;
        }
        var result = presence.hear(kept(said), clock.instant());
        if (result == Heard.TAKEN) {
            presence.certified(said.node().nodeId(), certificate);
            heard.accept(said);
        } else if (result == Heard.LATE) {
            late.increment();
            LOG.log(
                    Level.DEBUG,
                    () -> "presence: " + said.node().brief() + ": an old announcement");
        } else {
            refuse(said.node().brief() + ": there are as many nodes as max-nodes allows");
        }
    }

    /** What is told about every node must be small, or one node could fill everybody's answers. */
    private static boolean outsized(Announcement said) {
        return said.name().length() > MAX_NAME
                || said.boot().length() > MAX_WORD
                || said.machine().length() > MAX_WORD
                || said.version().length() > MAX_WORD
                || said.nonce().filter(nonce -> nonce.length() > MAX_WORD).isPresent()
                || said.collectives().size() > MAX_COLLECTIVES;
    }

    /** As it is kept: in no collective but its own, and with the facts it shares with others. */
    private Announcement kept(Announcement said) {
        var own = collectives.apply(said.node().nodeId());
        return new Announcement(
                said.node(),
                said.name(),
                said.collectives().stream().filter(own::contains).toList(),
                said.kind(),
                said.sequence(),
                said.sent(),
                said.interval(),
                said.boot(),
                said.machine(),
                said.version(),
                said.classes(),
                said.actions(),
                said.nonce(),
                said.facts().flatMap(facts -> shared(said, facts)),
                said.standing());
    }

    private Optional<Fields> shared(Announcement said, Fields facts) {
        if (Extent.of(facts).bytes() > MAX_FACT_BYTES) {
            complaints.add(
                    Level.WARNING,
                    "presence: " + said.node().brief() + ": too many facts, not kept");
            return Optional.empty();
        }
        return Optional.of(sharing.share(facts));
    }

    private void refuse(String problem) {
        refused.increment();
        LOG.log(Level.DEBUG, () -> "presence: refused: " + Escape.line(problem));
    }

    /** Logs what changed since the last time, and forgets who has been gone for long. */
    public synchronized void sweep() {
        var now = clock.instant();
        presence.forget(now);
        List<String> news = new ArrayList<>();
        Map<NodeState, Integer> counts = new EnumMap<>(NodeState.class);
        Map<NodeId, NodeState> seen = new HashMap<>();
        for (var sighting : presence.all()) {
            var state = sighting.state(now, presence.times());
            seen.put(sighting.id(), state);
            if (told.get(sighting.id()) != state) {
                counts.merge(state, 1, Integer::sum);
                news.add(line(sighting, state, now));
            }
        }
        told.clear();
        told.putAll(seen);
        if (news.size() <= LOGGED) {
            news.forEach(line -> LOG.log(Level.INFO, line));
        } else {
            LOG.log(Level.INFO, () -> "presence: " + news.size() + " nodes changed: " + counts);
        }
    }

    private static String line(Sighting sighting, NodeState state, Instant now) {
        var silent = Duration.between(sighting.heard(), now);
        return "presence: "
                + sighting.id()
                + " ("
                + Escape.line(sighting.subject().name())
                + ") is "
                + state.word()
                + ", last heard "
                + Spans.print(Duration.ofSeconds(Math.max(0, silent.toSeconds())))
                + " ago";
    }
}
