package io.muster.node;

import io.muster.action.ActionSpec;
import io.muster.action.Input;
import io.muster.journal.JournalException;
import io.muster.message.AuditHead;
import io.muster.message.Bytes;
import io.muster.message.Identity;
import io.muster.message.MalformedException;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Request;
import io.muster.message.Role;
import io.muster.node.Judge.Verdict;
import io.muster.node.RequestJournal.Novelty;
import io.muster.node.Underway.Place;
import io.muster.node.action.Action;
import io.muster.node.action.Actions;
import io.muster.node.time.Challenge;
import io.muster.node.time.Challenge.Quote;
import io.muster.node.time.HighWater;
import io.muster.node.trust.TrustDesk;
import io.muster.security.Envelope;
import io.muster.security.PayloadType;
import io.muster.security.Verification.Flaw;
import io.muster.security.Verification.Trusted;
import io.muster.security.Verification.Untrusted;
import io.muster.security.Verifier;
import io.muster.transport.Receiver;

import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;

/**
 * The way of a request through a node, top to bottom: cheap checks, verify, parse, for us?
 * replayed? stale? locked? does the filter match? may the caller? is the input valid? audit,
 * journal, and only then act.
 *
 * <p>Nothing is sent in answer to a message that is not genuine, not readable or meant for others;
 * a request to whom it may concern is answered only by nodes whose filter matches. Everything after
 * that gets exactly one final answer, a refusal with its reason included; who sends the very same
 * request again gets the very same answer again.
 *
 * <p>{@link #receive} decides on the thread that brings a request, which is the transport's, or
 * that of those whose turn has come, and returns when the decision is on disk; the action runs on a
 * virtual thread of its own. What needs its turn is decided {@linkplain PutOff#inTurn one after the
 * other}. Thread-safe.
 */
public final class RequestHandler implements Receiver {
    private static final Set<Role> CALLERS = Set.of(Role.OPERATOR);
    private static final String UNWRITABLE = "journal or audit log cannot be written";

    private final Identity self;
    private final Judge judge;
    private final Challenge challenge;
    private final HighWater mark;
    private final InstantSource clock;
    private final Verifier verifier;
    private final TrustDesk trust;
    private final Quota quota;
    private final RequestJournal journal;
    private final Actions actions;
    private final Witness witness;
    private final Performer performer;
    private final PutOff putOff;

    RequestHandler(
            Identity self,
            Judge judge,
            int requestsPerMinute,
            InstantSource clock,
            Challenge challenge,
            HighWater mark,
            Verifier verifier,
            TrustDesk trust,
            RequestJournal journal,
            Actions actions,
            Witness witness,
            Performer performer,
            PutOff putOff) {
        this.self = self;
        this.judge = judge;
        this.challenge = challenge;
        this.mark = mark;
        this.clock = clock;
        this.verifier = verifier;
        this.trust = trust;
        this.quota = new Quota(requestsPerMinute, journal, clock);
        this.journal = journal;
        this.actions = actions;
        this.witness = witness;
        this.performer = performer;
        this.putOff = putOff;
    }

    @Override
    public void receive(Bytes message) {
        try {
            handle(message);
        } catch (RuntimeException | Error e) {
            witness.broke(e);
        }
    }

    /**
     * Every message is looked at, however many came before it: nobody can tell a forged one from a
     * genuine one without its signature, so who leaves out some leaves out genuine ones. What that
     * costs is bounded by there being few threads that do it: the transport's, each with one
     * message at a time, and one for those whose turn has come.
     */
    private void handle(Bytes message) {
        if (message.length() > Envelope.MAX_SIZE) {
            witness.dropped(Flaw.OVERSIZED, message.length() + " bytes");
            return;
        }
        Envelope envelope;
        try {
            envelope = Envelope.decode(message);
        } catch (MalformedException e) {
            witness.dropped(Flaw.MALFORMED, e.problem());
            return;
        }
        if (envelope.type() != PayloadType.REQUEST) {
            trust.receive(envelope);
            return;
        }
        switch (verifier.verify(envelope, PayloadType.REQUEST, CALLERS)) {
            case Untrusted(Flaw flaw, String problem) -> witness.dropped(flaw, problem);
            case Trusted trusted -> read(trusted, message, envelope);
        }
    }

    private void read(Trusted trusted, Bytes message, Envelope envelope) {
        Request request;
        try {
            request = Request.decode(trusted.payload());
        } catch (MalformedException e) {
            witness.dropped(Flaw.MALFORMED, trusted.signer().brief() + ": " + e.problem());
            return;
        }
        if (!request.sender().equals(trusted.signer())
                || !request.replyTo().belongsTo(trusted.signer())) {
            witness.dropped(
                    Flaw.BAD_SIGNATURE,
                    trusted.signer().brief() + " signed for, or wants replies sent to, another");
            return;
        }
        if (!request.mayConcern(self.nodeId())) {
            return;
        }
        var question = new Question(request, trusted.digest(), message, envelope);
        putOff.inTurn(question, () -> decide(question)).run();
    }

    /** What is to be done about it: whatever begins has its place by then. */
    private Runnable decide(Question question) {
        return switch (judge(question)) {
            case Verdict.Ignore() -> () -> {};
            case Verdict.Answer(Outcome outcome) -> () -> answer(question, outcome);
            case Verdict.NotYet(Outcome outcome) ->
                    () -> performer.putOff(question, outcome, refused(question, outcome));
            case Verdict.Go(Action action, Input input, String rule) ->
                    switch (performer.reserve(question, action.spec())) {
                        case Place.None(Outcome why) -> () -> answer(question, why);
                        case Place.Taken(Running running, boolean waited) ->
                                () -> begin(running, waited, action, input, rule);
                    };
        };
    }

    /**
     * Known or not comes first, so that nobody gets a second answer for one request: "expired" for
     * one that was carried out and came again late, or the deed after a refusal.
     */
    private Verdict judge(Question question) {
        var early = judge.early(question);
        if (early.isPresent()) {
            return early.get();
        }
        var changes = question.request().changes();
        var quote = challenge.take(question.request(), self.nodeId());
        // Who waited for its turn has drawn on it when it came.
        if (!putOff.hasTurn(question) && !quota.grants(question, quote)) {
            witness.flooded(question.request().sender().brief());
            return new Verdict.Ignore();
        }
        if (!journal.knows(question) && putOff.keeps(question)) {
            return new Verdict.Ignore();
        }
        Novelty novelty;
        try {
            novelty = journal.see(question, quote == Quote.GOOD);
        } catch (JournalException e) {
            witness.broke(e);
            return changes ? refuse(Reason.NOT_RECORDED, UNWRITABLE) : judge.judge(question, quote);
        }
        return switch (novelty) {
            case NEW -> judge.judge(question, quote);
            case AGAIN -> {
                witness.repeated(question, novelty);
                performer.repeat(question);
                yield new Verdict.Ignore();
            }
            case ALTERED -> {
                witness.repeated(question, novelty);
                yield refuse(Reason.REPLAYED, "this id came before with another content");
            }
            case DOUBTFUL -> {
                witness.repeated(question, novelty);
                yield refuse(
                        Reason.REPLAYED,
                        "this node's clock was set back, and so it may have been done before");
            }
            case FULL -> {
                // What is refused must be remembered as well: it could be carried out later.
                witness.flooded(question.request().sender().brief());
                yield new Verdict.Ignore();
            }
        };
    }

    private void answer(Question question, Outcome outcome) {
        var head = refused(question, outcome);
        if (question.request().targets().isPresent() || judge.matches(question.request())) {
            performer.answer(question, outcome, head);
        }
    }

    private Optional<AuditHead> refused(Question question, Outcome outcome) {
        var spec = actions.find(question.request().action()).map(Action::spec);
        return witness.refused(question, outcome, spec);
    }

    private void begin(Running running, boolean waited, Action action, Input input, String rule) {
        var question = running.question();
        var since = waited ? judge.since(question, action.spec()) : Optional.<Outcome>empty();
        if (since.isPresent()) {
            performer.release(running);
            answer(question, since.get());
            return;
        }
        var recorded = false;
        try {
            recorded = record(question, input, action.spec(), rule);
        } finally {
            if (!recorded) {
                performer.release(running);
            }
        }
        if (recorded) {
            heed(question.request());
            performer.start(running, action, input);
        } else {
            answer(question, new Outcome.Refused(Reason.NOT_RECORDED, UNWRITABLE));
        }
    }

    /** What is quoted with a nonce may come from anybody's clock. */
    private void heed(Request request) {
        if (request.nonces().isEmpty()) {
            mark.accepted(request.issued(), request.changes());
        }
    }

    /** Looking and stopping are allowed even when nothing can be recorded; changing is not. */
    private boolean record(Question question, Input input, ActionSpec spec, String rule) {
        var request = question.request();
        var given = Secrecy.given(request, input);
        if (!request.changes()) {
            witness.accepted(question, given, spec, rule);
            return true;
        }
        if (witness.accepted(question, given, spec, rule).isEmpty()) {
            return false;
        }
        try {
            journal.begin(question.begun(clock.instant()));
            return true;
        } catch (JournalException e) {
            witness.broke(e);
            return false;
        }
    }

    private static Verdict refuse(Reason reason, String message) {
        return new Verdict.Answer(new Outcome.Refused(reason, message));
    }
}
