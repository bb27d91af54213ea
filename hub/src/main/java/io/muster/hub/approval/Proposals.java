package io.muster.hub.approval;

import io.muster.approval.Proposal;
import io.muster.approval.Proposal.Opened;
import io.muster.hub.presence.HubService.Answering;
import io.muster.message.ActionName;
import io.muster.message.Bytes;
import io.muster.message.Escape;
import io.muster.message.FieldReader;
import io.muster.message.Identity;
import io.muster.message.MalformedException;
import io.muster.message.Outcome;
import io.muster.message.Reply.Answer;
import io.muster.message.Request;
import io.muster.message.RequestId;
import io.muster.security.Verifier;

import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The board on which operators leave requests for others to approve, until they expire. It is a
 * convenience: nobody believes it, every node verifies each approval itself, and what it forgets
 * when the hub ends can be proposed again, or goes round as a file. Thread-safe, and bounded.
 */
public final class Proposals {
    /** Leaves one. */
    public static final ActionName PROPOSE = new ActionName("hub.propose");

    /** Tells which there are. */
    public static final ActionName PROPOSALS = new ActionName("hub.proposals");

    /** Leaves an approval of one. */
    public static final ActionName APPROVE = new ActionName("hub.approve");

    private static final int MOST = 100;
    private static final int MOST_OF_ONE = 8;

    private final Verifier verifier;
    private final InstantSource clock;
    private final Map<RequestId, Opened> waiting = new LinkedHashMap<>();

    public Proposals(Verifier verifier, InstantSource clock) {
        this.verifier = verifier;
        this.clock = clock;
    }

    /** What it answers. */
    public Map<ActionName, Answering> questions() {
        return Map.of(PROPOSE, this::propose, PROPOSALS, this::list, APPROVE, this::approve);
    }

    /**
     * Answers {@link #PROPOSE}.
     *
     * @throws MalformedException if it is no proposal of the asker's own
     */
    synchronized void propose(Request request, Consumer<Answer> out) {
        forgetOld();
        var opened = Proposal.of(request.arguments()).open(verifier);
        var proposed = opened.request();
        checkOwn(request, proposed);
        if (waiting.containsKey(proposed.id())) {
            throw new MalformedException("this is proposed already");
        }
        if (waiting.size() >= MOST || of(request.sender()) >= MOST_OF_ONE) {
            throw new MalformedException(
                    "too many proposals wait here already: "
                            + MOST_OF_ONE
                            + " of one operator and "
                            + MOST
                            + " in all are the most");
        }
        waiting.put(proposed.id(), opened);
        out.accept(done("waits until " + proposed.expires()));
    }

    private void checkOwn(Request request, Request proposed) {
        if (!proposed.sender().equals(request.sender())) {
            throw new MalformedException("only the requester proposes a request");
        }
        if (!clock.instant().isBefore(proposed.expires())) {
            throw new MalformedException("expired at " + proposed.expires());
        }
        if (!proposed.fleet().equals(request.fleet())) {
            throw new MalformedException("of another fleet");
        }
    }

    private long of(Identity sender) {
        return waiting.values().stream().filter(p -> p.request().sender().equals(sender)).count();
    }

    /** Answers {@link #PROPOSALS}: all that wait, or the one that is named. */
    synchronized void list(Request request, Consumer<Answer> out) {
        forgetOld();
        var reader = new FieldReader("hub.proposals", request.arguments());
        var one = reader.optionalText("id", RequestId::new);
        reader.done();
        var told =
                waiting.values().stream()
                        .filter(p -> one.isEmpty() || one.get().equals(p.request().id()))
                        .toList();
        told.forEach(opened -> out.accept(new Answer.Part(opened.proposal().toValue())));
        out.accept(done(told.size() + " wait for approval"));
    }

    /**
     * Answers {@link #APPROVE}.
     *
     * @throws MalformedException if it is no approval of the asker's, or of nothing that waits
     */
    synchronized void approve(Request request, Consumer<Answer> out) {
        forgetOld();
        var reader = new FieldReader("hub.approve", request.arguments());
        var id = reader.text("id", RequestId::new);
        var approval = reader.text("approval", Bytes::base64);
        reader.done();
        var opened = waiting.get(id);
        if (opened == null) {
            throw new MalformedException("nothing " + Escape.quoted(id.value()) + " waits here");
        }
        var more = opened.proposal().with(approval).open(verifier);
        if (!more.approvers().contains(request.sender())) {
            throw new MalformedException("not a valid approval of " + request.sender().brief());
        }
        if (opened.approvers().contains(request.sender())) {
            out.accept(done("approved by " + request.sender().brief() + " before"));
            return;
        }
        waiting.put(id, more);
        out.accept(done("approved by " + names(more.approvers())));
    }

    private static String names(List<Identity> approvers) {
        return String.join(", ", approvers.stream().map(Identity::brief).toList());
    }

    private void forgetOld() {
        Instant now = clock.instant();
        waiting.values().removeIf(opened -> !now.isBefore(opened.request().expires()));
    }

    private static Answer done(String message) {
        return new Answer.Final(Outcome.ok(message));
    }
}
