package io.muster.controller;

import io.muster.controller.ask.Asked;
import io.muster.controller.ask.Received;
import io.muster.controller.ask.Stray;
import io.muster.controller.discovery.Presence;
import io.muster.controller.discovery.Target;
import io.muster.controller.discovery.Targets;
import io.muster.controller.queue.Standing;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Reply;
import io.muster.message.RequestId;
import io.muster.queue.QueueState;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Keeps every target in exactly one state from the moment the list is frozen. The first final
 * answer stands. For one thread.
 */
final class Ledger {
    private final Lines lines = new Lines();
    private final LongSupplier ticks;

    /** Who is waited for, and since when by {@code ticks}: the longest first. */
    private final Map<NodeId, Long> awaited = new LinkedHashMap<>();

    /** How far what was left at the hub for them has come there. */
    private final Map<NodeId, Standing> queued = new LinkedHashMap<>();

    /** Whom somebody has taken out of the run, whether they were sent to or not. */
    private final Set<NodeId> takenOut = new HashSet<>();

    Ledger(Targets targets) {
        this(targets, System::nanoTime);
    }

    /**
     * @param ticks nanoseconds, as {@link Received#arrived} counts
     */
    Ledger(Targets targets, LongSupplier ticks) {
        this.ticks = ticks;
        for (var target : targets.all()) {
            var away = target.presence().offline();
            lines.place(away ? new Line.Offline(target) : new Line.Unsent(target));
        }
    }

    /** What time it is by its clock. */
    long ticks() {
        return ticks.getAsLong();
    }

    /**
     * Notes that somebody has taken these out: who was not sent to never will be, and nobody of
     * them is sent anything again.
     */
    void takeOut(Set<NodeId> nodes) {
        for (var id : nodes) {
            takenOut.add(id);
            lines.of(id)
                    .filter(line -> line instanceof Line.Unsent || line instanceof Line.Offline)
                    .ifPresent(line -> lines.place(new Line.TakenOut(line.target())));
        }
    }

    /** Whether somebody has taken that one out. */
    boolean takenOut(NodeId id) {
        return takenOut.contains(id);
    }

    /** Those of these whom somebody has taken out: they are asked, and not sent it again. */
    Map<Asked, List<Target>> takenOut(Map<Asked, List<Target>> owed) {
        return only(owed, target -> takenOut(target.id()));
    }

    private static Map<Asked, List<Target>> only(
            Map<Asked, List<Target>> owed, Predicate<Target> which) {
        var some = new LinkedHashMap<Asked, List<Target>>();
        owed.forEach((asked, targets) -> some.put(asked, targets.stream().filter(which).toList()));
        some.values().removeIf(List::isEmpty);
        return some;
    }

    /** Whether that one may have been sent to. */
    boolean sentTo(NodeId id) {
        return lines.of(id)
                .filter(line -> line instanceof Line.Open || line instanceof Line.Closed)
                .isPresent();
    }

    /** Notes that the request goes out to these. */
    void sent(RequestId request, List<Target> targets) {
        for (var target : targets) {
            if (!(line(target.id()) instanceof Line.Unsent)) {
                throw new IllegalStateException(target.id() + " is not there to be sent to");
            }
            var line = new Line.Open(target, request, ticks.getAsLong(), Optional.empty());
            lines.place(line);
            awaited.put(target.id(), line.sent());
        }
    }

    /** Those who are away, and one machine each. */
    List<Target> away() {
        return lines.all().stream()
                .filter(Line.Offline.class::isInstance)
                .map(Line::target)
                .filter(target -> target.presence() != Presence.FROZEN)
                .toList();
    }

    /** Notes that the request was left at the hub for that target; nobody waits for it here. */
    void queued(RequestId request, Target target, Standing standing) {
        var none = Optional.<Received>empty();
        lines.place(new Line.Open(target, request, ticks.getAsLong(), none));
        queued(request, standing);
    }

    /** Notes how far that one has come at the hub. What that does not keep waits nowhere. */
    void queued(RequestId request, Standing standing) {
        for (var target : open(request)) {
            queued.put(target.id(), standing);
            if (standing instanceof Standing.Refused) {
                lines.place(new Line.Offline(target));
            }
        }
    }

    /** Notes that these are not left at the hub. */
    void unqueued(List<Target> targets, Standing.Refused why) {
        targets.forEach(target -> queued.put(target.id(), why));
    }

    /** Notes that an earlier process sent the request to these, and what it heard. */
    void recall(RequestId request, List<Target> targets, Map<NodeId, Past.Heard> heard) {
        for (var target : targets) {
            Line line = new Line.Open(target, request, ticks.getAsLong(), Optional.empty());
            var known = Optional.ofNullable(heard.get(target.id()));
            if (known.isPresent() && known.get().reply().request().equals(request)) {
                line = recalled(target, known.get());
            }
            lines.place(line);
        }
    }

    private Line recalled(Target target, Past.Heard heard) {
        var reply = heard.reply();
        return switch (reply.answer()) {
            case Reply.Answer.Final(Outcome outcome) ->
                    new Line.Closed(
                            new Entry(
                                    target,
                                    TargetState.of(outcome),
                                    Optional.of(reply),
                                    Optional.of(heard.after())),
                            reply.request(),
                            outcome,
                            false);
            case Reply.Answer.Accepted _, Reply.Answer.Armed _, Reply.Answer.Part _ -> {
                var sent = ticks.getAsLong() - heard.after().toNanos();
                var armed = new Received(reply, sent + heard.after().toNanos());
                yield new Line.Open(target, reply.request(), sent, Optional.of(armed));
            }
        };
    }

    /** Those who were sent that request, and owe a last word. */
    List<Target> open(RequestId request) {
        return lines.all().stream()
                .filter(line -> line instanceof Line.Open open && open.request().equals(request))
                .map(Line::target)
                .toList();
    }

    /** Those who would not do that request, and may yet. */
    List<Target> refusedForNow(RequestId request) {
        return lines.all().stream()
                .filter(line -> line instanceof Line.Closed closed && closed.refusedForNow(request))
                .map(Line::target)
                .toList();
    }

    /** Without those who have not got it by now, as the hub says. */
    Map<Asked, List<Target>> reached(Map<Asked, List<Target>> owed) {
        return only(
                owed,
                target ->
                        Optional.ofNullable(queued.get(target.id()))
                                .filter(Standing::unheard)
                                .isEmpty());
    }

    /** Those of these who were not sent to yet, in that order. */
    List<Target> unsent(List<NodeId> nodes) {
        return nodes.stream()
                .flatMap(id -> lines.of(id).stream())
                .filter(Line.Unsent.class::isInstance)
                .map(Line::target)
                .toList();
    }

    /** Whether nobody is left to be sent to. */
    boolean allSent() {
        return lines.unsent() == 0;
    }

    /** Notes that these, who were not sent to yet, are gone. */
    void left(List<Target> targets) {
        for (var target : targets) {
            if (line(target.id()) instanceof Line.Unsent) {
                lines.place(new Line.Offline(target));
            }
        }
    }

    /** Waits for the last word of these, who were sent to earlier. */
    void await(List<Target> targets) {
        var now = ticks.getAsLong();
        targets.stream().map(Target::id).filter(lines::open).forEach(id -> awaited.put(id, now));
    }

    /** Waits for that one from that moment on, as if it had been sent to then. */
    void postpone(NodeId id, long moment) {
        awaited.remove(id);
        awaited.put(id, moment);
    }

    /** That one, if it owes an answer to that request: it is about to be sent another one. */
    List<Target> reopen(NodeId id, RequestId request) {
        var reopened = open(request).stream().filter(target -> target.id().equals(id)).toList();
        reopened.forEach(target -> lines.place(new Line.Unsent(target)));
        awaited.remove(id);
        return reopened;
    }

    /** Enters a genuine reply; says why it counts for nothing, if so. */
    Optional<Stray.Kind> enter(Received received) {
        var reply = received.reply();
        var id = reply.sender().nodeId();
        var known = lines.of(id);
        if (known.isEmpty()) {
            return Optional.of(Stray.Kind.NOT_A_TARGET);
        }
        return switch (known.get()) {
            case Line.Open line when line.request().equals(reply.request()) -> {
                var next = line.next(received);
                lines.place(next);
                if (next instanceof Line.Closed) {
                    awaited.remove(id);
                }
                yield Optional.empty();
            }
            case Line.Closed line when line.request().equals(reply.request()) -> {
                lines.place(line.next(received));
                yield line.again(received);
            }
            case Line.Open _, Line.Closed _, Line.Unsent _, Line.TakenOut _, Line.Offline _ ->
                    Optional.of(Stray.Kind.NOT_A_TARGET);
        };
    }

    /** Whether nobody who was sent to still owes an answer. */
    boolean complete() {
        return awaited.isEmpty();
    }

    /** How many were sent to, still owe an answer, and are waited for. */
    int awaited() {
        return awaited.size();
    }

    /** Since when the one who is waited for the longest is, by {@code ticks}. */
    OptionalLong awaitedSince() {
        return awaited.values().stream().mapToLong(since -> since).findFirst();
    }

    /**
     * Nobody waits any more for those who have been waited for since then; if the answer comes, it
     * counts all the same.
     */
    void giveUp(long since) {
        awaited.values().removeIf(moment -> moment - since <= 0);
    }

    /** Whether nothing was sent to anybody yet. */
    boolean untouched() {
        return lines.sent() == 0;
    }

    /**
     * How many have failed, would not, were interrupted, or have said nothing in time and may still
     * be at it.
     */
    int failed() {
        var waiting =
                queued.entrySet().stream().filter(e -> waits(e.getKey(), e.getValue())).count();
        return lines.bad() + lines.open() - awaited.size() - (int) waiting;
    }

    /** Whether what was left at the hub for that one is not known to have come there. */
    private boolean waits(NodeId id, Standing standing) {
        return line(id) instanceof Line.Open open
                && open.last().isEmpty()
                && !awaited(id)
                && !standing.equals(new Standing.There(QueueState.HANDED));
    }

    /** Whether that one is still waited for. */
    boolean awaited(NodeId id) {
        return awaited.containsKey(id);
    }

    /** How many are not there. */
    int offline() {
        return lines.offline();
    }

    /**
     * One that was cancelled, and not because somebody took it out, if there is any.
     *
     * @param known none of these
     */
    Optional<Entry> cancelled(Set<NodeId> known) {
        return lines.cancelled().stream()
                .filter(id -> !takenOut(id) && !known.contains(id))
                .findFirst()
                .map(this::entry);
    }

    /** Those who would not because something is locked. */
    Set<NodeId> locked() {
        return lines.locked();
    }

    /**
     * Whether nothing is known to be wrong with that node by what became of the run there, and it
     * is not at work.
     */
    boolean up(NodeId id) {
        if (lines.of(id).filter(line -> !(line instanceof Line.TakenOut)).isEmpty()) {
            return true;
        }
        return switch (entry(id).state()) {
            case OK, CHANGED, REFUSED, EXPIRED, NOT_SENT -> true;
            case FAILED, INTERRUPTED, NO_REPLY, OFFLINE, QUEUED, CANCELLED -> false;
        };
    }

    /** Where the target stands now. */
    Entry entry(NodeId id) {
        return switch (line(id)) {
            case Line.Offline(Target target) ->
                    Entry.silent(target, TargetState.OFFLINE).remarking(remark(id));
            case Line.Unsent(Target target) -> Entry.silent(target, TargetState.NOT_SENT);
            case Line.TakenOut(Target target) ->
                    Entry.silent(target, TargetState.CANCELLED)
                            .remarking(Optional.of(Remark.TAKEN_OUT));
            case Line.Open line ->
                    line.last()
                            .map(last -> line.entry(TargetState.NO_REPLY, last))
                            .orElse(Entry.silent(line.target(), unheard(id)).remarking(remark(id)));
            case Line.Closed line -> line.entry();
        };
    }

    private Line line(NodeId id) {
        return lines.of(id).orElseThrow(() -> new IllegalArgumentException("no target " + id));
    }

    private TargetState unheard(NodeId id) {
        return TargetState.of(queued.getOrDefault(id, new Standing.Unsure()));
    }

    private Optional<Remark> remark(NodeId id) {
        return Optional.ofNullable(queued.get(id)).flatMap(Remark::of);
    }

    /** Every target as it stands now, in the order of the list. */
    List<Entry> entries() {
        return lines.ids().stream().map(this::entry).toList();
    }
}
