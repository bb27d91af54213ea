package io.muster.controller.ask;

import io.muster.action.ActionClass;
import io.muster.filter.Filter;
import io.muster.message.ActionName;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Reply;
import io.muster.message.Reply.Answer;
import io.muster.message.Role;
import io.muster.message.Spans;
import io.muster.message.Value.Fields;
import io.muster.transport.Destination;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The hub, asked over the bus. What it says is not believed. For one thread. */
public final class Hub {
    private static final Duration TTL = Duration.ofMinutes(1);

    private final Caller caller;
    private final Duration limit;

    /**
     * @param limit how long it may take for each part of its answer
     */
    public Hub(Caller caller, Duration limit) {
        this.caller = caller;
        this.limit = limit;
    }

    /** What the hub would not do, or did not answer. */
    public static final class HubException extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final transient Optional<Reason> refusal;

        /** The message may hold text of the hub's choice, so it is escaped where it is shown. */
        public HubException(String message) {
            this(message, Optional.empty());
        }

        private HubException(String message, Optional<Reason> refusal) {
            super(message);
            this.refusal = refusal;
        }

        /** Why the hub would not; empty if it did not answer, or it is not known what it did. */
        public Optional<Reason> refusal() {
            return refusal;
        }
    }

    /**
     * The parts of its answer, in the order it gave them.
     *
     * @throws HubException if it would not, or did not answer
     */
    public List<Fields> ask(String action, Fields arguments) throws InterruptedException {
        var question =
                new Question(
                        new ActionName(action),
                        ActionClass.READ,
                        arguments,
                        Filter.EVERYTHING,
                        Optional.empty(),
                        Map.of(),
                        false,
                        TTL);
        var asked = caller.sign(question);
        // Replies are verified on several threads, and may overtake each other on the way.
        var parts = new TreeMap<Integer, Fields>();
        var end = Integer.MAX_VALUE;
        try (var replies = caller.listen(Map.of(asked, Role.HUB))) {
            caller.send(asked, List.of(new Destination.Hub()));
            while (parts.size() < end) {
                var reply = next(replies);
                switch (reply.answer()) {
                    case Answer.Part(Fields part) -> parts.put(reply.sequence(), part);
                    case Answer.Accepted _, Answer.Armed _ -> {}
                    case Answer.Final(Outcome.Ok _) -> end = reply.sequence();
                    case Answer.Final(Outcome.Refused(Reason reason, String message)) ->
                            throw new HubException("the hub: " + message, Optional.of(reason));
                    case Answer.Final(Outcome outcome) ->
                            throw new HubException("the hub: " + outcome.message());
                }
            }
        }
        return List.copyOf(parts.values());
    }

    private Reply next(Replies replies) throws InterruptedException {
        return replies.next(limit)
                .map(Received::reply)
                .orElseThrow(
                        () ->
                                new HubException(
                                        "the hub did not answer within " + Spans.print(limit)));
    }
}
