package io.muster.controller.ask;

import io.muster.message.Bytes;
import io.muster.message.RequestId;
import io.muster.security.Envelope;

import java.time.Instant;

/**
 * A question, signed.
 *
 * @param id the request's id
 * @param digest SHA-256 of its payload in hexadecimal: every honest reply repeats it
 * @param message the envelope to publish
 * @param expires when it may no longer be started
 */
public record Asked(RequestId id, String digest, Bytes message, Instant expires) {

    /** Which approvals go with it, as replies name them. */
    String approvals() {
        return Envelope.decode(message).approvals();
    }
}
