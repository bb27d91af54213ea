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
import io.muster.message.FieldReader;
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
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Asks nodes what became of requests that they were sent and did not answer, by the record that
 * each keeps. What a node says of the very request counts as its answer; nothing else does.
 */
final class Inquiry {
    private static final Duration TTL = Duration.ofMinutes(1);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Caller caller;

    /** What a node said. */
    sealed interface Finding {
        /** How it ended there, as if the node had answered. */
        record Over(Received received) implements Finding {}

        /** It is under way. */
        record Running() implements Finding {}

        /** Nothing that settles it. */
        record Open() implements Finding {}
    }

    Inquiry(Caller caller) {
        this.caller = caller;
    }

    /**
     * Asks, and waits a few seconds for those who do not answer.
     *
     * @param owed the requests, each with those who are to be asked about it
     * @param looks whether the requests only look: what was seen of such may have been done
     */
    Map<NodeId, Finding> ask(Map<Asked, List<Target>> owed, boolean looks)
            throws InterruptedException {
        var findings = new LinkedHashMap<NodeId, Finding>();
        var about = new LinkedHashMap<RequestId, Asked>();
        var questions = new LinkedHashMap<Asked, List<Target>>();
        var nonces = new Nonces(caller).of(owed.values().stream().flatMap(List::stream).toList());
        for (var each : owed.entrySet()) {
            var question = caller.sign(question(each.getKey().id(), each.getValue(), nonces));
            questions.put(question, each.getValue());
            about.put(question.id(), each.getKey());
            each.getValue().forEach(t -> findings.put(t.id(), new Finding.Open()));
        }
        var roles = new LinkedHashMap<Asked, Role>();
        questions.keySet().forEach(question -> roles.put(question, Role.NODE));
        try (var replies = caller.listen(roles)) {
            questions.forEach((q, to) -> caller.send(q, queues(to)));
            var until = caller.ticks() + PATIENCE.toNanos();
            var silent = new HashSet<>(findings.keySet());
            while (!silent.isEmpty()) {
                var next = replies.next(Duration.ofNanos(until - caller.ticks()));
                if (next.isEmpty()) {
                    return findings;
                }
                var node = next.get().reply().sender().nodeId();
                var request = Optional.ofNullable(about.get(next.get().reply().request()));
                if (silent.remove(node)) {
                    findings.put(node, finding(next.get(), request.orElseThrow(), looks));
                }
            }
        }
        return findings;
    }

    private static List<Destination> queues(List<Target> targets) {
        return targets.stream().<Destination>map(t -> new Destination.Node(t.id())).toList();
    }

    private static Question question(
            RequestId request, List<Target> targets, Map<NodeId, String> nonces) {
        var spec = BuiltIn.NODE_OUTCOMES;
        return new Question(
                spec.name(),
                spec.actionClass(),
                Fields.EMPTY.with("requests", Value.texts(List.of(request.value()))),
                Filter.EVERYTHING,
                Optional.of(targets.stream().map(Target::id).toList()),
                Map.of(),
                nonces,
                false,
                TTL,
                Bounds.NONE,
                Secrets.NONE);
    }

    private Finding finding(Received received, Asked about, boolean looks) {
        var reply = received.reply();
        if (!(reply.answer() instanceof Answer.Final(Outcome.Ok(_, Fields data)))) {
            return new Finding.Open();
        }
        try {
            var reader = new FieldReader("outcomes", data);
            var all = new FieldReader("requests", reader.fields("requests"));
            var known = Recollection.of(all.fields(about.id().value()));
            var forgotten = reader.instant("forgotten");
            if (known.known().filter(digest -> !digest.equals(about.digest())).isPresent()) {
                return new Finding.Open();
            }
            return finding(known, reply, about, forgotten, looks);
        } catch (MalformedException _) {
            return new Finding.Open();
        }
    }

    private Finding finding(
            Recollection known, Reply by, Asked about, Instant forgotten, boolean looks) {
        var late = !caller.now().isBefore(about.expires());
        return switch (known) {
            case Recollection.Ended ended -> over(by, about, ended);
            case Recollection.Running _ -> new Finding.Running();
            case Recollection.Seen _ when late && !looks ->
                    never(by, about, "it came, was not begun, and cannot be any more");
            case Recollection.Unknown _ when late && forgotten.isBefore(about.expires()) ->
                    never(by, about, "it never came, and cannot be begun any more");
            case Recollection.Seen _, Recollection.Unknown _ -> new Finding.Open();
        };
    }

    private Finding never(Reply by, Asked about, String message) {
        var outcome = new Outcome.Expired(message);
        var ended =
                new Recollection.Ended(
                        about.digest(), 0, by.started(), by.sent(), by.boot(), outcome);
        return over(by, about, ended);
    }

    /** What the node would have answered the request itself. */
    static Reply reply(Asked about, Reply by, Recollection.Ended ended) {
        return new Reply(
                about.id(),
                about.digest(),
                by.sender(),
                by.name(),
                ended.sequence(),
                new Answer.Final(ended.outcome()),
                ended.started(),
                ended.at(),
                ended.boot());
    }

    private Finding over(Reply by, Asked about, Recollection.Ended ended) {
        var came = reply(about, by, ended);
        return new Finding.Over(new Received(caller.opened(came), came, caller.ticks(), true));
    }
}
