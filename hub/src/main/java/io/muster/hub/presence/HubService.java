package io.muster.hub.presence;

import io.muster.action.ActionClass;
import io.muster.hub.audit.CheckpointAnswer;
import io.muster.hub.audit.Checkpoints;
import io.muster.message.ActionName;
import io.muster.message.Bytes;
import io.muster.message.Escape;
import io.muster.message.ListNumbers;
import io.muster.message.MalformedException;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Reply;
import io.muster.message.Reply.Answer;
import io.muster.message.Request;
import io.muster.message.Role;
import io.muster.security.PayloadType;
import io.muster.security.Signer;
import io.muster.security.Verification.Trusted;
import io.muster.security.Verification.Untrusted;
import io.muster.security.Verifier;
import io.muster.threads.Threads;
import io.muster.transport.Destination;
import io.muster.transport.Receiver;
import io.muster.transport.Transport;
import io.muster.transport.TransportException;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Answers the questions of operators, top to bottom: verify, parse, for us, stale, seen before,
 * known, answer.
 *
 * <p>What is forged gets no answer, and neither does what cannot be read or would be answered to
 * somebody else; from then on each request gets exactly one final reply.
 */
public final class HubService implements Receiver {
    /** Who is here? */
    public static final ActionName PRESENCE = new ActionName("hub.presence");

    /** What did that node sign about its audit log? */
    public static final ActionName CHECKPOINTS = new ActionName("hub.checkpoints");

    private static final Logger LOG = System.getLogger(HubService.class.getName());
    private static final Duration SKEW = Duration.ofSeconds(30);
    private static final int AT_ONCE = 4;
    private static final int PER_CALLER = 8;

    private final Verifier verifier;
    private final Signer signer;
    private final Transport transport;
    private final Presence presence;
    private final Self self;
    private final Supplier<ListNumbers> lists;
    private final Map<ActionName, Answering> others;
    private final Supplier<Optional<String>> trouble;
    private final InstantSource clock;
    private final Threads threads;
    private final SeenRequests seen = new SeenRequests();
    private final Turns turns = new Turns(AT_ONCE, PER_CALLER);
    private final Complaints complaints = Complaints.in(LOG);

    /**
     * What the hub says about itself in replies.
     *
     * @param name the host name of its machine
     * @param boot the boot id of its machine
     */
    public record Self(String name, String boot) {}

    /** Answers one more kind of question; on a thread of its own. */
    public interface Answering {
        /**
         * Hands out parts, then the final answer.
         *
         * @throws MalformedException if the arguments are anything else than they should be
         */
        void answer(Request request, Consumer<Answer> out);
    }

    /**
     * Ready to be subscribed to {@link Destination.Hub}.
     *
     * @param signer of the hub
     */
    public HubService(
            Verifier verifier,
            Signer signer,
            Transport transport,
            Presence presence,
            Checkpoints checkpoints,
            Self self,
            InstantSource clock) {
        this(
                verifier,
                signer,
                transport,
                presence,
                checkpoints,
                self,
                () -> ListNumbers.NONE,
                Map.of(),
                clock);
    }

    /**
     * The same, with more to tell.
     *
     * @param lists the numbers of the revocation lists the hub has
     * @param others answers to other questions
     */
    public HubService(
            Verifier verifier,
            Signer signer,
            Transport transport,
            Presence presence,
            Checkpoints checkpoints,
            Self self,
            Supplier<ListNumbers> lists,
            Map<ActionName, Answering> others,
            InstantSource clock) {
        this(
                verifier,
                signer,
                transport,
                presence,
                checkpoints,
                self,
                lists,
                others,
                clock,
                Threads.REAL);
    }

    /** The same, where threads are another matter. */
    public HubService(
            Verifier verifier,
            Signer signer,
            Transport transport,
            Presence presence,
            Checkpoints checkpoints,
            Self self,
            Supplier<ListNumbers> lists,
            Map<ActionName, Answering> others,
            InstantSource clock,
            Threads threads) {
        this(
                verifier,
                signer,
                transport,
                presence,
                checkpoints,
                self,
                lists,
                others,
                Optional::empty,
                clock,
                threads);
    }

    /**
     * The same, with a registry.
     *
     * @param trouble why the registry cannot be used, if so
     */
    public HubService(
            Verifier verifier,
            Signer signer,
            Transport transport,
            Presence presence,
            Checkpoints checkpoints,
            Self self,
            Supplier<ListNumbers> lists,
            Map<ActionName, Answering> others,
            Supplier<Optional<String>> trouble,
            InstantSource clock,
            Threads threads) {
        this.trouble = trouble;
        this.threads = threads;
        this.lists = lists;
        this.others = new HashMap<>(others);
        this.others.put(
                CHECKPOINTS,
                (request, out) -> new CheckpointAnswer(checkpoints, out).answer(request));
        this.verifier = verifier;
        this.signer = signer;
        this.transport = transport;
        this.presence = presence;
        this.self = self;
        this.clock = clock;
    }

    /**
     * Takes one message from the bus; the answer is made on a thread of its own. Throws nothing,
     * whatever it was: the bus would bring it again and again, before all others.
     */
    @Override
    public void receive(Bytes body) {
        try {
            verify(body);
        } catch (RuntimeException e) {
            complaints.add(Level.ERROR, "hub: a message could not be handled", e);
        }
    }

    private void verify(Bytes body) {
        switch (verifier.verify(body, PayloadType.REQUEST, Set.of(Role.OPERATOR))) {
            case Untrusted(var flaw, String problem) -> drop(flaw + ": " + problem);
            case Trusted trusted -> take(trusted);
        }
    }

    private void take(Trusted trusted) {
        Request request;
        try {
            request = Request.decode(trusted.payload());
        } catch (MalformedException e) {
            drop(trusted.signer().brief() + ": " + e.problem());
            return;
        }
        if (!request.sender().equals(trusted.signer())
                || !request.fleet().equals(signer.identity().fleet())
                || !request.replyTo().belongsTo(trusted.signer())) {
            drop(trusted.signer().brief() + ": not the sender, the fleet or the reply address");
            return;
        }
        var now = clock.instant();
        if (!now.isBefore(request.expires()) || !seen.first(request, now)) {
            drop(trusted.signer().brief() + ": expired, or seen before");
            return;
        }
        var reply = new Replies(request, trusted.digest(), now);
        var refusal = refusal(request, now);
        if (refusal.isPresent()) {
            reply.send(new Answer.Final(refusal.get()));
        } else if (turns.queue(trusted.signer())) {
            threads.start(
                    "hub-" + request.id().brief(),
                    () -> turns.take(trusted.signer(), () -> answer(request, reply)));
        } else {
            var own = PER_CALLER + " questions of " + trusted.signer().brief();
            reply.send(refused(Reason.BUSY, own + " wait here already: ask again"));
        }
    }

    private Optional<Outcome> refusal(Request request, Instant now) {
        if (request.issued().isAfter(now.plus(SKEW))) {
            return refusal(
                    Reason.FROM_FUTURE, "issued in the future of the hub, where it is " + now);
        }
        if (request.ttl().compareTo(ActionClass.READ.maxTtl()) > 0) {
            return refusal(Reason.TTL_TOO_LONG, "valid for longer than a read may be");
        }
        if (!request.critical().isEmpty()) {
            return refusal(Reason.NOT_UNDERSTOOD, "the hub does not know what it must understand");
        }
        if (!request.action().equals(PRESENCE) && !others.containsKey(request.action())) {
            return refusal(Reason.UNKNOWN_ACTION, "the hub has no action " + request.action());
        }
        if (request.actionClass() != ActionClass.READ) {
            return refusal(Reason.CLASS_MISMATCH, request.action() + " is of class read");
        }
        return Optional.empty();
    }

    private static Optional<Outcome> refusal(Reason reason, String message) {
        return Optional.of(new Outcome.Refused(reason, message));
    }

    private static Answer refused(Reason reason, String message) {
        return new Answer.Final(new Outcome.Refused(reason, message));
    }

    /** Whatever goes wrong with one request must not be silent, nor end the service. */
    private void answer(Request request, Replies replies) {
        try {
            var other = Optional.ofNullable(others.get(request.action()));
            if (other.isPresent()) {
                other.get().answer(request, replies::send);
            } else {
                presence(request, replies);
            }
        } catch (MalformedException e) {
            replies.send(refused(Reason.INVALID_INPUT, e.problem()));
        } catch (RuntimeException e) {
            complaints.add(Level.ERROR, "hub: " + request.id() + ": failed", e);
            replies.send(
                    new Answer.Final(Outcome.failed("internal", "the hub failed: see its log")));
        }
    }

    private void presence(Request request, Replies replies) {
        var question = PresenceQuestion.of(request.arguments());
        var now = clock.instant();
        new PresenceAnswer(
                        presence.times(),
                        request,
                        question,
                        now,
                        presence::certificate,
                        trouble.get(),
                        replies::send)
                .answer(presence.all());
    }

    private static void drop(String problem) {
        LOG.log(Level.DEBUG, () -> "hub: dropped: " + Escape.line(problem));
    }

    /** The replies to one request, in order; used by one thread at a time. */
    private final class Replies {
        private final Request request;
        private final String digest;
        private final Instant started;
        private int sequence;

        Replies(Request request, String digest, Instant started) {
            this.request = request;
            this.digest = digest;
            this.started = started;
        }

        void send(Answer answer) {
            var reply =
                    new Reply(
                            request.id(),
                            digest,
                            signer.identity(),
                            self.name(),
                            sequence++,
                            answer,
                            started,
                            clock.instant(),
                            self.boot());
            var known = lists.get();
            var told = request.lists().behind(known) ? reply.telling(known) : reply;
            var body = signer.sign(PayloadType.REPLY, told.encode());
            try {
                transport.publish(
                        new Destination.Replies(request.replyTo()), body, request.expires());
            } catch (TransportException e) {
                complaints.add(
                        Level.WARNING,
                        "hub: " + request.id() + ": cannot reply: " + e.getMessage());
            }
        }
    }
}
