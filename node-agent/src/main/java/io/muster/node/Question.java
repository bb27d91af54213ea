package io.muster.node;

import io.muster.message.Bytes;
import io.muster.message.Request;
import io.muster.message.RequestKey;
import io.muster.node.RequestJournal.Begun;
import io.muster.security.Envelope;

import java.time.Instant;
import java.util.Optional;

/**
 * A genuine request.
 *
 * @param digest of its payload as it was received: what answers are bound to
 * @param message the envelope as it came, for whoever has to verify it again
 * @param envelope the same, read: with the certificate of the caller, and approvals
 */
public record Question(Request request, String digest, Bytes message, Envelope envelope) {

    /** Which request it is. */
    RequestKey key() {
        return new RequestKey(request.id(), request.sender());
    }

    /** Which key signed it, as locks name it. */
    String keyid() {
        return envelope.signatures().getFirst().keyid();
    }

    Begun begun(Instant at) {
        return new Begun(
                request.id(),
                digest,
                request.sender(),
                request.action(),
                request.replyTo(),
                at,
                request.expires(),
                Optional.empty());
    }
}
