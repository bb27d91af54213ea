package io.muster.transport.memory;

import io.muster.message.Bytes;

import java.time.Instant;
import java.util.Optional;

/**
 * A message on its way.
 *
 * @param attempt which delivery this is, from 1
 */
record Message(Bytes body, Instant expires, int attempt) {
    private static final int ATTEMPTS = 6;

    /** The same for another delivery, unless there were enough. */
    Optional<Message> again() {
        return attempt < ATTEMPTS
                ? Optional.of(new Message(body, expires, attempt + 1))
                : Optional.empty();
    }
}
