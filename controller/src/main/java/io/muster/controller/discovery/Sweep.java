package io.muster.controller.discovery;

import io.muster.action.BuiltIn;
import io.muster.controller.ask.Asked;
import io.muster.controller.ask.Caller;
import io.muster.controller.ask.Question;
import io.muster.controller.ask.Received;
import io.muster.controller.ask.Replies;
import io.muster.message.NodeId;
import io.muster.message.Reply;
import io.muster.message.Role;
import io.muster.transport.Destination;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A call to all nodes that match, and beside it the question to the hub who they should be.
 *
 * <p>It is over at once when every node that the hub knows to be there has answered; otherwise when
 * the answers have dried up. Nodes that the hub has its doubts about get no more than that. So a
 * fleet that is all there costs what its slowest node costs, and a slow fleet is not cut off in the
 * middle.
 */
public final class Sweep {
    private final Caller caller;
    private final Patience patience;
    private final boolean askHub;
    private final Roll roll = new Roll();
    private final Map<NodeId, Answer> answers = new LinkedHashMap<>();
    private final Set<NodeId> missing = new LinkedHashSet<>();
    private final Set<NodeId> doubtful = new LinkedHashSet<>();
    private int expected;
    private Optional<Told> hub = Optional.empty();

    /**
     * One node's answer.
     *
     * @param node who
     * @param reply what it said
     * @param after how long after the call
     */
    public record Answer(Target node, Reply reply, Duration after) {}

    /**
     * When the hub answered.
     *
     * @param sent by the hub's clock
     * @param after how long after the call
     */
    public record Told(Instant sent, Duration after) {}

    /**
     * What came of it.
     *
     * @param answers of the nodes, in order of arrival
     * @param presence who the hub says matches; absent if it did not answer
     * @param hub when it answered first
     * @param registry why the hub cannot use its registry, if it says so; chosen by the hub
     * @param interrupted whether it was stopped by an interrupt
     */
    public record Result(
            List<Answer> answers,
            Optional<List<Target>> presence,
            Optional<Told> hub,
            Optional<String> registry,
            boolean interrupted) {
        public Result {
            answers = List.copyOf(answers);
            presence = presence.map(List::copyOf);
        }

        /** Those who answered, and those the hub says match, as the hub describes them. */
        public List<Target> nodes() {
            var all = new LinkedHashMap<NodeId, Target>();
            answers.forEach(answer -> all.put(answer.node().id(), answer.node()));
            presence.orElse(List.of())
                    .forEach(target -> all.merge(target.id(), target, Sweep::join));
            return List.copyOf(all.values());
        }
    }

    public Sweep(Caller caller, Patience patience, boolean askHub) {
        this.caller = caller;
        this.patience = patience;
        this.askHub = askHub;
    }

    /** One who answered is there, whatever the hub thinks; who it is, only the hub may know. */
    private static Target join(Target answered, Target announced) {
        var there = announced.presence().offline() ? Presence.ANSWERED : announced.presence();
        return new Target(
                answered.id(), answered.name(), there, answered.boot(), announced.nonce());
    }

    /**
     * Calls, and waits. To be used once.
     *
     * @param search who; those it does not look for are not reported
     * @param answered is told of each answer as it comes, on this thread
     */
    public Result run(Search search, Consumer<Answer> answered) {
        var toHub = caller.sign(Roll.question(search.filter(), patience.ttl()));
        var toNodes =
                caller.sign(Question.toAll(BuiltIn.NODE_PING, search.filter(), patience.ttl()));
        try (var replies = caller.listen(Map.of(toHub, Role.HUB, toNodes, Role.NODE))) {
            if (askHub) {
                caller.mention(toHub, new Destination.Hub());
            }
            var start = caller.ticks();
            caller.send(toNodes, List.of(new Destination.Requests(caller.collective())));
            var interrupted = !collect(replies, toNodes, search, start, answered);
            return new Result(
                    List.copyOf(answers.values()), roll.nodes(), hub, roll.registry(), interrupted);
        }
    }

    private boolean collect(
            Replies replies, Asked nodes, Search search, long start, Consumer<Answer> answered) {
        var last = start;
        try {
            while (!finished()) {
                var next = replies.next(remaining(start, last));
                if (next.isEmpty()) {
                    return true;
                }
                if (!next.get().reply().request().equals(nodes.id())) {
                    roll.take(next.get().reply());
                    hub = hub.or(() -> Optional.of(told(next.get(), start)));
                    expect(search);
                } else if (!answer(next.get(), search, start, answered)) {
                    continue;
                }
                last = Math.max(last, next.get().arrived());
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static Told told(Received received, long start) {
        return new Told(received.reply().sent(), Duration.ofNanos(received.arrived() - start));
    }

    private boolean finished() {
        return expected > 0 && missing.isEmpty() && doubtful.isEmpty();
    }

    /**
     * Quiet alone ends it only when it is known that nobody is missing: on a slow day answers come
     * in bursts, and a call that stops in a pause between them would pass for a whole fleet.
     * Without the hub it must be quiet for as long again as the last answer took.
     */
    private Duration remaining(long start, long last) {
        var slow = roll.complete() ? 0 : Math.min(last - start, patience.limit().toNanos());
        var quiet = last + Math.max(patience.window().toNanos(), slow);
        var hubAwaited = askHub && !roll.complete();
        var nobodyYet = answers.isEmpty() && !roll.complete();
        var least = start;
        if (hubAwaited) {
            least = Math.max(least, start + patience.hub().toNanos());
        }
        if (nobodyYet || !missing.isEmpty()) {
            least = Math.max(least, start + patience.limit().toNanos());
        }
        return Duration.ofNanos(Math.max(quiet, least) - caller.ticks());
    }

    private void expect(Search search) {
        if (roll.nodes().isPresent()) {
            var there =
                    search.pick(roll.nodes().get()).stream()
                            .filter(target -> !target.presence().offline())
                            .toList();
            expected = there.size();
            there.stream()
                    .filter(target -> !answers.containsKey(target.id()))
                    .forEach(target -> awaited(target).add(target.id()));
        }
    }

    /** Who is late with announcing itself is likely to be late here, too, or gone. */
    private Set<NodeId> awaited(Target target) {
        return target.presence() == Presence.SUSPECT ? doubtful : missing;
    }

    /** Whether this was news; somebody who repeats himself must not keep us waiting. */
    private boolean answer(
            Received received, Search search, long start, Consumer<Answer> answered) {
        var reply = received.reply();
        var node =
                new Target(
                        reply.sender().nodeId(),
                        reply.name(),
                        Presence.ANSWERED,
                        Optional.of(reply.boot()));
        if (!(reply.answer() instanceof Reply.Answer.Final)
                || answers.containsKey(node.id())
                || search.pick(List.of(node)).isEmpty()) {
            return false;
        }
        var answer = new Answer(node, reply, Duration.ofNanos(received.arrived() - start));
        answers.put(node.id(), answer);
        missing.remove(node.id());
        doubtful.remove(node.id());
        answered.accept(answer);
        return true;
    }
}
