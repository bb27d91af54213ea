package io.muster.node;

import io.muster.message.Request;
import io.muster.node.RequestJournal.Begun;

import java.time.Instant;
import java.util.Optional;

/**
 * A genuine request, and the digest of its payload as it was received: what answers are bound to.
 */
record Question(Request request, String digest) {

    Begun begun(Instant at) {
        return new Begun(
                request.id(),
                digest,
                request.sender(),
                request.action(),
                request.replyTo(),
                at,
                Optional.empty());
    }
}
