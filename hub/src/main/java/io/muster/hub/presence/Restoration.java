package io.muster.hub.presence;

import io.muster.hub.presence.Intake.Read.Genuine;
import io.muster.hub.presence.Presence.Heard;
import io.muster.hub.registry.Entry;
import io.muster.message.Announcement;
import io.muster.message.Bytes;
import io.muster.message.Escape;
import io.muster.message.Value.Fields;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Brings what a registry kept into presence.
 *
 * <p>What comes from a registry that others can write to is verified anew, as if it came from the
 * bus. Nor is such a registry asked when a node was heard: it counts as heard when it says it
 * spoke, by the node's clock, which may be 30 seconds behind or as far as this hub saw itself, and
 * never later than the registry says. So nobody is made to look present by who can write there, and
 * nobody is invented.
 *
 * <p>What the hub wrote itself, where nobody else can write, was verified before it was written. Of
 * nodes that are expected, which are those whose certificate is good by the authority's register,
 * it is not verified again.
 */
public final class Restoration {
    private static final Logger LOG = System.getLogger(Restoration.class.getName());

    private final Intake intake;
    private final Presence presence;
    private final InstantSource clock;
    private final boolean own;
    private final Consumer<Announcement> told;
    private final Complaints complaints = Complaints.in(LOG);

    /**
     * Into that presence.
     *
     * @param own whether the registry is this hub's alone
     * @param told of each announcement that another hub heard, and that counts
     */
    public Restoration(
            Intake intake,
            Presence presence,
            InstantSource clock,
            boolean own,
            Consumer<Announcement> told) {
        this.intake = intake;
        this.presence = presence;
        this.clock = clock;
        this.own = own;
        this.told = told;
    }

    /**
     * Takes what an earlier life of the hub, or another hub, knew.
     *
     * @return whether it was what that node signed
     */
    public boolean restore(Entry entry) {
        return with(
                entry,
                genuine -> {
                    var said = genuine.kept();
                    var heard = heard(entry, said);
                    presence.restore(said, heard, earlier(entry.moment().since(), heard));
                    presence.certified(genuine.id(), genuine.certificate());
                });
    }

    /** Takes what another hub heard, as if it had been heard here. */
    public void news(Entry entry) {
        var _ =
                with(
                        entry,
                        genuine -> {
                            var said = genuine.kept();
                            if (presence.hear(said, heard(entry, said)) == Heard.TAKEN) {
                                presence.certified(genuine.id(), genuine.certificate());
                                told.accept(genuine.said());
                            }
                        });
    }

    /** Whatever is wrong with one entry must not keep the others out. */
    private boolean with(Entry entry, Consumer<Genuine> use) {
        try {
            var found = genuine(entry);
            found.ifPresent(use);
            return found.isPresent();
        } catch (RuntimeException e) {
            complaints.add(Level.ERROR, "registry: " + entry.node() + ": failed", e);
            return false;
        }
    }

    private Instant heard(Entry entry, Announcement said) {
        var heard = earlier(entry.moment().heard(), clock.instant());
        if (own) {
            return heard;
        }
        var known = presence.of(entry.node()).filter(sighting -> sighting.last().isPresent());
        var latest = said.sent().plus(known.map(this::behind).orElse(presence.times().skew()));
        var capped = earlier(heard, latest);
        return known.map(Sighting::heard).filter(capped::isBefore).orElse(capped);
    }

    /** How far a node's clock may be behind: as far as it was when it was heard here, if it was. */
    private Duration behind(Sighting sighting) {
        var skew = presence.times().skew();
        var behind = sighting.offset().negated();
        return behind.compareTo(skew) > 0 ? behind : skew;
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    /** Its last announcement, with the facts that it said before. */
    private Optional<Genuine> genuine(Entry entry) {
        var last = read(entry, entry.last());
        if (last.isEmpty() || last.get().said().facts().isPresent()) {
            return last.map(genuine -> dated(entry, genuine, genuine.kept().facts()));
        }
        var facts =
                entry.facts()
                        .flatMap(envelope -> read(entry, envelope))
                        .flatMap(genuine -> genuine.kept().facts());
        return last.map(genuine -> dated(entry, genuine, facts));
    }

    /** Of what says nothing new only the time was kept. */
    private Genuine dated(Entry entry, Genuine genuine, Optional<Fields> facts) {
        var kept = genuine.kept();
        var moment = entry.moment();
        var later = own && moment.sent().isAfter(kept.sent());
        return new Genuine(
                genuine.said(),
                kept.with(
                        later ? moment.sequence() : kept.sequence(),
                        later ? moment.sent() : kept.sent(),
                        facts),
                genuine.certificate());
    }

    private Optional<Genuine> read(Entry entry, Bytes envelope) {
        var believed = own && presence.of(entry.node()).isPresent();
        return switch (believed ? intake.reread(envelope) : intake.read(envelope)) {
            case Genuine genuine when genuine.id().equals(entry.node()) -> Optional.of(genuine);
            case Genuine genuine ->
                    refuse("kept of " + entry.node() + ", and said by " + genuine.id());
            case Intake.Read.Refused(String problem) -> refuse(entry.node() + ": " + problem);
        };
    }

    private Optional<Genuine> refuse(String problem) {
        complaints.add(Level.WARNING, "registry: left out: " + Escape.line(problem));
        return Optional.empty();
    }
}
