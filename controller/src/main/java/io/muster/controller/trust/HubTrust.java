package io.muster.controller.trust;

import io.muster.action.ActionClass;
import io.muster.controller.ask.Caller;
import io.muster.controller.ask.Question;
import io.muster.filter.Filter;
import io.muster.message.ActionName;
import io.muster.message.Bytes;
import io.muster.message.FieldReader;
import io.muster.message.MalformedException;
import io.muster.message.Outcome;
import io.muster.message.Reply;
import io.muster.message.Role;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.security.Documents;
import io.muster.security.Documents.Reading;
import io.muster.security.Envelope;
import io.muster.transport.Destination;
import io.muster.trust.Lock;
import io.muster.trust.PolicyBundle;
import io.muster.trust.RevocationList;
import io.muster.trust.TrustSet;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Asks the hub for lists and locks ({@code hub.trust}), and believes only what the authority and
 * operators signed. For one thread.
 */
public final class HubTrust {
    private static final ActionName TRUST = new ActionName("hub.trust");
    private static final Duration TTL = Duration.ofMinutes(1);

    /** All parts together may take so many times as long as one. */
    private static final int PARTS = 6;

    private final Caller caller;
    private final KnownLists known;
    private final KnownSet set;
    private final Documents documents;

    /** Over that caller. */
    public HubTrust(Caller caller, KnownLists known, KnownSet set, Documents documents) {
        this.caller = caller;
        this.known = known;
        this.set = set;
        this.documents = documents;
    }

    /**
     * What the hub said.
     *
     * @param summary its own words: numbers, times, who is behind
     * @param locks the genuine locks it handed out
     * @param forged documents that nobody of this fleet signed
     */
    public record Told(Fields summary, List<Lock> locks, List<String> forged) {
        public Told {
            locks = List.copyOf(locks);
            forged = List.copyOf(forged);
        }

        /** A number of the summary, 0 if it is not there. */
        public long number(String name) {
            return summary.member(name)
                    .map(v -> v instanceof Value.Whole(long n) ? n : 0L)
                    .orElse(0L);
        }
    }

    /** What is wrong with the file of the trust set, if anything is. */
    public Optional<String> problem() {
        return set.problem();
    }

    /**
     * Asks, and goes by newer lists, and a newer trust set, from then on.
     *
     * @param limit how long it may take for a part of its answer, and a few times that for all
     * @return nothing if the hub does not answer in time, or would not
     */
    public Optional<Told> ask(Duration limit) throws InterruptedException {
        var numbers = known.revocations().numbers().toValue();
        var question =
                new Question(
                        TRUST,
                        ActionClass.READ,
                        set.number() > 0 ? numbers.with("set", set.number()) : numbers,
                        Filter.EVERYTHING,
                        Optional.empty(),
                        Map.of(),
                        false,
                        TTL);
        var asked = caller.sign(question);
        var parts = new TreeMap<Integer, Fields>();
        Optional<Reply> end = Optional.empty();
        try (var replies = caller.listen(Map.of(asked, Role.HUB))) {
            caller.send(asked, List.of(new Destination.Hub()));
            var until = replies.ticks() + limit.multipliedBy(PARTS).toNanos();
            while (end.isEmpty() || parts.size() < end.get().sequence()) {
                var left = until - replies.ticks();
                var received = replies.next(Duration.ofNanos(Math.min(left, limit.toNanos())));
                if (received.isEmpty()) {
                    return Optional.empty();
                }
                var reply = received.get().reply();
                switch (reply.answer()) {
                    case Reply.Answer.Part(Fields data) -> parts.put(reply.sequence(), data);
                    case Reply.Answer.Final _ -> end = Optional.of(reply);
                    case Reply.Answer.Accepted _, Reply.Answer.Armed _ -> {}
                }
            }
        }
        return end.flatMap(reply -> told(reply, List.copyOf(parts.values())));
    }

    private Optional<Told> told(Reply end, List<Fields> parts) {
        if (!(end.answer() instanceof Reply.Answer.Final(Outcome.Ok(_, Fields summary)))) {
            return Optional.empty();
        }
        var locks = new ArrayList<Lock>();
        var forged = new ArrayList<String>();
        var text = new StringBuilder();
        for (var part : parts) {
            try {
                var reader = new FieldReader("hub.trust", part);
                text.append(reader.text("document"));
                if (reader.truth("last")) {
                    take(Envelope.decode(Bytes.base64(text.toString())), locks, forged);
                    text.setLength(0);
                }
            } catch (MalformedException e) {
                forged.add(e.problem());
                text.setLength(0);
            }
        }
        return Optional.of(new Told(summary, locks, forged));
    }

    private void take(Envelope envelope, List<Lock> locks, List<String> forged) {
        switch (envelope.type()) {
            case REVOCATION -> {
                switch (documents.list(envelope)) {
                    case Reading.Genuine<RevocationList>(var list) -> known.take(list);
                    case Reading.Forged<RevocationList>(var flaw, var problem) ->
                            forged.add(flaw + ": " + problem);
                }
            }
            case POLICY -> {
                switch (documents.policy(envelope)) {
                    case Reading.Genuine<PolicyBundle>(var bundle) -> known.take(bundle);
                    case Reading.Forged<PolicyBundle>(var flaw, var problem) ->
                            forged.add(flaw + ": " + problem);
                }
            }
            case TRUST -> {
                switch (documents.set(envelope)) {
                    case Reading.Genuine<TrustSet>(var genuine) -> set.take(genuine);
                    case Reading.Forged<TrustSet>(var flaw, var problem) ->
                            forged.add(flaw + ": " + problem);
                }
            }
            case LOCK -> {
                switch (documents.lock(envelope)) {
                    case Reading.Genuine<Lock>(var lock) -> locks.add(lock);
                    case Reading.Forged<Lock>(var flaw, var problem) ->
                            forged.add(flaw + ": " + problem);
                }
            }
            case REQUEST, REPLY, ANNOUNCEMENT, CHECKPOINT, ROLLCALL, APPROVAL, RELEASE ->
                    forged.add("a " + envelope.type().mediaType());
        }
    }
}
