package io.muster.controller;

import io.muster.action.BuiltIn;
import io.muster.controller.ask.Asked;
import io.muster.controller.ask.Caller;
import io.muster.controller.ask.Question;
import io.muster.controller.ask.Received;
import io.muster.controller.ask.Secrets;
import io.muster.controller.discovery.Nonces;
import io.muster.controller.discovery.Target;
import io.muster.filter.Filter;
import io.muster.message.Bounds;
import io.muster.message.Cancellation;
import io.muster.message.FieldReader;
import io.muster.message.Identity;
import io.muster.message.MalformedException;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Recollection;
import io.muster.message.Reply;
import io.muster.message.Reply.Answer;
import io.muster.message.RequestId;
import io.muster.message.Role;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.transport.Destination;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Has nodes stop what they were sent of a run and owe a last word on, and not begin what is still
 * on its way to them. What a node says of the very request counts as its answer to it.
 */
public final class Cancelling {
    private static final Duration SHORTEST = Duration.ofMinutes(1);

    private final Caller caller;
    private final Identity of;
    private final Duration patience;

    /** What the wish to cancel came to at a target. */
    public enum Result {
        /** It does not do it, or has stopped. */
        CANCELLED("cancelled"),
        /** It had done it, or is going down for it. */
        TOO_LATE("too-late"),
        /** It was told to stop, and has not. */
        STOPPING("stopping"),
        /** It would not. */
        DENIED("denied"),
        /** It did not answer: it may do it. */
        NOT_THERE("not-there"),
        /** It was never sent to. */
        NOT_SENT("not-sent"),
        /** It had given its last word before. */
        ENDED("ended");

        private final String word;

        Result(String word) {
            this.word = word;
        }

        /** The word used in output. */
        public String word() {
            return word;
        }
    }

    /**
     * One target.
     *
     * @param state how the request ended there, as far as is known
     * @param message what there is to say about it; may be empty
     */
    public record Line(Target target, Result result, TargetState state, String message) {}

    /**
     * @param of whose run it is: an id alone names no request
     * @param patience how long to wait for those who do not answer
     */
    public Cancelling(Caller caller, Identity of, Duration patience) {
        this.caller = caller;
        this.of = of;
        this.patience = patience;
    }

    /**
     * Asks them, and waits for what they say.
     *
     * @param approved the request that names also those who were not sent to, if there is one
     * @param which of the targets are asked
     * @param logbook where their last words are written down
     * @return a line for each of those targets
     */
    public List<Line> cancel(
            Past past, Optional<Asked> approved, Predicate<Target> which, Logbook logbook)
            throws InterruptedException {
        var ledger = past.ledger(caller::ticks);
        var before = new LinkedHashMap<NodeId, Entry>();
        ledger.entries().forEach(entry -> before.put(entry.id(), entry));
        var said = ask(wishes(past, ledger, approved, which));
        var collector = new ReplyCollector(ledger, caller.strays(), logbook, _ -> {}, () -> {});
        var lines = new ArrayList<Line>();
        for (var entry : before.values()) {
            if (which.test(entry.target())) {
                lines.add(line(entry, Optional.ofNullable(said.get(entry.id())), collector));
            }
        }
        return lines;
    }

    private static Map<Asked, List<Target>> wishes(
            Past past, Ledger ledger, Optional<Asked> approved, Predicate<Target> which) {
        var wishes = new LinkedHashMap<Asked, List<Target>>(past.owed(ledger));
        approved.ifPresent(
                asked -> {
                    var all = new ArrayList<>(wishes.getOrDefault(asked, List.of()));
                    past.targets().online().stream()
                            .filter(target -> meant(ledger, target.id()))
                            .forEach(all::add);
                    wishes.put(asked, all);
                });
        wishes.replaceAll((_, targets) -> targets.stream().filter(which).toList());
        wishes.values().removeIf(List::isEmpty);
        return wishes;
    }

    /** Whoever has what was approved can send it to them yet. */
    private static boolean meant(Ledger ledger, NodeId id) {
        return !ledger.unsent(List.of(id)).isEmpty() || (ledger.takenOut(id) && !ledger.sentTo(id));
    }

    /** What a node was asked, and said of it. */
    private record Word(Asked about, Optional<Said> said) {}

    private record Said(Reply by, Outcome outcome) {}

    private Map<NodeId, Word> ask(Map<Asked, List<Target>> wishes) throws InterruptedException {
        var words = new LinkedHashMap<NodeId, Word>();
        var about = new LinkedHashMap<RequestId, Asked>();
        var questions = new LinkedHashMap<Asked, List<Target>>();
        var roles = new LinkedHashMap<Asked, Role>();
        var nonces = new Nonces(caller).of(wishes.values().stream().flatMap(List::stream).toList());
        for (var wish : wishes.entrySet()) {
            var question = caller.sign(question(wish.getKey(), wish.getValue(), nonces));
            questions.put(question, wish.getValue());
            about.put(question.id(), wish.getKey());
            roles.put(question, Role.NODE);
            wish.getValue()
                    .forEach(t -> words.put(t.id(), new Word(wish.getKey(), Optional.empty())));
        }
        try (var replies = caller.listen(roles)) {
            questions.forEach((question, to) -> caller.send(question, queues(to)));
            var until = caller.ticks() + patience.toNanos();
            while (words.values().stream().anyMatch(word -> word.said().isEmpty())) {
                var next = replies.next(Duration.ofNanos(until - caller.ticks()));
                if (next.isEmpty()) {
                    return words;
                }
                var reply = next.get().reply();
                if (reply.answer() instanceof Answer.Final(Outcome outcome)) {
                    var request = Optional.ofNullable(about.get(reply.request())).orElseThrow();
                    words.computeIfPresent(
                            reply.sender().nodeId(),
                            (_, _) -> new Word(request, Optional.of(new Said(reply, outcome))));
                }
            }
        }
        return words;
    }

    private static List<Destination> queues(List<Target> targets) {
        return targets.stream().<Destination>map(t -> new Destination.Node(t.id())).toList();
    }

    /** As long as the request may begin, its cancelling may come: a node may be back by then. */
    private Question question(Asked asked, List<Target> targets, Map<NodeId, String> nonces) {
        var spec = BuiltIn.NODE_CANCEL;
        var left = Duration.between(caller.now(), asked.expires());
        var ttl = left.compareTo(SHORTEST) < 0 ? SHORTEST : left;
        var most = spec.actionClass().maxTtl();
        var what =
                Fields.EMPTY
                        .with("requests", Value.texts(List.of(asked.id().value())))
                        .with("until", asked.expires().toEpochMilli());
        return new Question(
                spec.name(),
                spec.actionClass(),
                of.equals(caller.identity()) ? what : what.with("of", of.name()),
                Filter.EVERYTHING,
                Optional.of(targets.stream().map(Target::id).toList()),
                Map.of(),
                nonces,
                false,
                ttl.compareTo(most) < 0 ? ttl : most,
                Bounds.NONE,
                Secrets.NONE);
    }

    private Line line(Entry entry, Optional<Word> word, ReplyCollector collector) {
        if (word.isEmpty()) {
            var unsent =
                    entry.state() == TargetState.NOT_SENT || entry.state() == TargetState.OFFLINE;
            if (cancelledUnsent(entry)) {
                var message = entry.remark().map(Remark::text).orElse("");
                return new Line(entry.target(), Result.CANCELLED, entry.state(), message);
            }
            return new Line(
                    entry.target(),
                    unsent ? Result.NOT_SENT : Result.ENDED,
                    entry.state(),
                    entry.outcome().map(Outcome::message).orElse(""));
        }
        var said = word.get().said();
        return said.isEmpty()
                ? new Line(entry.target(), Result.NOT_THERE, entry.state(), "")
                : line(entry, word.get().about(), said.get(), collector);
    }

    private static boolean cancelledUnsent(Entry entry) {
        return entry.state() == TargetState.CANCELLED && entry.reply().isEmpty();
    }

    private Line line(Entry entry, Asked about, Said said, ReplyCollector collector) {
        if (!(said.outcome() instanceof Outcome.Changed(_, Fields data))) {
            var message = said.outcome().word() + ": " + said.outcome().message();
            return new Line(entry.target(), Result.DENIED, entry.state(), message);
        }
        return switch (cancellation(about, data)) {
            case Cancellation.Prevented(boolean kept) -> {
                var outcome = new Outcome.Cancelled("cancelled before it began");
                enter(entry, about, said.by(), ended(about, said.by(), outcome), collector);
                var message = outcome.message() + (kept ? "" : "; not on disk there");
                yield new Line(entry.target(), Result.CANCELLED, TargetState.CANCELLED, message);
            }
            case Cancellation.Stopped(Recollection.Ended how) ->
                    over(entry, about, said.by(), how, Result.CANCELLED, collector);
            case Cancellation.Over(Recollection.Ended how) ->
                    over(
                            entry,
                            about,
                            said.by(),
                            how,
                            began(how.outcome()) ? Result.TOO_LATE : Result.ENDED,
                            collector);
            case Cancellation.GoingDown() ->
                    new Line(entry.target(), Result.TOO_LATE, entry.state(), "is going down");
            case Cancellation.Stopping() ->
                    new Line(entry.target(), Result.STOPPING, entry.state(), "has not stopped yet");
            case Cancellation.Denied(String message) ->
                    new Line(entry.target(), Result.DENIED, entry.state(), message);
        };
    }

    /** What a node would not do, it never does. */
    private static boolean began(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Refused _, Outcome.Expired _ -> false;
            case Outcome.Ok _,
                    Outcome.Changed _,
                    Outcome.Failed _,
                    Outcome.Interrupted _,
                    Outcome.Cancelled _ ->
                    true;
        };
    }

    /** What a node says that cannot be read, or of other bytes, is a refusal like any other. */
    private static Cancellation cancellation(Asked about, Fields data) {
        try {
            var reader = new FieldReader("cancellations", data);
            var all = new FieldReader("requests", reader.fields("requests"));
            var said = Cancellation.of(all.fields(about.id().value()));
            return switch (said) {
                case Cancellation.Stopped(Recollection.Ended how)
                        when !how.digest().equals(about.digest()) ->
                        altered();
                case Cancellation.Over(Recollection.Ended how)
                        when !how.digest().equals(about.digest()) ->
                        altered();
                case Cancellation.Stopped _,
                        Cancellation.Over _,
                        Cancellation.Prevented _,
                        Cancellation.GoingDown _,
                        Cancellation.Stopping _,
                        Cancellation.Denied _ ->
                        said;
            };
        } catch (MalformedException e) {
            return new Cancellation.Denied("its answer cannot be read: " + e.problem());
        }
    }

    private static Cancellation altered() {
        return new Cancellation.Denied("it speaks of another request with that id");
    }

    private Line over(
            Entry entry,
            Asked about,
            Reply by,
            Recollection.Ended how,
            Result result,
            ReplyCollector collector) {
        enter(entry, about, by, how, collector);
        var state = TargetState.of(how.outcome());
        return new Line(entry.target(), result, state, how.outcome().message());
    }

    private static Recollection.Ended ended(Asked about, Reply by, Outcome outcome) {
        return new Recollection.Ended(
                about.digest(), 0, by.started(), by.sent(), by.boot(), outcome);
    }

    /** Who was not sent to owes nothing. */
    private void enter(
            Entry entry, Asked about, Reply by, Recollection.Ended how, ReplyCollector collector) {
        var unsent = entry.state() == TargetState.NOT_SENT || cancelledUnsent(entry);
        if (!unsent) {
            collector.take(received(about, by, how));
        }
    }

    private Received received(Asked about, Reply by, Recollection.Ended how) {
        var came = Inquiry.reply(about, by, how);
        return new Received(caller.opened(came), came, caller.ticks(), true);
    }
}
