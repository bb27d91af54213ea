package io.muster.security;

import io.muster.message.Bytes;
import io.muster.message.Identity;

/** Whether a message is what it claims. */
public sealed interface Verification {

    /**
     * Signed by somebody whom this fleet vouches for. Only now may the payload be looked into.
     *
     * @param signer who
     * @param payload the signed bytes
     */
    record Trusted(Identity signer, Bytes payload) implements Verification {

        /** What replies and journals call this payload: its SHA-256, in hexadecimal. */
        public String digest() {
            return payload.sha256().hex();
        }
    }

    /**
     * To be dropped without an answer.
     *
     * @param flaw one of a few stable kinds, for counting
     * @param problem what exactly, for the log
     */
    record Untrusted(Flaw flaw, String problem) implements Verification {}

    /** In which way a message is not what it claims. */
    enum Flaw {
        /** Too large to look at. */
        OVERSIZED,
        /** Not an envelope. */
        MALFORMED,
        /** An envelope around something else. */
        WRONG_TYPE,
        /** No signature verifies, or not with the certificate beside it. */
        BAD_SIGNATURE,
        /** The certificate is not of this fleet, expired, or not sound. */
        BAD_CERTIFICATE,
        /** The certificate was good, and its issuer has revoked it. */
        REVOKED,
        /** Signed by somebody whose role may not say this: a node that commands. */
        WRONG_ROLE
    }
}
