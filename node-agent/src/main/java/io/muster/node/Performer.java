package io.muster.node;

import io.muster.action.ActionClass;
import io.muster.action.ActionSpec;
import io.muster.action.Input;
import io.muster.journal.JournalException;
import io.muster.message.AuditHead;
import io.muster.message.ListNumbers;
import io.muster.message.Live;
import io.muster.message.Outcome;
import io.muster.message.Reply;
import io.muster.message.Reply.Answer;
import io.muster.message.Request;
import io.muster.message.Value.Fields;
import io.muster.node.RequestJournal.Armed;
import io.muster.node.RequestJournal.Begun;
import io.muster.node.Underway.Place;
import io.muster.node.action.Action;
import io.muster.node.action.ActionContext;
import io.muster.node.action.Performed;
import io.muster.node.output.Voice;
import io.muster.threads.Threads;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntSupplier;

/**
 * Does what was accepted, within its time, and answers exactly once: also when the action hangs,
 * throws, or takes the machine down. Each action runs on a virtual thread of its own.
 */
final class Performer {
    private static final Duration CONFIRMATION = Duration.ofSeconds(5);

    /** A machine that has not gone down this long after it should begin to will not. */
    private static final Duration GRACE = Duration.ofMinutes(2);

    private final Letterhead letterhead;
    private final InstantSource clock;
    private final RequestJournal journal;
    private final Witness witness;
    private final Answers answers;
    private final Worker worker;
    private final Function<Request, Optional<ListNumbers>> news;
    private final BiFunction<Question, Duration, ActionContext> contexts;
    private final Runnable goingDown;
    private final Consumer<Begun> ordered;
    private final Runnable changed;
    private final Runnable undeniable;
    private final Threads threads;
    private final Underway underway;
    private final Stays stays;

    /**
     * All that is needed to act and to answer.
     *
     * @param letterhead of all its answers
     * @param answers where answers go
     * @param worker runs the actions
     * @param news what to tell an asker who knows older revocation lists than this node
     * @param contexts makes what an action may see of its request
     * @param goingDown tells the hub that the machine is about to reboot
     * @param ordered watches, once the machine was told to go down, that it does
     * @param changed tells the hub, before the caller hears of it, that the node may be another now
     * @param undeniable has others know how far the audit log has come, after what cannot be undone
     * @param threads on which actions run
     * @param underway what is being carried out
     * @param stays what outlives this process
     */
    Performer(
            Letterhead letterhead,
            RequestJournal journal,
            Witness witness,
            Answers answers,
            Worker worker,
            Function<Request, Optional<ListNumbers>> news,
            BiFunction<Question, Duration, ActionContext> contexts,
            Runnable goingDown,
            Consumer<Begun> ordered,
            Runnable changed,
            Runnable undeniable,
            Threads threads,
            Underway underway,
            Stays stays) {
        this.letterhead = letterhead;
        this.clock = letterhead.clock();
        this.journal = journal;
        this.witness = witness;
        this.answers = answers;
        this.worker = worker;
        this.news = news;
        this.contexts = contexts;
        this.goingDown = goingDown;
        this.ordered = ordered;
        this.changed = changed;
        this.undeniable = undeniable;
        this.threads = threads;
        this.underway = underway;
        this.stays = stays;
    }

    /** The boot id of the machine. */
    String boot() {
        return letterhead.boot();
    }

    /** Takes a place for an action, if it may begin; {@link #start} or {@link #release} follows. */
    Place reserve(Question question, ActionSpec spec) {
        var place = underway.enter(question, spec, clock.instant());
        if (!(place instanceof Place.Taken(Running running, boolean _))) {
            return place;
        }
        // Who cancels writes that down first and looks here second: one of us sees the other.
        var withdrawn = journal.withdrawal(question.key());
        if (withdrawn.isPresent()) {
            release(running);
            return new Place.None(withdrawn.get().outcome());
        }
        return place;
    }

    /** Gives the place back; nobody has to wait for it any more. */
    void release(Running running) {
        underway.leave(running);
        underway.said(running);
    }

    /** Runs the action and answers; returns at once. */
    void start(Running running, Action action, Input input) {
        var question = running.question();
        answers.begun(question);
        start(running, () -> perform(running, action, input));
    }

    /** Goes on with what has outlived a restart, or ends it if that is wanted; returns at once. */
    void goOn(Survivor left) {
        var question = left.question();
        var running = underway.resume(question, left.spec(), left.since());
        answers.begun(question);
        Running.Work work = () -> left.end(context(question, left.limit(), Voice.NONE));
        start(running, () -> settle(running, left.limit(), left.since(), work, () -> 1));
        // This process may have ended after it was cancelled, and before it had stopped.
        journal.withdrawal(question.key()).ifPresent(w -> running.stop(w.by()));
    }

    private void start(Running running, BooleanSupplier performing) {
        var request = running.question().request();
        threads.start(
                request.action() + " " + request.id().brief(),
                () -> {
                    var goingDown = false;
                    try {
                        goingDown = performing.getAsBoolean();
                    } catch (RuntimeException | Error e) {
                        witness.broke(e);
                    } finally {
                        if (goingDown) {
                            underway.goesDown(running);
                        } else {
                            release(running);
                        }
                    }
                });
    }

    /** Answers a request for which nothing was begun. */
    void answer(Question question, Outcome outcome, Optional<AuditHead> audit) {
        var now = clock.instant();
        var begun = question.begun(now);
        var reply = reply(begun, 0, new Answer.Final(outcome), now, audit);
        if (question.request().changes()) {
            note(() -> journal.refused(begun, reply));
        } else {
            looked(question, begun, reply);
        }
        send(question, reply);
    }

    /** Answers a request that may come again, and be done then; there may be many such. */
    void putOff(Question question, Outcome outcome, Optional<AuditHead> audit) {
        var now = clock.instant();
        var reply = reply(question.begun(now), 0, new Answer.Final(outcome), now, audit);
        var request = question.request();
        if (request.targets().isPresent()) {
            answers.putOff(request.replyTo(), reply.judging(question.envelope().approvals()));
        }
    }

    /** Says once more how it ended, or that it is under way, if that is still known. */
    void repeat(Question question) {
        journal.unfinished(question.key())
                .filter(begun -> begun.digest().equals(question.digest()))
                .filter(begun -> begun.armed().isEmpty())
                .ifPresent(b -> answers.repeat(b.replyTo(), receipt(b)));
        journal.ended(question.key())
                .filter(ended -> ended.digest().equals(question.digest()))
                .ifPresent(e -> answers.repeat(question.request().replyTo(), e.said()));
    }

    /** Answers, after a restart, a request that was begun before it and did not come to its end. */
    void cutOff(Begun begun, String how) {
        conclude(
                begun,
                journal.withdrawal(begun.key())
                        .map(withdrawn -> withdrawn.interrupted(how))
                        .orElseGet(() -> new Outcome.Interrupted(how)));
    }

    /** Answers, after a restart, a request that was begun before it. */
    void conclude(Begun begun, Outcome outcome) {
        var audit =
                witness.agent(
                        begun.action()
                                + " "
                                + begun.id().brief()
                                + " of "
                                + begun.caller().brief()
                                + " ended as "
                                + outcome.word()
                                + ": "
                                + outcome.message());
        var reply = reply(begun, 1, new Answer.Final(outcome), begun.at(), audit);
        note(() -> journal.finish(begun, reply));
        answers.send(begun.replyTo(), reply);
        underway.find(begun.key()).ifPresent(this::release);
        undeniable.run();
    }

    private Reply receipt(Begun begun) {
        return reply(begun, 0, new Answer.Accepted(), begun.at(), Optional.empty());
    }

    /** Whether the machine is going down for it. */
    private boolean perform(Running running, Action action, Input input) {
        var question = running.question();
        var started = clock.instant();
        var limit = action.spec().timeout();
        var telling = new Telling(this::live, question.begun(started));
        var voice = question.request().follow() ? telling : Voice.NONE;
        if (question.request().changes()) {
            answers.accepted(question.request().replyTo(), receipt(question.begun(started)));
        }
        return settle(
                running,
                limit,
                started,
                () -> work(question, action, input, context(question, limit, voice)),
                telling::close);
    }

    private boolean settle(
            Running running, Duration limit, Instant started, Running.Work work, IntSupplier told) {
        var question = running.question();
        var came = running.perform(work, limit, witness::broke);
        var sequence = told.getAsInt();
        switch (running.settle(came, clock.instant())) {
            case Performed.Done(Outcome outcome) -> {
                finish(question, outcome, started, sequence);
                if (running.spec().outlives()) {
                    stays.forget(question.key());
                }
                return false;
            }
            case Performed.GoingDown down -> {
                return goDown(question, down, started);
            }
            case Performed.Left _ -> {
                return false;
            }
        }
    }

    private void live(Begun begun, int sequence, Live live) {
        var part = new Answer.Part(live.toValue());
        answers.mention(
                begun.replyTo(), reply(begun, sequence, part, begun.at(), Optional.empty()));
    }

    private ActionContext context(Question question, Duration limit, Voice voice) {
        return contexts.apply(question, limit).heardBy(voice);
    }

    /** Whatever held it up since it was accepted: nothing begins after its expiry. */
    private Performed work(Question question, Action action, Input input, ActionContext context)
            throws IOException {
        var request = question.request();
        var now = clock.instant();
        if (request.nonces().isEmpty() && !now.isBefore(request.expires())) {
            return Performed.done(
                    new Outcome.Expired(
                            "it came in time, and was held up here until "
                                    + now
                                    + "; it expired at "
                                    + request.expires()));
        }
        return worker.run(question, action, input, context);
    }

    private void finish(Question question, Outcome outcome, Instant started, int sequence) {
        var audit = witness.finished(question, outcome, started);
        var begun = question.begun(started);
        var reply = reply(begun, sequence, new Answer.Final(outcome), started, audit);
        if (question.request().changes()) {
            note(() -> journal.finish(begun, reply));
        } else {
            looked(question, begun, reply);
        }
        // Who hears that it is over may ask for the next change at once; but it has not ended for
        // who stops this process, and with it the bus, before that is said. The bus, which is not
        // waited for with the place in hand, may take its time.
        underway.find(begun.key()).ifPresent(underway::leave);
        if (question.request().changes()) {
            announce(changed);
        }
        send(question, reply);
        if (question.request().actionClass() == ActionClass.DESTRUCTIVE) {
            undeniable.run();
        }
    }

    private void send(Question question, Reply reply) {
        answers.send(
                question.request().replyTo(),
                news.apply(question.request()).map(reply::telling).orElse(reply));
    }

    /** Who calls everybody is told once; nobody waits for a single one of them. */
    private void looked(Question question, Begun begun, Reply reply) {
        if (question.request().targets().isPresent()) {
            journal.looked(begun, reply);
        }
    }

    /** What cannot be noted now is noted later; the answer does not wait for it. */
    private void note(Runnable entry) {
        try {
            entry.run();
        } catch (JournalException e) {
            witness.broke(e);
        }
    }

    /** Whatever is wrong with an announcement, what was done is done, and answered. */
    private void announce(Runnable announcement) {
        try {
            announcement.run();
        } catch (RuntimeException e) {
            witness.broke(e);
        }
    }

    /**
     * The caller hears that all is ready, and the bus has taken it, before the machine goes down:
     * the final answer comes after the next boot, from the journal.
     */
    private boolean goDown(Question question, Performed.GoingDown down, Instant started) {
        var begun = question.begun(started);
        try {
            var deadline = clock.instant().plus(down.delay()).plus(GRACE);
            var armed = journal.arm(question.key(), new Armed(boot(), deadline));
            answers.armed(
                    begun.replyTo(),
                    reply(begun, 0, new Answer.Armed(down.message()), started, Optional.empty()),
                    down.delay(),
                    CONFIRMATION);
            announce(goingDown);
            undeniable.run();
            down.deed().perform();
            ordered.accept(armed);
            return true;
        } catch (IOException | RuntimeException e) {
            witness.broke(e);
            finish(
                    question,
                    new Outcome.Failed(
                            "not-armed", "could not go down: " + e.getMessage(), Fields.EMPTY),
                    started,
                    1);
            return false;
        }
    }

    private Reply reply(
            Begun begun, int sequence, Answer answer, Instant started, Optional<AuditHead> audit) {
        return letterhead.reply(begun, sequence, answer, started, audit);
    }
}
