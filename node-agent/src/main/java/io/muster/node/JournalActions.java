package io.muster.node;

import io.muster.action.BuiltIn;
import io.muster.action.Input;
import io.muster.message.Identity;
import io.muster.message.Json;
import io.muster.message.LeftOut;
import io.muster.message.Outcome;
import io.muster.message.Recollection;
import io.muster.message.Reply.Answer;
import io.muster.message.RequestId;
import io.muster.message.RequestKey;
import io.muster.message.Role;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;
import io.muster.node.Endings.Ended;
import io.muster.node.action.Action;
import io.muster.node.action.Performed;

import java.util.List;
import java.util.Optional;

/** Tells what became of requests, so that nobody has to guess what silence meant. */
final class JournalActions {
    /** What the data of all outcomes in one answer may take. */
    private static final int MOST = 96 << 10;

    /** How deep data may be nested that is told inside of an answer: JSON has its limit. */
    private static final int DEEPEST = 8;

    private final RequestJournal journal;
    private final Identity caller;
    private int told;

    JournalActions(RequestJournal journal, Identity caller) {
        this.journal = journal;
        this.caller = caller;
    }

    /** The actions. */
    static List<Action> all(RequestJournal journal) {
        return List.of(
                Action.of(
                        BuiltIn.NODE_OUTCOMES,
                        (input, context) ->
                                new JournalActions(journal, context.caller())
                                        .tell(
                                                input.texts("requests"),
                                                sender(input, context.caller()))));
    }

    /** Whose requests are meant: the asker's own, unless it says whose. */
    static Identity sender(Input input, Identity caller) {
        return input.optionalText("of")
                .map(name -> new Identity(caller.fleet(), Role.OPERATOR, name))
                .orElse(caller);
    }

    private Performed tell(List<String> requests, Identity sender) {
        var all = Fields.EMPTY;
        for (var request : requests) {
            var key = new RequestKey(new RequestId(request), sender);
            all = all.with(request, recollection(key).toValue());
        }
        var data =
                Fields.EMPTY
                        .with("requests", all)
                        .with("forgotten", journal.forgotten().toEpochMilli());
        return Performed.done(new Outcome.Ok(requests.size() + " requests", data));
    }

    /** How it ended, as far as that caller may know. */
    Optional<Recollection.Ended> over(RequestKey request) {
        return journal.ended(request)
                .map(this::recollection)
                .filter(Recollection.Ended.class::isInstance)
                .map(Recollection.Ended.class::cast);
    }

    private Recollection recollection(RequestKey request) {
        var ended = journal.ended(request);
        if (ended.isPresent()) {
            return recollection(ended.get());
        }
        var running = journal.unfinished(request);
        if (running.isPresent()) {
            return new Recollection.Running(running.get().digest(), running.get().at());
        }
        return journal.digest(request)
                .<Recollection>map(Recollection.Seen::new)
                .orElseGet(Recollection.Unknown::new);
    }

    private Recollection recollection(Ended ended) {
        var said = ended.said();
        if (!(said.answer() instanceof Answer.Final(Outcome outcome))) {
            return new Recollection.Seen(ended.digest());
        }
        var told = ended.caller().equals(caller) ? bounded(outcome) : toOthers(outcome);
        return new Recollection.Ended(
                ended.digest(), said.sequence(), said.started(), said.sent(), said.boot(), told);
    }

    private Outcome bounded(Outcome outcome) {
        var size = Json.write(outcome.toValue()).length();
        if (told + size > MOST || depth(outcome.result()) > DEEPEST) {
            return LeftOut.of(outcome);
        }
        told += size;
        return outcome;
    }

    /** What an action tells is for its caller: policy lets many ask what few may do. */
    private static Outcome toOthers(Outcome outcome) {
        var message = "told to its caller alone";
        return switch (outcome) {
            case Outcome.Ok _ -> Outcome.ok(message);
            case Outcome.Changed _ -> new Outcome.Changed(message, Fields.EMPTY);
            case Outcome.Failed failed -> Outcome.failed(failed.code(), message);
            case Outcome.Refused refused -> new Outcome.Refused(refused.reason(), message);
            case Outcome.Expired _ -> new Outcome.Expired(message);
            case Outcome.Interrupted _ -> new Outcome.Interrupted(message);
            case Outcome.Cancelled _ -> new Outcome.Cancelled(message);
        };
    }

    private static int depth(Value value) {
        return switch (value) {
            case Items(List<Value> items) ->
                    1 + items.stream().mapToInt(JournalActions::depth).max().orElse(0);
            case Fields fields ->
                    1
                            + fields.members().values().stream()
                                    .mapToInt(JournalActions::depth)
                                    .max()
                                    .orElse(0);
            case Value.Text _, Value.Whole _, Value.Decimal _, Value.Truth _, Value.Nothing _ -> 0;
        };
    }
}
