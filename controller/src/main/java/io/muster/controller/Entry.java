package io.muster.controller;

import io.muster.controller.discovery.Sweep;
import io.muster.controller.discovery.Target;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Reply;

import java.time.Duration;
import java.util.Optional;

/**
 * One target's line in a report.
 *
 * @param target who
 * @param state how it ended
 * @param reply its last word; the final one if it gave one
 * @param after how long after the request that came
 * @param remark what there is to say of one that said nothing
 */
public record Entry(
        Target target,
        TargetState state,
        Optional<Reply> reply,
        Optional<Duration> after,
        Optional<Remark> remark) {

    /** One of which its reply says everything. */
    public Entry(
            Target target, TargetState state, Optional<Reply> reply, Optional<Duration> after) {
        this(target, state, reply, after, Optional.empty());
    }

    /** A target that never answered. */
    static Entry silent(Target target, TargetState state) {
        return new Entry(target, state, Optional.empty(), Optional.empty());
    }

    /** The same, with that to be said of it. */
    Entry remarking(Optional<Remark> other) {
        return new Entry(target, state, reply, after, other);
    }

    /** A target of a run that was not sent. */
    static Entry unsent(Target target) {
        var away = target.presence().offline();
        return silent(target, away ? TargetState.OFFLINE : TargetState.NOT_SENT);
    }

    /** A target that did not answer a call to all. */
    static Entry unheard(Target target) {
        var away = target.presence().offline();
        return silent(target, away ? TargetState.OFFLINE : TargetState.NO_REPLY);
    }

    /** A target that did. */
    static Entry of(Sweep.Answer answer) {
        var outcome =
                new Entry(
                        answer.node(),
                        TargetState.OK,
                        Optional.of(answer.reply()),
                        Optional.of(answer.after()));
        var state = outcome.outcome().map(TargetState::of).orElse(TargetState.NO_REPLY);
        return new Entry(answer.node(), state, outcome.reply(), outcome.after());
    }

    /** The target's identity. */
    public NodeId id() {
        return target.id();
    }

    /** What the node calls itself now, or was called when it was found. */
    public String name() {
        return reply.map(Reply::name).orElse(target.name());
    }

    /** What became of the request there, if the node has said it. */
    public Optional<Outcome> outcome() {
        return reply.flatMap(
                r ->
                        switch (r.answer()) {
                            case Reply.Answer.Final(Outcome outcome) -> Optional.of(outcome);
                            case Reply.Answer.Accepted _,
                                    Reply.Answer.Armed _,
                                    Reply.Answer.Part _ ->
                                    Optional.empty();
                        });
    }

    /** Whether it said that it has the request on its disk, and nothing after that. */
    public boolean accepted() {
        return reply.map(r -> r.answer() instanceof Reply.Answer.Accepted).orElse(false);
    }

    /** Whether it said that it goes down, and was not heard of again. */
    public boolean awaitedBack() {
        return reply.map(r -> r.answer() instanceof Reply.Answer.Armed).orElse(false);
    }
}
