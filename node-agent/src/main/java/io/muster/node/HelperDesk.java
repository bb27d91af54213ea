package io.muster.node;

import io.muster.action.Input;
import io.muster.filter.Subject;
import io.muster.message.Bytes;
import io.muster.message.Live;
import io.muster.message.MalformedException;
import io.muster.message.Outcome;
import io.muster.message.Reply;
import io.muster.message.ReplyAddress;
import io.muster.message.RequestKey;
import io.muster.message.Value.Fields;
import io.muster.node.RequestJournal.Begun;
import io.muster.node.action.Action;
import io.muster.node.action.ActionContext;
import io.muster.node.action.Actions;
import io.muster.node.action.Node;
import io.muster.node.action.Performed;
import io.muster.node.helper.Word;
import io.muster.node.time.Challenge;
import io.muster.node.trust.TrustDesk;
import io.muster.node.trust.TrustRules;
import io.muster.security.Envelope;
import io.muster.security.OwnCertificate;
import io.muster.security.TrustStore;
import io.muster.security.Verification.Flaw;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/**
 * Where the root helper decides: every request goes the whole {@linkplain RequestHandler way of a
 * request} a second time, with a trust, a policy, a journal and an audit log that only root can
 * write. Whatever the node agent has become, it can pass on what an operator signed, once, and no
 * more.
 */
final class HelperDesk implements Answers, Worker, AutoCloseable {
    /** The caller has to be told, and the hub, before the node agent says go. */
    private static final Duration TELLING = Duration.ofSeconds(30);

    /** More than what is told to end is given. */
    private static final Duration DYING = Duration.ofSeconds(15);

    private final Logger log;
    private final Node node;
    private final OwnCertificate own;
    private final Challenge challenge;
    private final TrustStore fleet;
    private final Grounds grounds;
    private final RequestJournal journal;
    private final Witness witness;
    private final TrustDesk trust;
    private final Performer performer;
    private final RequestHandler handler;
    private final Unfinished unfinished;
    private final Map<String, Visit> visits = new ConcurrentHashMap<>();
    private final CountDownLatch closing = new CountDownLatch(1);

    /**
     * Opens it.
     *
     * @param soil with a directory of root's
     * @param rules how fresh the authority's word must be
     * @param own this node's certificate, as it is known beside that directory
     * @param challenge the nonces of a node that does not trust its clock
     * @throws io.muster.journal.JournalInUseException if another helper is at work
     */
    HelperDesk(
            Grounds.Soil soil,
            Node node,
            TrustRules rules,
            OwnCertificate own,
            Challenge challenge) {
        this.log = soil.log();
        this.own = own;
        this.challenge = challenge;
        this.fleet = soil.fleet();
        grounds = Grounds.open(soil);
        journal = grounds.journal();
        witness = grounds.witness();
        trust = grounds.desk(rules, () -> {}, _ -> {});
        var boot = node.host().bootId();
        var judge =
                grounds.judge(
                        Set.copyOf(node.collectives()),
                        trust,
                        boot,
                        this::subject,
                        this::actions,
                        new Secrecy(soil.self(), own::sealing, new SecureRandom()));
        this.node =
                node.with(OutputActions.all(grounds.outputs()))
                        .with(grounds.cancelling())
                        .with(grounds.explaining(boot, judge));
        performer =
                new Performer(
                        new Letterhead(soil.self(), this::name, boot, node.clock()),
                        journal,
                        witness,
                        this,
                        this,
                        _ -> Optional.empty(),
                        this::context,
                        () -> {},
                        this::ordered,
                        () -> {},
                        () -> {},
                        soil.threads(),
                        grounds.underway(),
                        grounds.stays());
        handler =
                grounds.handler(
                        judge,
                        challenge,
                        trust,
                        this.node.actions(),
                        performer,
                        new PutOff(grounds.underway()));
        // For the node agent what it sent before is over; here it may still have to be killed.
        patient(DYING);
        unfinished =
                new Unfinished(
                        "the root helper",
                        journal,
                        performer,
                        this.node::actions,
                        begun -> grounds.goOn(begun, this.node.actions(), performer),
                        node.clock(),
                        soil.threads(),
                        closing,
                        () -> {});
        takeStock();
    }

    /**
     * Decides about what the node agent passes on, and begins it if it is good.
     *
     * @return whether there is, or will be, an answer
     */
    boolean receive(Bytes message, Visit visit) {
        String digest;
        try {
            digest = Envelope.decode(message).payload().sha256().hex();
        } catch (MalformedException _) {
            handler.receive(message);
            return false;
        }
        if (visits.putIfAbsent(digest, visit) != null) {
            return false;
        }
        handler.receive(message);
        return visit.taken();
    }

    /**
     * Tells how something ended that was begun earlier, as soon as it has.
     *
     * @return whether there is, or will be, an answer
     */
    boolean attend(RequestKey request, String digest, Visit visit) {
        if (visits.putIfAbsent(digest, visit) != null || closing.getCount() == 0) {
            return false;
        }
        visit.begin();
        var ended = journal.ended(request).filter(e -> e.digest().equals(digest));
        ended.ifPresent(e -> tellEnd(e.said()));
        return ended.isPresent()
                || journal.unfinished(request).filter(b -> b.digest().equals(digest)).isPresent();
    }

    /** Hears a document of the authority's or of an operator's, and judges it for itself. */
    Word hear(Bytes document) {
        try {
            trust.receive(Envelope.decode(document));
        } catch (MalformedException e) {
            witness.dropped(Flaw.MALFORMED, e.problem());
        } catch (RuntimeException | Error e) {
            witness.broke(e);
        }
        return grounds.trust().kept() ? new Word.Heard() : new Word.Unkept();
    }

    /** Goes by another certificate of this node's if it is only renewed. */
    Word renew(Bytes certificate) {
        try {
            var before = own.until();
            var revocations = grounds.trust().revocations();
            var objection = own.renew(certificate, fleet, revocations, grounds.known().instant());
            if (objection.isPresent()) {
                witness.denied("a certificate for this node: " + objection.get());
                return new Word.Ignored();
            }
            if (!own.until().equals(before)) {
                witness.told("certificate renewed, valid until " + own.until());
            }
            return new Word.Heard();
        } catch (MalformedException e) {
            witness.denied("a certificate for this node: " + e.problem());
            return new Word.Ignored();
        } catch (IOException e) {
            witness.alarm("the renewed certificate cannot be written: " + e.getMessage());
            return new Word.Unkept();
        }
    }

    /** Another nonce, to be announced: what quotes it is new here, once. */
    Word nonce() {
        return challenge.announce().<Word>map(Word.Nonce::new).orElseGet(Word.Ignored::new);
    }

    /** The node agent hung up; may be said again. */
    void leave(Visit visit) {
        visits.values().remove(visit);
        visit.leave();
        grounds.underway().stir();
    }

    /** From now on what is in the way of something else is waited for so long. */
    void patient(Duration limit) {
        grounds.underway().patient(limit, this::wanted);
    }

    /** Whether the node agent is there still; what it does not wait for any more it has ended. */
    private boolean wanted(Question question) {
        return visit(question.digest()).filter(Visit::stays).isPresent();
    }

    /** Whether nothing is under way. */
    boolean idle() {
        return visits.isEmpty() && grounds.underway().idle();
    }

    @Override
    public void begun(Question question) {
        visit(question.digest()).ifPresent(Visit::begin);
    }

    @Override
    public Performed run(Question question, Action action, Input input, ActionContext context)
            throws IOException {
        var visit = visit(question.digest());
        if (!action.spec().outlives() && !wanted(question)) {
            return Performed.done(
                    Outcome.failed("stopped", "the node agent hung up before it was begun"));
        }
        // What outlives the node agent does not end because that hangs up.
        if (!action.spec().outlives()) {
            visit.ifPresent(Visit::work);
        }
        try {
            return action.run(input, context);
        } finally {
            visit.ifPresent(Visit::rest);
        }
    }

    @Override
    public void send(ReplyAddress to, Reply reply) {
        tellEnd(reply);
    }

    private void tellEnd(Reply reply) {
        if (reply.answer() instanceof Reply.Answer.Final(Outcome outcome)) {
            tell(reply.digest(), visit -> visit.end(outcome));
        }
    }

    @Override
    public void mention(ReplyAddress to, Reply reply) {
        if (reply.answer() instanceof Reply.Answer.Part(Fields data)) {
            visit(reply.digest()).ifPresent(visit -> going(visit, Live.of(data)));
        }
    }

    private static void going(Visit visit, Live live) {
        try {
            visit.going(live);
        } catch (IOException _) {
            // Whoever hung up is told nothing more; the end of it is noted all the same.
        }
    }

    @Override
    public void armed(ReplyAddress to, Reply reply, Duration delay, Duration limit)
            throws IOException {
        if (reply.answer() instanceof Reply.Answer.Armed(String message)) {
            visit(reply.digest())
                    .orElseThrow(() -> new IOException("the node agent hung up"))
                    .arm(message, delay, limit.plus(TELLING));
        }
    }

    private void ordered(Begun begun) {
        tell(begun.digest(), Visit::ordered);
        unfinished.awaitGoingDown(begun);
    }

    /** Something to say to the node agent, which may have gone. */
    private interface Message {
        void to(Visit visit) throws IOException;
    }

    private void tell(String digest, Message message) {
        visit(digest)
                .ifPresent(
                        visit -> {
                            try {
                                message.to(visit);
                            } catch (IOException e) {
                                log.log(
                                        Level.WARNING,
                                        () -> "the node agent was not told: " + e.getMessage());
                            }
                        });
    }

    private Optional<Visit> visit(String digest) {
        return Optional.ofNullable(visits.get(digest));
    }

    /** What an earlier helper began and did not end is never begun again. */
    private void takeStock() {
        journal.reopen()
                .ifPresentOrElse(
                        problem ->
                                witness.alarm(
                                        "nothing can be changed here, the journal cannot be used: "
                                                + problem),
                        () -> grounds.stays().only(journal.leftOver()));
        unfinished.conclude();
    }

    private ActionContext context(Question question, Duration limit) {
        return grounds.context(question, limit, node, true);
    }

    private Subject subject() {
        return NodeAgent.subject(grounds.self(), name(), node);
    }

    private Actions actions() {
        return node.actions();
    }

    private String name() {
        try {
            return node.host().names().full();
        } catch (IOException e) {
            log.log(Level.ERROR, () -> "the host name cannot be read: " + e.getMessage());
            return "";
        }
    }

    /** Takes nothing new, and gives what is under way a few seconds to end, or to be ended. */
    void finish() {
        grounds.finish();
    }

    /** Interrupts what is under way, but for what outlives this process. */
    @Override
    public void close() {
        closing.countDown();
        grounds.leave();
        visits.values().forEach(Visit::hangUp);
        witness.countAll();
        grounds.close();
    }
}
