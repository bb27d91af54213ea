package io.muster.audit;

import io.muster.message.AuditHead;
import io.muster.message.Bytes;
import io.muster.message.Checkpoint;
import io.muster.message.Identity;
import io.muster.message.MalformedException;
import io.muster.message.Reply;
import io.muster.message.Role;
import io.muster.security.Envelope;
import io.muster.security.TrustStore;
import io.muster.security.Verification.Trusted;
import io.muster.security.Verification.Untrusted;
import io.muster.security.Verifier;

import java.time.Instant;
import java.util.Set;

/**
 * What a node signed about its audit log, kept by somebody else: a checkpoint, or a reply that
 * names the head.
 *
 * @param node who signed
 * @param head how far its log had come
 * @param at when, by the node's clock
 */
public record Attested(Identity node, AuditHead head, Instant at) {

    /**
     * Reads an envelope that was kept. The node's certificate may have ended since: it must have
     * been valid at the time that the node says.
     *
     * @throws MalformedException if it is not what a node of this fleet signed about its log
     */
    public static Attested read(Bytes message, TrustStore trust) {
        var envelope = Envelope.decode(message);
        var attested =
                switch (envelope.type()) {
                    case CHECKPOINT -> of(Checkpoint.decode(envelope.payload()));
                    case REPLY -> of(Reply.decode(envelope.payload()));
                    case REQUEST,
                            ANNOUNCEMENT,
                            ROLLCALL,
                            APPROVAL,
                            REVOCATION,
                            POLICY,
                            TRUST,
                            LOCK,
                            RELEASE ->
                            throw new MalformedException("neither a checkpoint nor a reply");
                };
        return switch (new Verifier(trust, attested::at)
                .verify(envelope, envelope.type(), Set.of(Role.NODE))) {
            case Untrusted(var flaw, var problem) ->
                    throw new MalformedException(flaw + ": " + problem);
            case Trusted trusted -> {
                if (!trusted.signer().equals(attested.node())) {
                    throw new MalformedException(
                            trusted.signer().brief() + " speaks for " + attested.node().brief());
                }
                yield attested;
            }
        };
    }

    private static Attested of(Checkpoint checkpoint) {
        return new Attested(checkpoint.node(), checkpoint.head(), checkpoint.time());
    }

    private static Attested of(Reply reply) {
        var head =
                reply.audit()
                        .orElseThrow(
                                () -> new MalformedException("a reply that names no audit head"));
        return new Attested(reply.sender(), head, reply.sent());
    }
}
