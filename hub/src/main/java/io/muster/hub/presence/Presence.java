package io.muster.hub.presence;

import io.muster.filter.Subject;
import io.muster.hub.presence.Sighting.Phase;
import io.muster.message.Announcement;
import io.muster.message.Bytes;
import io.muster.message.Collective;
import io.muster.message.NodeId;
import io.muster.message.Value.Fields;

import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Who is here, from what nodes announce and from the time: no threads, no input, no clock of its
 * own.
 *
 * <p>An announcement counts only if it was sent after the last one that counted. One that was not
 * counts if it is fresh and the last one was not (a clock was put right), or if it is fresh and the
 * node agent counted on within the same boot (a clock was put back). So an old announcement never
 * passes for a new one; one that is old, or from the future, and the first of its node makes it a
 * suspect at most. Thread-safe.
 */
public final class Presence {
    private final PresenceTimes times;
    private final int maxNodes;
    private final Map<NodeId, Sighting> sightings = new ConcurrentHashMap<>();
    private final Map<NodeId, String> rivals = new ConcurrentHashMap<>();
    private final Map<NodeId, Bytes> certificates = new ConcurrentHashMap<>();

    /** What became of an announcement. */
    public enum Heard {
        /** It counts. */
        TAKEN,
        /** Older than what is known. */
        LATE,
        /** Of a new node, and there are as many as there may be. */
        FULL
    }

    /**
     * Nobody is here yet.
     *
     * @param maxNodes the most nodes to know
     */
    public Presence(PresenceTimes times, int maxNodes) {
        this.times = times;
        this.maxNodes = maxNodes;
    }

    /** How patient it is. */
    PresenceTimes times() {
        return times;
    }

    /** A node has its certificate and should be heard soon; nothing new for one that was heard. */
    public void expect(NodeId id, String name, Instant now) {
        if (room(id, now)) {
            sightings.putIfAbsent(id, Sighting.expected(id, name, now));
        }
    }

    /** Takes what a node said; its signature is good, and it is the node that it names. */
    public Heard hear(Announcement announcement, Instant now) {
        var id = announcement.node().nodeId();
        if (!room(id, now)) {
            return Heard.FULL;
        }
        var result = new Heard[] {Heard.TAKEN};
        sightings.compute(
                id,
                (_, known) -> {
                    var before =
                            known == null ? Sighting.expected(id, announcement.name(), now) : known;
                    if (late(before, announcement, now)) {
                        result[0] = Heard.LATE;
                        return before;
                    }
                    return after(before, announcement, now);
                });
        return result[0];
    }

    /**
     * Takes what a registry kept: that node said so then. Nothing new for one that was heard later;
     * facts that are not known are taken all the same.
     *
     * @param heard when it was heard
     * @param since when it began to say so
     */
    public void restore(Announcement announcement, Instant heard, Instant since) {
        var id = announcement.node().nodeId();
        if (!room(id, heard)) {
            return;
        }
        sightings.compute(
                id,
                (_, known) -> {
                    var before =
                            known == null
                                    ? Sighting.expected(id, announcement.name(), since)
                                    : known;
                    var later = before.last().filter(l -> !announcement.sent().isAfter(l.sent()));
                    return later.isPresent()
                            ? before.knowing(announcement.facts())
                            : restored(before, announcement, heard, since);
                });
    }

    private static Sighting restored(
            Sighting before, Announcement said, Instant heard, Instant since) {
        var phase =
                switch (said.kind()) {
                    case UP -> Phase.HERE;
                    case LEAVING -> Phase.LEFT;
                    case REBOOTING -> Phase.REBOOTING;
                };
        return new Sighting(
                subject(before, said),
                phase,
                since,
                heard,
                Optional.of(withoutFacts(said)),
                before.factsKnown() || said.facts().isPresent(),
                before.formerBoot(),
                before.rival());
    }

    /** Whether it says no more than that the node is still there. */
    boolean nothingNew(Announcement announcement) {
        var known = of(announcement.node().nodeId());
        var last = known.flatMap(Sighting::last);
        if (last.isEmpty() || announcement.facts().isPresent()) {
            return false;
        }
        var subject = known.get().subject();
        var same = announcement.with(last.get().sequence(), last.get().sent(), Optional.empty());
        return last.get().equals(withoutFacts(same))
                && subject.classes().equals(Set.copyOf(announcement.classes()))
                && subject.actions().equals(Set.copyOf(announcement.actions()));
    }

    /** A node whose word counts signed it with the key of that certificate. */
    void certified(NodeId id, Bytes certificate) {
        certificates.merge(id, certificate, (known, now) -> known.equals(now) ? known : now);
    }

    /** The certificate with which that node spoke last, in DER. */
    public Optional<Bytes> certificate(NodeId id) {
        return Optional.ofNullable(certificates.get(id));
    }

    /** What is known of every node, in no order. */
    Iterable<Sighting> all() {
        return sightings.values();
    }

    /** The collectives that nodes are in. */
    public Set<Collective> collectives() {
        return sightings.values().stream()
                .flatMap(s -> s.last().stream())
                .flatMap(a -> a.collectives().stream())
                .collect(Collectors.toSet());
    }

    /** How many nodes are known. */
    public int size() {
        return sightings.size();
    }

    /** What is known of that node. */
    Optional<Sighting> of(NodeId id) {
        return Optional.ofNullable(sightings.get(id));
    }

    /** Whether that node is known with its facts. */
    public boolean complete(NodeId id) {
        return of(id).map(Sighting::factsKnown).orElse(false);
    }

    /** The state of that node at that moment, if it is known. */
    public Optional<NodeState> state(NodeId id, Instant now) {
        return of(id).map(sighting -> sighting.state(now, times));
    }

    /**
     * Who was seen to be two machines since this was asked last, and which ones, in words that may
     * hold any characters.
     */
    public Map<NodeId, String> rivals() {
        var seen = Map.copyOf(rivals);
        seen.forEach(rivals::remove);
        return seen;
    }

    /** Whatever that node does, it is a clone until it is forgotten. */
    public void freeze(NodeId id, Instant now) {
        sightings.compute(
                id,
                (_, known) ->
                        (known == null ? Sighting.expected(id, id.value(), now) : known).frozen());
    }

    /** Whether two machines are believed to be that node; quick. */
    public boolean twofold(NodeId id, Instant now) {
        var sighting = sightings.get(id);
        return sighting != null && now.isBefore(sighting.rival());
    }

    /** That id begins anew. */
    public void forget(NodeId id) {
        sightings.remove(id);
    }

    /** Forgets who has been gone for long; tells who that was. */
    List<NodeId> forget(Instant now) {
        var over =
                sightings.values().stream()
                        .filter(s -> gone(s, now) && !now.isBefore(end(s, now)))
                        .filter(s -> sightings.remove(s.id(), s))
                        .map(Sighting::id)
                        .toList();
        certificates.keySet().retainAll(sightings.keySet());
        return over;
    }

    private Instant end(Sighting sighting, Instant now) {
        return sighting.since(now, times).plus(times.forget());
    }

    /** Who is frozen stays so, however long both are silent. */
    private boolean gone(Sighting sighting, Instant now) {
        if (sighting.isFrozen()) {
            return false;
        }
        return switch (sighting.state(now, times)) {
            case DOWN, LEFT -> true;
            case JOINING, UP, SUSPECT, REBOOTING, CLONE -> false;
        };
    }

    /** When there are as many as there may be, who has been gone for longest makes room. */
    private boolean room(NodeId id, Instant now) {
        if (sightings.size() < maxNodes || sightings.containsKey(id)) {
            return true;
        }
        var longest =
                sightings.values().stream()
                        .filter(s -> gone(s, now))
                        .min(Comparator.comparing(s -> s.since(now, times)));
        longest.ifPresent(s -> sightings.remove(s.id(), s));
        return longest.isPresent();
    }

    private boolean late(Sighting before, Announcement now, Instant heard) {
        if (before.last().isEmpty() || now.sent().isAfter(before.last().get().sent())) {
            return false;
        }
        if (lostItsTime(before, now, heard)) {
            return false;
        }
        var last = before.last().get();
        var counted = now.boot().equals(last.boot()) && now.sequence() > last.sequence();
        return !Sighting.fresh(now, heard, times) || !(before.clockOff(times) || counted);
    }

    /**
     * A machine that was away, has another boot, and does not trust its clock, may have lost the
     * time over that boot.
     */
    private boolean lostItsTime(Sighting before, Announcement now, Instant heard) {
        var away = !heard.isBefore(before.missed(times.down()));
        var otherBoot =
                before.last().filter(last -> last.boot().equals(now.boot())).isEmpty()
                        && before.formerBoot().filter(now.boot()::equals).isEmpty();
        return now.nonce().isPresent() && away && otherBoot;
    }

    private Sighting after(Sighting before, Announcement said, Instant now) {
        var newBoot = before.last().filter(last -> !last.boot().equals(said.boot()));
        var after =
                new Sighting(
                        subject(before, said),
                        phase(before, said, now),
                        now,
                        now,
                        Optional.of(withoutFacts(said)),
                        before.factsKnown() || said.facts().isPresent(),
                        newBoot.map(Announcement::boot).or(before::formerBoot),
                        rival(before, said, now));
        var state = after.state(now, times);
        var same = state == before.state(now, times);
        return same && (newBoot.isEmpty() || state == NodeState.CLONE)
                ? after.since(before.since(now, times))
                : after;
    }

    /** Until a reboot is over, the old boot's last words do not change that it is under way. */
    private Phase phase(Sighting before, Announcement said, Instant now) {
        var rebooting =
                before.state(now, times) == NodeState.REBOOTING
                        && before.last().filter(l -> l.boot().equals(said.boot())).isPresent();
        return switch (said.kind()) {
            case UP -> rebooting ? Phase.REBOOTING : Phase.HERE;
            case LEAVING -> rebooting ? Phase.REBOOTING : Phase.LEFT;
            case REBOOTING -> Phase.REBOOTING;
        };
    }

    /** Another machine id while the first still speaks, or a boot that was over before. */
    private Instant rival(Sighting before, Announcement said, Instant now) {
        if (before.isFrozen()) {
            return before.rival();
        }
        if (before.last().isEmpty() || before.phase() != Phase.HERE) {
            return Instant.MIN;
        }
        var last = before.last().get();
        var speaking = now.isBefore(before.missed(times.down()));
        var otherMachine = !said.machine().equals(last.machine());
        var formerBoot =
                !said.boot().equals(last.boot())
                        && before.formerBoot().filter(said.boot()::equals).isPresent();
        if (!speaking || (!otherMachine && !formerBoot)) {
            return before.rival();
        }
        rivals.putIfAbsent(before.id(), place(last) + ", and " + place(said));
        return now.plus(said.interval().multipliedBy(times.down()));
    }

    private static String place(Announcement said) {
        return said.name() + " (machine " + said.machine() + ", boot " + said.boot() + ")";
    }

    private static Subject subject(Sighting before, Announcement said) {
        Fields facts = said.facts().orElse(before.subject().facts());
        return new Subject(
                said.node().nodeId(),
                said.name(),
                facts,
                new LinkedHashSet<>(said.classes()),
                new LinkedHashSet<>(said.actions()));
    }

    /** The subject has what filters look at; to keep it twice would cost as much again. */
    private static Announcement withoutFacts(Announcement said) {
        return new Announcement(
                said.node(),
                said.name(),
                said.collectives(),
                said.kind(),
                said.sequence(),
                said.sent(),
                said.interval(),
                said.boot(),
                said.machine(),
                said.version(),
                List.of(),
                List.of(),
                said.nonce(),
                Optional.empty(),
                said.standing());
    }
}
