package io.muster.controller.approval;

import io.muster.action.ActionClass;
import io.muster.approval.Proposal;
import io.muster.controller.ask.Caller;
import io.muster.controller.ask.Question;
import io.muster.filter.Filter;
import io.muster.message.ActionName;
import io.muster.message.Bytes;
import io.muster.message.MalformedException;
import io.muster.message.Outcome;
import io.muster.message.Reply.Answer;
import io.muster.message.RequestId;
import io.muster.message.Role;
import io.muster.message.Spans;
import io.muster.message.Value.Fields;
import io.muster.transport.Destination;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The hub's board of proposals, asked over the bus. What it says is not believed: whoever uses a
 * proposal looks into it. For one thread.
 */
public final class Board {
    private static final Duration TTL = Duration.ofMinutes(1);

    private final Caller caller;
    private final Duration limit;

    /**
     * @param limit how long the hub may take to answer
     */
    public Board(Caller caller, Duration limit) {
        this.caller = caller;
        this.limit = limit;
    }

    /** What the hub would not do, or did not answer. */
    public static final class BoardException extends RuntimeException {
        private static final long serialVersionUID = 1;

        BoardException(String message) {
            super(message);
        }
    }

    /** Leaves a proposal there. */
    public void propose(Proposal proposal) throws InterruptedException {
        ask("hub.propose", proposal.toValue());
    }

    /** Those that wait there; only the one with that id, if it is named. */
    public List<Proposal> list(Optional<RequestId> one) throws InterruptedException {
        var arguments = one.map(id -> Fields.EMPTY.with("id", id.value())).orElse(Fields.EMPTY);
        var proposals = new ArrayList<Proposal>();
        for (var part : ask("hub.proposals", arguments)) {
            try {
                proposals.add(Proposal.of(part));
            } catch (MalformedException e) {
                throw new BoardException("the hub handed out nonsense: " + e.problem());
            }
        }
        return proposals;
    }

    /** Leaves an approval there. */
    public void approve(RequestId id, Bytes approval) throws InterruptedException {
        ask("hub.approve", Fields.EMPTY.with("id", id.value()).with("approval", approval.base64()));
    }

    private List<Fields> ask(String action, Fields arguments) throws InterruptedException {
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
        var parts = new ArrayList<Fields>();
        try (var replies = caller.listen(Map.of(asked, Role.HUB))) {
            caller.send(asked, List.of(new Destination.Hub()));
            while (true) {
                var received = replies.next(limit);
                if (received.isEmpty()) {
                    throw new BoardException(
                            "the hub did not answer within "
                                    + Spans.print(limit)
                                    + "; without it a proposal goes round as a file: --propose-to");
                }
                switch (received.get().reply().answer()) {
                    case Answer.Part(Fields part) -> parts.add(part);
                    case Answer.Armed _ -> {}
                    case Answer.Final(Outcome.Ok _) -> {
                        return parts;
                    }
                    case Answer.Final(Outcome outcome) ->
                            throw new BoardException("the hub: " + outcome.message());
                }
            }
        }
    }
}
