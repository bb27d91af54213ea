package io.muster.hub.presence;

import io.muster.filter.Subject;
import io.muster.message.Announcement;
import io.muster.message.NodeId;
import io.muster.message.Value.Fields;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * What the hub knows of one node: the last announcement, and when it was heard. Its state follows
 * from that and from the time alone.
 *
 * @param subject what filters look at; empty until the node was heard
 * @param phase what it last said
 * @param since when it began to say so, by the hub's clock
 * @param heard when it was last heard, by the hub's clock
 * @param last the last announcement, without its facts; absent until the node was heard
 * @param factsKnown whether its facts were among what was heard
 * @param formerBoot the boot id before the present one
 * @param rival until when another machine with this identity is believed to exist
 */
record Sighting(
        Subject subject,
        Phase phase,
        Instant since,
        Instant heard,
        Optional<Announcement> last,
        boolean factsKnown,
        Optional<String> formerBoot,
        Instant rival) {

    private static final int SUSPECT_AFTER = 2;

    /** What a node last said. */
    enum Phase {
        SILENT,
        HERE,
        LEFT,
        REBOOTING
    }

    /** A node that has a certificate and was not heard yet. */
    static Sighting expected(NodeId id, String name, Instant now) {
        var subject = new Subject(id, name, Fields.EMPTY, Set.of(), Set.of());
        return new Sighting(
                subject,
                Phase.SILENT,
                now,
                now,
                Optional.empty(),
                false,
                Optional.empty(),
                Instant.MIN);
    }

    /** The same, but what it says it has said since then. */
    Sighting since(Instant then) {
        return new Sighting(subject, phase, then, heard, last, factsKnown, formerBoot, rival);
    }

    /** The same with facts, if they were not known. */
    Sighting knowing(Optional<Fields> facts) {
        if (factsKnown || facts.isEmpty()) {
            return this;
        }
        var whole =
                new Subject(
                        subject.id(),
                        subject.name(),
                        facts.get(),
                        subject.classes(),
                        subject.actions());
        return new Sighting(whole, phase, since, heard, last, true, formerBoot, rival);
    }

    /** The same, and two machines from now on. */
    Sighting frozen() {
        return new Sighting(
                subject, phase, since, heard, last, factsKnown, formerBoot, Instant.MAX);
    }

    boolean isFrozen() {
        return rival.equals(Instant.MAX);
    }

    NodeId id() {
        return subject.id();
    }

    /** How far the node's clock was ahead of the hub's when it was last heard. */
    Duration offset() {
        return last.map(a -> Duration.between(heard, a.sent())).orElse(Duration.ZERO);
    }

    /** Whether it was sent when it was heard, as far as clocks can tell. */
    static boolean fresh(Announcement announcement, Instant heard, PresenceTimes times) {
        var latest = heard.plus(times.skew());
        var earliest =
                heard.minus(times.skew()).minus(announcement.interval().multipliedBy(times.down()));
        return !announcement.sent().isAfter(latest) && !announcement.sent().isBefore(earliest);
    }

    /** Whether its own last announcement was not {@link #fresh}. */
    boolean clockOff(PresenceTimes times) {
        return last.map(a -> !fresh(a, heard, times)).orElse(false);
    }

    /** Its state at that moment. */
    NodeState state(Instant now, PresenceTimes times) {
        return switch (phase) {
            case SILENT ->
                    now.isBefore(since.plus(times.join())) ? NodeState.JOINING : NodeState.DOWN;
            case LEFT -> NodeState.LEFT;
            case REBOOTING ->
                    now.isBefore(since.plus(times.reboot()))
                            ? NodeState.REBOOTING
                            : alive(now, times);
            case HERE -> alive(now, times);
        };
    }

    /** When it entered the state that it has at that moment. */
    Instant since(Instant now, PresenceTimes times) {
        var begun =
                switch (phase) {
                    case SILENT ->
                            state(now, times) == NodeState.DOWN ? since.plus(times.join()) : since;
                    case LEFT -> since;
                    case REBOOTING ->
                            state(now, times) == NodeState.REBOOTING
                                    ? since
                                    : since.plus(times.reboot());
                    case HERE -> since;
                };
        return switch (state(now, times)) {
            case DOWN -> later(begun, missed(times.down()));
            case SUSPECT -> now.isBefore(missed(SUSPECT_AFTER)) ? begun : missed(SUSPECT_AFTER);
            case JOINING, UP, LEFT, REBOOTING, CLONE -> begun;
        };
    }

    private NodeState alive(Instant now, PresenceTimes times) {
        if (!now.isBefore(missed(times.down()))) {
            return NodeState.DOWN;
        }
        if (now.isBefore(rival)) {
            return NodeState.CLONE;
        }
        return !now.isBefore(missed(SUSPECT_AFTER)) || clockOff(times)
                ? NodeState.SUSPECT
                : NodeState.UP;
    }

    /** When that many announcements in a row are missing. */
    Instant missed(int announcements) {
        var interval = last.map(Announcement::interval).orElse(Duration.ZERO);
        return heard.plus(interval.multipliedBy(announcements));
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
