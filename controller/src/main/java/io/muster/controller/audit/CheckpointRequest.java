package io.muster.controller.audit;

import io.muster.action.ActionClass;
import io.muster.controller.ask.Caller;
import io.muster.controller.ask.Question;
import io.muster.filter.Filter;
import io.muster.message.ActionName;
import io.muster.message.Bytes;
import io.muster.message.FieldReader;
import io.muster.message.MalformedException;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Reply.Answer;
import io.muster.message.Role;
import io.muster.message.Value.Fields;
import io.muster.transport.Destination;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Asks the hub what it keeps of some nodes' checkpoints. */
public final class CheckpointRequest {
    private static final ActionName CHECKPOINTS = new ActionName("hub.checkpoints");

    private final Caller caller;
    private final Duration ttl;
    private final Duration patience;

    /**
     * @param ttl for how long the request is valid
     * @param patience how long the hub may be silent
     */
    public CheckpointRequest(Caller caller, Duration ttl, Duration patience) {
        this.caller = caller;
        this.ttl = ttl;
        this.patience = patience;
    }

    /** What it came to. */
    public sealed interface Result {
        /** Envelopes, not verified: whoever signed them is to be believed, and not the hub. */
        record Told(List<Bytes> messages) implements Result {}

        /** None; chosen by the hub, so to be escaped. */
        record Untold(String why) implements Result {}
    }

    /** Asks. */
    public Result ask(List<NodeId> nodes) throws InterruptedException {
        var question =
                new Question(
                        CHECKPOINTS,
                        ActionClass.READ,
                        Fields.EMPTY,
                        Filter.EVERYTHING,
                        Optional.of(nodes),
                        Map.of(),
                        false,
                        ttl);
        var asked = caller.sign(question);
        try (var replies = caller.listen(Map.of(asked, Role.HUB))) {
            caller.send(asked, List.of(new Destination.Hub()));
            var messages = new ArrayList<Bytes>();
            var taken = new HashSet<Integer>();
            var last = Integer.MAX_VALUE;
            while (taken.size() <= last) {
                var next = replies.next(patience);
                if (next.isEmpty()) {
                    return new Result.Untold("no answer within " + patience.toMillis() + " ms");
                }
                var reply = next.get().reply();
                if (!taken.add(reply.sequence())) {
                    continue;
                }
                switch (reply.answer()) {
                    case Answer.Part(Fields data) -> messages.addAll(read(data));
                    case Answer.Accepted _, Answer.Armed _ -> {}
                    case Answer.Final(Outcome.Ok _) -> last = reply.sequence();
                    case Answer.Final(Outcome outcome) -> {
                        return new Result.Untold(outcome.word() + ": " + outcome.message());
                    }
                }
            }
            return new Result.Told(messages);
        } catch (MalformedException e) {
            return new Result.Untold(e.problem());
        }
    }

    private static List<Bytes> read(Fields data) {
        return new FieldReader("checkpoints", data).texts("checkpoints", Bytes::base64);
    }
}
