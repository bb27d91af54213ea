package io.muster.approval;

import io.muster.message.Approval;
import io.muster.message.Bytes;
import io.muster.message.FieldReader;
import io.muster.message.Identity;
import io.muster.message.Json;
import io.muster.message.MalformedException;
import io.muster.message.Request;
import io.muster.message.Role;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.security.Envelope;
import io.muster.security.PayloadType;
import io.muster.security.Verification.Trusted;
import io.muster.security.Verification.Untrusted;
import io.muster.security.Verifier;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A signed request and the approvals it has got so far, as it lies at the hub or goes round as a
 * file. Says nothing about whether any of it is genuine: {@link #open} does.
 *
 * @param request the request's envelope, nothing attached
 * @param approvals the envelopes of approvals
 */
public record Proposal(Bytes request, List<Bytes> approvals) {
    /** The largest request that may be proposed, as bytes of its envelope. */
    public static final int MAX_SIZE = 150 * 1024;

    /** Below the longest text that strict JSON takes. */
    private static final int PIECE = 48 * 1024;

    private static final Set<Role> OPERATORS = Set.of(Role.OPERATOR);

    public Proposal {
        approvals = List.copyOf(approvals);
        if (request.length() > MAX_SIZE) {
            throw new MalformedException(
                    "proposal: a request of "
                            + request.length()
                            + " bytes, and "
                            + MAX_SIZE
                            + " are the most: propose it for fewer targets at a time");
        }
        if (approvals.size() > Envelope.MAX_ATTACHED) {
            throw new MalformedException("proposal: more approvals than can be sent");
        }
    }

    /**
     * A proposal that was looked into, and is what it claims.
     *
     * @param request what is proposed, by its sender
     * @param digest of the request's payload: what approvals are bound to
     * @param approvers who has approved it so far, the requester never among them
     */
    public record Opened(
            Proposal proposal, Request request, String digest, List<Identity> approvers) {
        public Opened {
            approvers = List.copyOf(approvers);
        }
    }

    /** The same, with one more approval. */
    public Proposal with(Bytes approval) {
        var all = new ArrayList<>(approvals);
        all.add(approval);
        return new Proposal(request, all);
    }

    /** What is sent to nodes once there are enough. */
    public Bytes message() {
        return Envelope.decode(request).with(approvals).encode();
    }

    /**
     * Looks into it: the request must be an operator's own; approvals that are not genuine, or not
     * for it, are left out. Whether they are enough each node decides for itself.
     *
     * @throws MalformedException saying why it cannot be believed
     */
    public Opened open(Verifier verifier) {
        return switch (verifier.verify(request, PayloadType.REQUEST, OPERATORS)) {
            case Untrusted(var flaw, String problem) ->
                    throw new MalformedException("proposal: " + flaw + ": " + problem);
            case Trusted trusted -> {
                if (!Envelope.decode(request).attached().isEmpty()) {
                    throw new MalformedException("proposal: something is attached to the request");
                }
                var asked = Request.decode(trusted.payload());
                if (!asked.sender().equals(trusted.signer())) {
                    throw new MalformedException("proposal: signed for another");
                }
                var approvers = new ArrayList<Identity>();
                for (var approval : approvals) {
                    approver(approval, asked, trusted.digest(), verifier, approvers);
                }
                yield new Opened(this, asked, trusted.digest(), approvers);
            }
        };
    }

    private static void approver(
            Bytes approval,
            Request request,
            String digest,
            Verifier verifier,
            List<Identity> approvers) {
        if (verifier.verify(approval, PayloadType.APPROVAL, OPERATORS) instanceof Trusted trusted
                && isFor(request, digest, trusted)
                && !approvers.contains(trusted.signer())) {
            approvers.add(trusted.signer());
        }
    }

    private static boolean isFor(Request request, String digest, Trusted trusted) {
        try {
            var given = Approval.decode(trusted.payload());
            return given.approver().equals(trusted.signer())
                    && given.request().equals(request.id())
                    && given.digest().equals(digest)
                    && !trusted.signer().equals(request.sender());
        } catch (MalformedException _) {
            return false;
        }
    }

    /** The form that travels and lies in files. */
    public Fields toValue() {
        var text = request.base64();
        var pieces = new ArrayList<String>();
        for (int from = 0; from < text.length(); from += PIECE) {
            pieces.add(text.substring(from, Math.min(text.length(), from + PIECE)));
        }
        return Fields.EMPTY
                .with("request", Value.texts(pieces))
                .with("approvals", Value.texts(approvals.stream().map(Bytes::base64).toList()));
    }

    /**
     * Reads that form.
     *
     * @throws MalformedException if it is anything else
     */
    public static Proposal of(Fields fields) {
        var reader = new FieldReader("proposal", fields);
        var pieces = reader.texts("request", piece -> piece);
        var proposal =
                new Proposal(
                        Bytes.base64(String.join("", pieces)),
                        reader.texts("approvals", Bytes::base64));
        reader.done();
        return proposal;
    }

    /** Reads a file's text. */
    public static Proposal parse(String text) {
        return of(Json.read(Bytes.utf8(text)));
    }
}
