package io.muster.controller;

import io.muster.action.ActionClass;
import io.muster.controller.ask.Asked;
import io.muster.controller.ask.Strays;
import io.muster.controller.discovery.Target;
import io.muster.controller.discovery.Targets;
import io.muster.controller.queue.Standing;
import io.muster.controller.rollout.Batch;
import io.muster.controller.rollout.Halt;
import io.muster.controller.rollout.Rollout;
import io.muster.controller.rollout.Schedule;
import io.muster.message.ActionName;
import io.muster.message.NodeId;
import io.muster.message.Reply;
import io.muster.message.RequestId;
import io.muster.queue.QueueState;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * A run as far as it came, by what was written down of it.
 *
 * @param action what was asked
 * @param actionClass how much it can hurt
 * @param timeout how long was to be waited for each batch
 * @param rollout in which steps it goes out, and what stops it
 * @param targets whom it was meant for, frozen
 * @param schedule who of them is sent to in which batch
 * @param sent which requests may have gone out, and to whom
 * @param heard the last word of each node that gave one, and how long after its request
 * @param left who was gone before it was sent to
 * @param passed the numbers of the batches that are over, and after which all held that must
 * @param takenOut whom somebody took out of it, sent to or not
 * @param queue how far each request came that was left at the hub for a node that was away
 * @param seen who ended because of a lock that stopped the run, and after which somebody has had it
 *     go on all the same
 * @param end how it was left; empty if that was not written down any more
 */
public record Past(
        ActionName action,
        ActionClass actionClass,
        Duration timeout,
        Rollout rollout,
        Targets targets,
        Schedule schedule,
        List<Sent> sent,
        Map<NodeId, Heard> heard,
        List<Target> left,
        Set<Integer> passed,
        Set<NodeId> takenOut,
        Map<RequestId, Standing> queue,
        Set<NodeId> seen,
        Optional<End> end) {

    /** A request that may have gone out. */
    public record Sent(Asked asked, List<NodeId> targets) {
        public Sent {
            targets = List.copyOf(targets);
        }

        /** Without these, to whom it did not go out after all. */
        public Sent without(Collection<NodeId> nodes) {
            return new Sent(asked, targets.stream().filter(t -> !nodes.contains(t)).toList());
        }
    }

    /** A last word, and how long after the request it came. */
    public record Heard(Reply reply, Duration after) {}

    /**
     * How the report ended.
     *
     * @param took how long the run took
     * @param stopped whether the operator stopped it
     * @param problem why it could not go on, if so
     * @param halt why it went no further, if so
     */
    public record End(
            Duration took,
            Strays.Tally strays,
            boolean stopped,
            Optional<String> problem,
            Optional<Halt> halt) {
        private static final End NONE =
                new End(
                        Duration.ZERO,
                        Strays.Tally.NONE,
                        false,
                        Optional.empty(),
                        Optional.empty());
    }

    public Past {
        sent = List.copyOf(sent);
        heard = Collections.unmodifiableMap(new LinkedHashMap<>(heard));
        left = List.copyOf(left);
        passed = Set.copyOf(passed);
        takenOut = Set.copyOf(takenOut);
        queue = Collections.unmodifiableMap(new LinkedHashMap<>(queue));
        seen = Set.copyOf(seen);
    }

    /** Of a run of which nothing was sent yet; those who are there come in their order. */
    public static Past none(
            ActionName action,
            ActionClass actionClass,
            Duration timeout,
            Rollout rollout,
            Targets targets) {
        var schedule = Schedule.of(rollout, targets.online(), targets.all().size());
        return none(action, actionClass, timeout, rollout, targets, schedule);
    }

    /** The same, in that order. */
    public static Past none(
            ActionName action,
            ActionClass actionClass,
            Duration timeout,
            Rollout rollout,
            Targets targets,
            Schedule schedule) {
        return new Past(
                action,
                actionClass,
                timeout,
                rollout,
                targets,
                schedule,
                List.of(),
                Map.of(),
                List.of(),
                Set.of(),
                Set.of(),
                Map.of(),
                Set.of(),
                Optional.empty());
    }

    /** The same with other limits. */
    public Past within(Rollout other) {
        return with(other, heard, queue);
    }

    /** The same with replies in another form. */
    public Past hearing(Map<NodeId, Heard> others) {
        return with(rollout, others, queue);
    }

    /** The same, with other news of what waits at the hub. */
    public Past queueing(Map<RequestId, Standing> news) {
        var all = new LinkedHashMap<>(queue);
        all.putAll(news);
        return with(rollout, heard, all);
    }

    private Past with(
            Rollout limits, Map<NodeId, Heard> words, Map<RequestId, Standing> standings) {
        return new Past(
                action,
                actionClass,
                timeout,
                limits,
                targets,
                schedule,
                sent,
                words,
                left,
                passed,
                takenOut,
                standings,
                seen,
                end);
    }

    /** What the run would have reported at this point. */
    public Report report() {
        return report(ledger(), List.of());
    }

    /**
     * The same, with other books. What ended the run early counts no more when nothing of it is
     * left to be done or to be heard.
     */
    Report report(Ledger ledger, List<Target> running) {
        var last = end.orElse(End.NONE);
        if (settled(ledger)) {
            last = new End(last.took(), last.strays(), false, Optional.empty(), Optional.empty());
        }
        var names = running.stream().map(Target::name).toList();
        return new Report(
                action,
                names.isEmpty()
                        ? targets
                        : targets.noting("still under way on " + String.join(", ", names)),
                ledger.entries(),
                last.strays(),
                last.took(),
                expires(),
                last.stopped(),
                last.problem(),
                last.halt());
    }

    /** The batch of whom somebody is to be sent to next, if nobody stops it. */
    public Optional<Batch> next() {
        var books = ledger();
        return schedule.batches().stream()
                .filter(batch -> !books.unsent(batch.nodes()).isEmpty())
                .findFirst();
    }

    /** Why nothing more would be sent, if so. */
    public Optional<Halt> halt() {
        return new Brakes(this, ledger(), Logbook.NONE, Locks.NOBODY).atOnce();
    }

    private boolean settled(Ledger ledger) {
        return open(ledger).isEmpty()
                && ledger.entries().stream().noneMatch(e -> e.state() == TargetState.NO_REPLY);
    }

    /** The batches that are not over: somebody was not sent to, or it did not come to hold. */
    List<Batch> open(Ledger ledger) {
        return schedule.batches().stream()
                .filter(
                        batch ->
                                !ledger.unsent(batch.nodes()).isEmpty()
                                        || (rollout.gate().wanted()
                                                && !passed.contains(batch.number())))
                .toList();
    }

    /** The requests that may have gone out. */
    List<Asked> requests() {
        return sent.stream()
                .map(Sent::asked)
                .distinct()
                .collect(Collectors.toCollection(ArrayList::new));
    }

    /** How long it took so far. */
    Duration took() {
        return end.map(End::took).orElse(Duration.ZERO);
    }

    /** Until when something of it may begin. */
    Optional<Instant> expires() {
        return sent.stream().map(s -> s.asked().expires()).max(Instant::compareTo);
    }

    /** The books as they stood. */
    Ledger ledger() {
        return ledger(System::nanoTime);
    }

    /** The same, with times by that clock. */
    Ledger ledger(LongSupplier ticks) {
        var ledger = new Ledger(targets, ticks);
        var byId = new LinkedHashMap<NodeId, Target>();
        targets.all().forEach(target -> byId.put(target.id(), target));
        for (var each : sent) {
            var to = new ArrayList<>(byId.values());
            to.removeIf(target -> !each.targets().contains(target.id()));
            ledger.recall(each.asked().id(), to, heard);
        }
        queue.forEach(ledger::queued);
        ledger.left(left);
        ledger.takeOut(takenOut);
        return ledger;
    }

    /** The requests, each with those who still owe it a last word. */
    Map<Asked, List<Target>> owed(Ledger ledger) {
        var owed = new LinkedHashMap<Asked, List<Target>>();
        for (var each : sent) {
            var open = ledger.open(each.asked().id());
            var never = over(each.asked().id());
            if (!open.isEmpty() && !never) {
                owed.put(each.asked(), open);
            }
        }
        return owed;
    }

    /**
     * The requests, each with those who would not do it and may yet: that too few had approved it,
     * or that it could not be written down, is no last word of the node.
     */
    Map<Asked, List<Target>> refusedForNow(Ledger ledger) {
        var all = new LinkedHashMap<Asked, List<Target>>();
        for (var each : sent) {
            var refused = ledger.refusedForNow(each.asked().id());
            if (!refused.isEmpty()) {
                all.put(each.asked(), refused);
            }
        }
        return all;
    }

    /** Whether it was left at the hub, and never comes to its node. */
    private boolean over(RequestId id) {
        return Optional.ofNullable(queue.get(id)).filter(Standing::over).isPresent();
    }

    /** Whether it was left at the hub, and is not known to have been handed out. */
    boolean waits(Asked asked) {
        var handed = new Standing.There(QueueState.HANDED);
        return Optional.ofNullable(queue.get(asked.id()))
                .filter(standing -> !standing.equals(handed))
                .isPresent();
    }

    /** Whether some are away for whom nothing was left at the hub. */
    public boolean unqueued() {
        return !ledger().away().isEmpty();
    }
}
