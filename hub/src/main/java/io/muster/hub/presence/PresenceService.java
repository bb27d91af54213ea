package io.muster.hub.presence;

import io.muster.hub.presence.Intake.Read.Genuine;
import io.muster.hub.registry.Entry;
import io.muster.hub.registry.Entry.Moment;
import io.muster.message.Announcement;
import io.muster.message.Bytes;
import io.muster.message.Collective;
import io.muster.message.Escape;
import io.muster.message.NodeId;
import io.muster.message.Spans;
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

    private final Intake intake;
    private final Presence presence;
    private final InstantSource clock;
    private final Consumer<Announcement> heard;
    private final Notes notes;
    private final Complaints complaints = Complaints.in(LOG);
    private final LongAdder came = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder late = new LongAdder();
    private final Map<NodeId, NodeState> told = new HashMap<>();

    /** Takes down what is to outlive the hub; returns at once. */
    public interface Notes {
        /** Of a hub that remembers nothing. */
        Notes NONE =
                new Notes() {
                    @Override
                    public void note(Entry entry) {}

                    @Override
                    public void forget(NodeId node) {}
                };

        /** A node was heard. */
        void note(Entry entry);

        /** It is not known any more. */
        void forget(NodeId node);
    }

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
        this(new Intake(verifier, collectives), presence, _ -> {}, Notes.NONE, clock);
    }

    /**
     * The same, with somebody who listens.
     *
     * @param heard told of each announcement that counts, on the transport's thread
     * @param notes takes down what is known
     */
    public PresenceService(
            Intake intake,
            Presence presence,
            Consumer<Announcement> heard,
            Notes notes,
            InstantSource clock) {
        this.intake = intake;
        this.presence = presence;
        this.heard = heard;
        this.notes = notes;
        this.clock = clock;
    }

    /**
     * Takes one message from the bus, whatever it is; quick enough for the transport's thread.
     * Throws nothing: the bus would try that message again, and say so each time.
     */
    @Override
    public void receive(Bytes body) {
        came.increment();
        try {
            verify(body);
        } catch (RuntimeException e) {
            refused.increment();
            complaints.add(Level.ERROR, "presence: a message could not be handled", e);
        }
    }

    private void verify(Bytes body) {
        switch (intake.read(body)) {
            case Intake.Read.Refused(String problem) -> refuse(problem);
            case Intake.Read.Genuine genuine -> take(genuine, body);
        }
    }

    /** How many messages came, whatever they were. */
    public long came() {
        return came.sum();
    }

    /** How many messages were no node's own announcement. */
    public long refused() {
        return refused.sum();
    }

    /** How many announcements were older than what is known. */
    public long late() {
        return late.sum();
    }

    private void take(Genuine genuine, Bytes body) {
        var said = genuine.kept();
        var again = presence.nothingNew(said);
        switch (presence.hear(said, clock.instant())) {
            case TAKEN -> {
                presence.certified(genuine.id(), genuine.certificate());
                note(said, again, body);
                heard.accept(genuine.said());
            }
            case LATE -> {
                late.increment();
                LOG.log(
                        Level.DEBUG,
                        () -> "presence: " + said.node().brief() + ": an old announcement");
            }
            case FULL ->
                    refuse(said.node().brief() + ": there are as many nodes as max-nodes allows");
        }
    }

    private void note(Announcement said, boolean again, Bytes body) {
        presence.of(said.node().nodeId())
                .ifPresent(
                        sighting ->
                                notes.note(
                                        new Entry(
                                                sighting.id(),
                                                new Moment(
                                                        sighting.heard(),
                                                        sighting.since(),
                                                        said.sent(),
                                                        said.sequence()),
                                                again,
                                                body,
                                                said.facts().map(_ -> body))));
    }

    private void refuse(String problem) {
        refused.increment();
        LOG.log(Level.DEBUG, () -> "presence: refused: " + Escape.line(problem));
    }

    /** Logs what changed since the last time, and forgets who has been gone for long. */
    public synchronized void sweep() {
        var now = clock.instant();
        presence.forget(now).forEach(notes::forget);
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
        told.keySet().stream().filter(id -> !seen.containsKey(id)).forEach(notes::forget);
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
